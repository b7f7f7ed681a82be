"""The promise on the screen: photos leave the device after they were sent, when their time is over, and never before."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.codec import encode
from kiosk_app.office.office import Office
from kiosk_app.store import meta
from kiosk_app.store.verify import verify_journal
from kiosk_app.sync.clocks import OfficeTime
from kiosk_app.sync.photos import PhotosLane
from kiosk_app.sync.retention import BATCH, EVERY_S, cutoff
from kiosk_app.sync.status import LaneMode
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import SITE, BoothKit, drain, take_turns

NOON = datetime(2025, 1, 25, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def rule(office: Office, hours: int) -> None:
    """The office publishes how long photos stay."""
    with office.database.read() as connection:
        profile = encode(office.configuration.profile(connection, SITE))
    assert isinstance(profile, dict)
    office.configuration.set_profile(canonical_bytes({**profile, "retention_hours": hours}))


def send_all(booth: BoothKit, clock: ManualClock) -> PhotosLane:
    """Configuration, records and photos each take their way; the photos' lane, which then only looks again."""
    booth.pulls_lane().turn()
    lane = booth.photos_lane()
    take_turns(lane, clock)
    drain(booth.records_lane(), booth, clock)
    return lane


def hear_office(booth: BoothKit) -> None:
    """The office answers, and so tells its time and its safe position."""
    booth.help_called("scan")
    booth.records_lane().turn()


def look(lane: PhotosLane, clock: ManualClock, **later: float) -> None:
    """The lane's next turn, or the one that is due `later`."""
    clock.forward(**(later or {"seconds": lane.due_in()}))
    lane.turn()


def files(booth: BoothKit) -> set[str]:
    return {path.name.removesuffix(".sealed") for path in booth.paths.photos.iterdir()}


def state(booth: BoothKit, blob: str) -> str:
    return str(booth.database.rows("SELECT state FROM blobs WHERE sha256 = ?", (blob,))[0][0])


@pytest.mark.parametrize(("now", "hours", "expected"), [
    (NOON, 24, NOON - timedelta(days=1)), (NOON, 0, NOON), (None, 24, None), (NOON, None, None),
    (datetime(1, 1, 1, tzinfo=UTC), 24, None),
])  # fmt: skip
def test_the_time_up_to_which_photos_are_over(
    now: datetime | None, hours: int | None, expected: datetime | None
) -> None:
    assert cutoff(now, hours) == expected


def test_the_office_s_time_goes_on_by_the_monotonic_clock() -> None:
    time = OfficeTime()
    assert time.now(5.0) is None
    time.hear(NOON, 10.0)
    assert time.now(70.0) == NOON + timedelta(minutes=1)
    time.hear(datetime.max.replace(tzinfo=UTC), 10.0)
    assert time.now(70.0) is None


def test_a_sent_photo_leaves_the_booth_after_a_day(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    blob = booth.photograph()
    lane = send_all(booth, clock)
    look(lane, clock, hours=23)
    assert files(booth) == {blob}
    look(lane, clock, hours=1)
    assert files(booth) == set()
    assert state(booth, blob) == "purged"
    assert office.depot.read(blob)
    report = verify_journal(booth.database, booth.keys.public_der(), booth.paths.photos)
    assert (report.records, report.first_fault) == (3, None)


def test_no_hours_means_at_once(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    rule(office, 0)
    booth.photograph()
    look(send_all(booth, clock), clock)
    assert files(booth) == set()


def test_a_newer_rule_is_followed(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    booth.photograph()
    lane = send_all(booth, clock)
    look(lane, clock, hours=2)
    assert files(booth)
    rule(office, 1)
    booth.pulls_lane().turn()
    look(lane, clock, seconds=EVERY_S)
    assert files(booth) == set()


def test_without_a_rule_all_stay(booth: BoothKit, clock: ManualClock) -> None:
    booth.photograph()
    lane = booth.photos_lane()
    take_turns(lane, clock)
    drain(booth.records_lane(), booth, clock)
    look(lane, clock, days=9)
    assert files(booth)


def test_an_unsent_photo_stays_for_ever(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    rule(office, 0)
    sent = booth.photograph()
    lane = send_all(booth, clock)
    unsent = booth.photograph()
    drain_records(booth, clock)
    front.misbehave(hostile.SERVER_ERROR, "PATCH", times=10_000)
    for _ in range(5):
        look(lane, clock, days=100)
    assert (files(booth), state(booth, sent), state(booth, unsent)) == ({unsent}, "purged", "stored")


def drain_records(booth: BoothKit, clock: ManualClock) -> None:
    lane = booth.records_lane()
    while booth.stores.outbox.counts().waiting:
        clock.forward(seconds=lane.due_in())
        lane.turn()


def test_a_photo_whose_record_waits_stays(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    rule(office, 0)
    hear_office(booth)
    booth.pulls_lane().turn()
    blob = booth.photograph()
    lane = booth.photos_lane()
    take_turns(lane, clock)
    look(lane, clock, days=2)
    assert state(booth, blob) == "verified"
    assert files(booth) == {blob}


def test_a_photo_that_is_on_no_backup_stays(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    rule(office, 0)
    front.misbehave(hostile.tampered(lambda body: {**body, "safe_pos": 2}), path="/v1/sync", times=10_000)
    booth.photograph()
    lane = send_all(booth, clock)
    look(lane, clock, days=2)
    assert files(booth)
    front.behave()
    hear_office(booth)
    look(lane, clock, seconds=EVERY_S)
    assert files(booth) == set()


def test_a_wall_clock_that_jumps_purges_nothing_early(booth: BoothKit, clock: ManualClock) -> None:
    blob = booth.photograph()
    lane = send_all(booth, clock)
    clock.moment += timedelta(days=365)
    look(lane, clock)
    assert files(booth) == {blob}
    lane = booth.photos_lane()  # as after a start: the jump is not noticed there either
    look(lane, clock)
    assert files(booth) == {blob}


def test_after_a_start_the_office_s_time_must_be_heard_first(booth: BoothKit, clock: ManualClock) -> None:
    booth.photograph()
    send_all(booth, clock)
    clock.forward(days=2)
    booth.office_time = OfficeTime()
    lane = booth.photos_lane()
    look(lane, clock)
    assert booth.stores.outbox.get_meta(meta.OFFSET_MS) is not None  # an old measurement is not enough
    assert files(booth)
    hear_office(booth)
    look(lane, clock)
    assert files(booth) == set()


def test_the_store_is_asked_every_few_minutes_only(
    booth: BoothKit, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    real = booth.stores.outbox.purgeable

    def ask(captured_before: datetime, now: datetime, limit: int) -> tuple[str, ...]:
        asked.append(clock.monotonic())
        return real(captured_before, now, limit)

    monkeypatch.setattr(booth.stores.outbox, "purgeable", ask)
    booth.photograph()
    lane = send_all(booth, clock)
    for _ in range(200):
        look(lane, clock)
    assert 3 <= len(asked) <= 5
    assert min(b - a for a, b in pairwise(asked)) >= EVERY_S


def test_many_go_in_small_parts(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    rule(office, 0)
    for _ in range(BATCH + 3):
        booth.photograph(100)
    lane = send_all(booth, clock)
    look(lane, clock)
    assert len(files(booth)) == 3
    look(lane, clock)
    assert files(booth) == set()


def test_a_file_that_resists_slows_nothing_and_is_tried_again(
    booth: BoothKit, office: Office, clock: ManualClock
) -> None:
    rule(office, 0)
    blobs = [booth.photograph() for _ in range(3)]
    lane = send_all(booth, clock)
    place = booth.paths.photos / f"{blobs[0]}.sealed"
    aside = place.rename(place.with_suffix(".aside"))
    place.mkdir()  # a file that cannot be unlinked, for root too
    look(lane, clock)
    assert files(booth) == {blobs[0], aside.name}
    assert booth.board.status.lane("photos").mode is LaneMode.IDLE
    assert lane.due_in() <= 5
    place.rmdir()
    aside.rename(place)
    look(lane, clock, seconds=EVERY_S)
    assert files(booth) == set()


def test_a_rule_that_cannot_be_read_slows_nothing(booth: BoothKit, clock: ManualClock) -> None:
    booth.photograph()
    lane = send_all(booth, clock)
    with booth.database.transaction():
        booth.database.execute(
            "UPDATE config SET body = ?", (json.dumps({"profile": {"retention_hours": 0}}).encode(),)
        )
    look(lane, clock, days=2)
    assert files(booth)
    assert booth.board.status.lane("photos").mode is LaneMode.IDLE


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_booth_killed_between_mark_and_removal_is_swept(booth: BoothKit, clock: ManualClock) -> None:
    blob = booth.photograph()
    send_all(booth, clock)
    command = [sys.executable, "-m", "tests.sync.purge_and_die", str(booth.paths.root)]
    killed = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr
    assert (state(booth, blob), files(booth)) == ("purged", {blob})
    outbox = booth.stores.outbox
    assert booth.photos.sweep(outbox.known_blobs(), outbox.blobs_purged()).purged == 1
    assert files(booth) == set()
    assert verify_journal(booth.database, booth.keys.public_der(), booth.paths.photos).first_fault is None
