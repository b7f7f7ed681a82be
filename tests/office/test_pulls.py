"""What booths fetch: configuration, changes, snapshots; and claims."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kiosk_app.booth.bookings import Booking, BookingFlag, BookingStatus
from kiosk_app.booth.codec import decode
from kiosk_app.contract.config import open_config
from kiosk_app.contract.signatures import unb64
from kiosk_app.errors import KioskError
from kiosk_app.office.office import Office

from .booth_double import BoothDouble, MovableClock, arrival, record_id
from .conftest import OTHER_SITE, SITE, MakeBooking, MakeBooth


def page(booth: BoothDouble, cursor: str = "", limit: int = 500) -> dict[str, Any]:
    answer = booth.call("GET", "/v1/changes", params={"cursor": cursor, "limit": limit})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def changes(booth: BoothDouble, cursor: str = "", limit: int = 500) -> tuple[list[tuple[str, str, int]], str]:
    """All changes after a cursor as (op, id, v), and the cursor after them."""
    found: list[tuple[str, str, int]] = []
    while True:
        answer = page(booth, cursor, limit)
        found += [(change["op"], change["id"], change["v"]) for change in answer["changes"]]
        cursor = answer["cursor"]
        if not answer["more"]:
            return found, cursor


def roster(booth: BoothDouble) -> dict[str, Booking]:
    """What a booth knows that reads every change from the start."""
    known: dict[str, tuple[int, Booking | None]] = {}
    cursor, more = "", True
    while more:
        answer = page(booth, cursor, 3)
        cursor, more = answer["cursor"], answer["more"]
        for change in answer["changes"]:
            if change["v"] >= known.get(change["id"], (0, None))[0]:
                booking = decode(Booking, change["data"]) if change["op"] == "put" else None
                known[change["id"]] = change["v"], booking
    return {name: booking for name, (_, booking) in known.items() if booking is not None}


def test_a_change_is_told_once(booth: BoothDouble, make_booking: MakeBooking) -> None:
    booking = make_booking()
    found, cursor = changes(booth)
    assert found == [("put", booking.id, 1)]
    assert changes(booth, cursor) == ([], cursor)
    later = make_booking()
    assert changes(booth, cursor)[0] == [("put", later.id, 1)]


def test_a_booking_travels_whole(booth: BoothDouble, make_booking: MakeBooking) -> None:
    booking = make_booking(flags=frozenset({BookingFlag.UMRAH, BookingFlag.UNPAID}), electronic=False)
    assert roster(booth) == {booking.id: booking}


def test_pages_are_cut_where_asked(booth: BoothDouble, make_booking: MakeBooking) -> None:
    made = [make_booking().id for _ in range(7)]
    first = page(booth, limit=3)
    assert (len(first["changes"]), first["more"]) == (3, True)
    assert [name for _, name, _ in changes(booth, limit=3)[0]] == made


def test_other_places_are_not_told(make_booth: MakeBooth, make_booking: MakeBooking) -> None:
    here, there = make_booth(), make_booth(site=OTHER_SITE)
    one, other = make_booking(), make_booking(OTHER_SITE)
    assert [name for _, name, _ in changes(here)[0]] == [one.id]
    assert [name for _, name, _ in changes(there)[0]] == [other.id]


def test_a_cancelled_booking_stays_and_a_removed_one_goes(
    office: Office, booth: BoothDouble, make_booking: MakeBooking
) -> None:
    cancelled, removed = make_booking(), make_booking()
    office.bookings.cancel(cancelled.id)
    office.bookings.remove(removed.id)
    known = roster(booth)
    assert list(known) == [cancelled.id]
    assert known[cancelled.id].status is BookingStatus.CANCELLED
    with pytest.raises(KioskError, match="no booking"):
        office.bookings.cancel(removed.id)


def test_what_did_not_change_is_not_told(office: Office, booth: BoothDouble, make_booking: MakeBooking) -> None:
    booking = make_booking()
    cursor = changes(booth)[1]
    office.bookings.put([booking])
    assert changes(booth, cursor)[0] == []
    office.bookings.put([replace(booking, name="Sri")])
    assert changes(booth, cursor)[0] == [("put", booking.id, 2)]


def test_two_bookings_cannot_share_a_number(office: Office, make_booking: MakeBooking) -> None:
    booking = make_booking()
    with pytest.raises(KioskError, match="belongs to another"):
        make_booking(number=booking.number)


def test_a_foreign_or_impossible_cursor_asks_for_a_snapshot(make_booth: MakeBooth, make_booking: MakeBooking) -> None:
    here, there = make_booth(), make_booth(site=OTHER_SITE)
    make_booking()
    make_booking()
    foreign = changes(here)[1]
    for cursor in (foreign, "nonsense", "MS4w", "é", foreign[:-2]):
        answer = there.call("GET", "/v1/changes", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["type"]) == (410, "cursor-expired"), cursor


def test_a_snapshot_goes_on_from_its_cursor(booth: BoothDouble, make_booking: MakeBooking) -> None:
    made = [make_booking() for _ in range(3)]
    make_booking(OTHER_SITE)
    answer = booth.call("GET", "/v1/snapshot")
    body = answer.json()
    assert body["count"] == len(body["rows"]) == 3
    assert {row["id"]: decode(Booking, row["data"]) for row in body["rows"]} == {one.id: one for one in made}
    known = {"If-None-Match": answer.headers["ETag"]}
    assert booth.call("GET", "/v1/snapshot", headers=known).status_code == 304
    later = make_booking()
    assert changes(booth, body["cursor"])[0] == [("put", later.id, 1)]
    assert booth.call("GET", "/v1/snapshot", headers=known).status_code == 200


def test_an_empty_place_has_an_empty_snapshot(booth: BoothDouble) -> None:
    body = booth.call("GET", "/v1/snapshot").json()
    assert (body["count"], body["rows"]) == (0, [])
    assert changes(booth, body["cursor"])[0] == []


def test_configuration_is_signed_for_each_booth(office: Office, make_booth: MakeBooth) -> None:
    office.officers.add("1007", "Dewi", "officer", "482915")
    version = office.configuration.publish()
    real, practice = make_booth(site=OTHER_SITE), make_booth(practice=True)
    version = office.configuration.publish()
    opened = []
    for booth in (real, practice):
        answer = booth.call("GET", "/v1/config").json()
        key = unb64(booth.identity["config_key"])
        opened.append(open_config(answer["version"], unb64(answer["body"]), unb64(answer["sig"]), key))
        with pytest.raises(KioskError, match="not signed"):
            open_config(answer["version"] + 1, unb64(answer["body"]), unb64(answer["sig"]), key)
    assert [config.profile.version for config in opened] == [version, version]
    assert [config.profile.place for config in opened] == [OTHER_SITE, SITE]
    assert [[officer.id for officer in config.officers] for config in opened] == [["1007"], ["1001", "2001"]]
    assert all("$argon2id$" in officer.pin for config in opened for officer in config.officers)
    assert [key.id for key in opened[0].sealing_keys] == [real.identity["sealing_keys"][0]["id"]]


def test_an_unchanged_configuration_is_not_sent_again(office: Office, booth: BoothDouble) -> None:
    first = booth.call("GET", "/v1/config")
    known = {"If-None-Match": first.headers["ETag"]}
    same = booth.call("GET", "/v1/config", headers=known)
    assert (same.status_code, same.content) == (304, b"")
    office.officers.add("1007", "Dewi", "officer", "482915")
    assert office.configuration.publish() == first.json()["version"] + 1
    assert office.configuration.publish() == first.json()["version"] + 1, "only a change raises it"
    assert booth.call("GET", "/v1/config", headers=known).json()["version"] == first.json()["version"] + 1


def claim(booth: BoothDouble, booking: str, record: str) -> Any:
    return booth.call("PUT", f"/v1/bookings/{booking}/claim", json={"record_id": record, "device_id": booth.id})


def test_the_first_claim_holds(make_booth: MakeBooth, make_booking: MakeBooking, clock: MovableClock) -> None:
    one, other = make_booth("First"), make_booth()
    booking, record = make_booking(), record_id()
    assert [claim(one, booking.id, record).status_code for _ in range(2)] == [200, 200]
    answer = claim(other, booking.id, record_id())
    assert (answer.status_code, answer.json()["type"]) == (409, "already-checked-in")
    assert "booth A (First) at 2026-01-24T03:00:00Z" in answer.json()["detail"]
    clock.forward(timedelta(minutes=10))
    assert claim(other, booking.id, record_id()).status_code == 200, "nobody arrived on it"


def test_an_arrival_holds_without_a_claim(
    make_booth: MakeBooth, make_booking: MakeBooking, clock: MovableClock
) -> None:
    one, other = make_booth(), make_booth()
    booking = make_booking()
    message = one.record(arrival(booking.id))
    one.sync(message)
    clock.forward(timedelta(minutes=30))
    assert claim(other, booking.id, record_id()).status_code == 409
    assert claim(one, booking.id, message["id"]).status_code == 200


def test_claims_are_for_this_places_bookings(make_booth: MakeBooth, make_booking: MakeBooking) -> None:
    booth, other = make_booth(), make_booth()
    elsewhere = make_booking(OTHER_SITE)
    assert claim(booth, elsewhere.id, record_id()).json()["type"] == "booking-unknown"
    assert claim(booth, "AAAAAAAAAAA", record_id()).status_code == 404
    answer = booth.call(
        "PUT", f"/v1/bookings/{elsewhere.id}/claim", json={"record_id": record_id(), "device_id": other.id}
    )
    assert answer.json()["type"] == "wrong-device"


def test_many_claims_at_once_have_one_winner(make_booth: MakeBooth, make_booking: MakeBooking) -> None:
    booking = make_booking()
    booths = [make_booth() for _ in range(6)]
    statuses: list[int] = []

    def run(booth: BoothDouble) -> None:
        statuses.append(claim(booth, booking.id, record_id()).status_code)

    threads = [threading.Thread(target=run, args=(booth,)) for booth in booths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 5
