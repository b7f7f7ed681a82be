"""Photos that nobody will ask for go after a week; what a record may still name stays, and what a crash left is found again."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.office.office import Office
from kiosk_app.office.sweep import Swept
from kiosk_app.office.tables import blobs
from kiosk_app.paths import OfficePaths

from .booth_double import BoothDouble, MovableClock, photo, record_id

PACKET = os.urandom(3000)
WEEK = timedelta(days=7, seconds=1)


def age(paths: OfficePaths, clock: MovableClock) -> None:
    """As if everything had lain there since the clock's start."""
    for file in paths.blobs.rglob("*.*"):
        os.utime(file, (clock.now().timestamp(),) * 2)


def test_an_orphan_goes_after_a_week(office: Office, booth: BoothDouble, clock: MovableClock) -> None:
    booth.patch(PACKET, record_id())
    clock.forward(WEEK - timedelta(minutes=1))
    booth.log_in().sync()
    assert office.sweeper.sweep() == Swept(0, 0, 0)
    clock.forward(timedelta(minutes=2))
    assert office.sweeper.sweep() == Swept(0, 1, 0)
    assert booth.log_in().upload_state(PACKET) == (0, False)


def test_what_a_record_names_stays(office: Office, booth: BoothDouble, clock: MovableClock) -> None:
    record = record_id()
    booth.patch(PACKET, record)
    booth.sync(booth.record(photo("visit", PACKET, b"jpeg", "key"), identifier=record))
    clock.forward(WEEK)
    booth.log_in().sync()
    assert office.sweeper.sweep() == Swept(0, 0, 0)
    assert booth.upload_state(PACKET) == (len(PACKET), True)


@pytest.mark.parametrize("waits", ["pending", "quarantined"])
def test_a_booth_that_holds_records_may_still_name_it(
    office: Office, booth: BoothDouble, clock: MovableClock, waits: str
) -> None:
    booth.patch(PACKET, record_id())
    clock.forward(WEEK)
    booth.log_in()
    booth.sync(queue={**booth.sync_body([])["queue"], waits: 1})
    assert office.sweeper.sweep() == Swept(0, 0, 0)
    booth.sync()
    assert office.sweeper.sweep() == Swept(0, 1, 0)


def test_a_booth_that_was_never_heard_again_keeps_its_photos(
    office: Office, booth: BoothDouble, clock: MovableClock
) -> None:
    booth.sync()
    clock.forward(timedelta(minutes=1))
    booth.patch(PACKET, record_id())
    clock.forward(WEEK)
    assert office.sweeper.sweep() == Swept(0, 0, 0)


def test_a_part_that_was_given_up_goes(
    office: Office, booth: BoothDouble, clock: MovableClock, paths: OfficePaths
) -> None:
    booth.patch(PACKET, record_id(), 0, PACKET[:100])
    age(paths, clock)
    assert office.sweeper.sweep().parts == 0
    clock.forward(WEEK)
    assert office.sweeper.sweep().parts == 1
    assert booth.log_in().upload_state(PACKET) == (0, False)


def forget_row(office: Office) -> None:
    """As after a crash between the file's place and its row."""
    with office.database.write() as connection:
        connection.execute(delete(blobs))


def test_a_file_without_its_row_is_found_by_the_booth(office: Office, booth: BoothDouble) -> None:
    record = record_id()
    booth.patch(PACKET, record)
    forget_row(office)
    assert booth.upload_state(PACKET) == (len(PACKET), True), "nothing is sent again"
    forget_row(office)
    assert booth.patch(PACKET, record).status_code == 201
    with office.database.read() as connection:
        assert connection.execute(select(blobs.c.record_id)).scalar_one() == record


def test_a_file_without_its_row_is_found_by_the_sweeper(
    office: Office, booth: BoothDouble, clock: MovableClock, paths: OfficePaths
) -> None:
    record = record_id()
    booth.patch(PACKET, record)
    booth.sync(booth.record(photo("visit", PACKET, b"jpeg", "key"), identifier=record))
    forget_row(office)
    assert office.sweeper.sweep() == Swept(1, 0, 0)
    booth.patch(other := os.urandom(10), record_id())
    forget_row(office)
    age(paths, clock)
    clock.forward(WEEK)
    assert office.sweeper.sweep() == Swept(1, 0, 0)
    assert not list(paths.blobs.rglob(f"{sha256_hex(other)}*")), "nobody names it and it is old"


def test_a_file_that_rotted_before_it_was_entered_is_sent_again(
    office: Office, booth: BoothDouble, paths: OfficePaths
) -> None:
    booth.patch(PACKET, record_id())
    forget_row(office)
    (kept,) = paths.blobs.glob("*/*.sealed")
    kept.write_bytes(PACKET[:-1] + b"x")
    assert booth.upload_state(PACKET) == (0, False)
    assert booth.patch(PACKET, record_id()).status_code == 201
