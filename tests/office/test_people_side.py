"""The officers' side: conflicts are decided once, alarms and deeds are seen, and only with the office's own token."""

import json
from datetime import timedelta
from typing import Any

import pytest

from kiosk_app.booth.audit import Export, Exported, LockedOut, Overridden, Purged, Sight, Unlocked, Viewed
from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.facts import HelpCalled, LoggedIn, LoggedOut, LoginFailed
from kiosk_app.office.archive import list_booths
from kiosk_app.office.idempotency import ANSWER_LIFE
from kiosk_app.office.office import Office

from .booth_double import BoothDouble, MovableClock, arrival, photo, record_id
from .conftest import SITE, MakeBooking, MakeBooth, Run
from .test_pulls import page

JPEG = b"\xff\xd8 a face \xff\xd9"
NOBODYS = "01a20d80-0494-7fd7-b3f9-aeb0709ed252"
DECIDE = {"choice": "void", "officer": "2001"}


@pytest.fixture
def desk(office: Office, stranger: BoothDouble) -> BoothDouble:
    """Somebody with the office's own token."""
    stranger.token = office.keys.admin_token
    return stranger


@pytest.fixture
def twice(make_booth: MakeBooth, make_booking: MakeBooking) -> tuple[BoothDouble, str, str]:
    """A booking that was used at two booths: the later booth, its record and the earlier record."""
    booking = make_booking()
    one, other = make_booth("First"), make_booth("Second")
    first, second = one.record(arrival(booking.id)), other.record(arrival(booking.id))
    one.sync(first)
    other.sync(second)
    return other, second["id"], first["id"]


def decide(desk: BoothDouble, conflict: str, key: str | None = "k-1", **changes: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return desk.call("POST", f"/v1/conflicts/{conflict}/decision", json={**DECIDE, **changes}, headers=headers)


def told(booth: BoothDouble) -> list[dict[str, Any]]:
    return [one["data"] for one in page(booth)["changes"] if one["type"] == "conflict"]


def test_a_conflict_is_listed_decided_and_told(desk: BoothDouble, twice: tuple[BoothDouble, str, str]) -> None:
    booth, record, other = twice
    (found,) = desk.call("GET", "/v1/conflicts").json()["conflicts"]
    assert (found["id"], found["booth"], found["others"]) == (f"{record}.duplicate-checkin", "Second", [other])
    assert told(booth) == [{"record": record, "flag": "duplicate-checkin", "decision": ""}]
    answer = decide(desk, found["id"])
    assert (answer.status_code, answer.json()["choice"], answer.json()["officer"]) == (200, "void", "2001")
    assert desk.call("GET", "/v1/conflicts").json()["conflicts"] == []
    (kept,) = desk.call("GET", "/v1/conflicts", params={"everything": "true"}).json()["conflicts"]
    assert (kept["choice"], kept["decided_at"]) == ("void", answer.json()["decided_at"])
    assert told(booth)[-1] == {"record": record, "flag": "duplicate-checkin", "decision": "void"}


def test_the_same_request_is_answered_again_and_another_is_not(
    desk: BoothDouble, twice: tuple[BoothDouble, str, str], clock: MovableClock
) -> None:
    conflict = f"{twice[1]}.duplicate-checkin"
    first = decide(desk, conflict)
    clock.forward(timedelta(minutes=5))
    assert decide(desk, conflict).json() == first.json(), "the answer may have been lost"
    reused = decide(desk, conflict, choice="keep")
    assert (reused.status_code, reused.json()["type"]) == (422, "idempotency-key-reused")
    late = decide(desk, conflict, "k-2", choice="keep", officer="2002")
    assert (late.status_code, late.json()["type"]) == (409, "already-decided")
    assert "2001 decided void" in late.json()["detail"]
    clock.forward(ANSWER_LIFE)
    assert decide(desk, conflict).status_code == 409, "answers are kept for 30 days"


@pytest.mark.parametrize("key", [None, "", "x" * 300, "ключ".encode()])
def test_a_decision_needs_a_key(desk: BoothDouble, twice: tuple[BoothDouble, str, str], key: Any) -> None:
    answer = decide(desk, f"{twice[1]}.duplicate-checkin", key)
    assert (answer.status_code, answer.json()["type"]) == (400, "idempotency-key")
    assert len(desk.call("GET", "/v1/conflicts").json()["conflicts"]) == 1


@pytest.mark.parametrize("conflict", [f"{NOBODYS}.duplicate-checkin", "x.y", "%2e%2e"])
def test_what_is_no_conflict_is_told(desk: BoothDouble, conflict: str) -> None:
    assert decide(desk, conflict).status_code in (404, 422)


PATHS = [
    ("GET", "/v1/conflicts"), ("POST", f"/v1/conflicts/{NOBODYS}.id-reuse/decision"), ("GET", "/v1/alarms"),
    ("GET", "/v1/audit"), ("GET", "/v1/records"), ("GET", f"/v1/blobs/{'0' * 64}"), ("POST", "/v1/devices"),
    ("POST", f"/v1/devices/{'0' * 32}/revoke"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_nobody_else_may(booth: BoothDouble, method: str, path: str) -> None:
    for token in (booth.token, "", "x"):
        booth.token = token
        answer = booth.call(method, path, json=DECIDE if method == "POST" else None)
        assert (answer.status_code, answer.json()["type"]) == (403, "office-only")


def test_a_booth_comes_in_by_the_api(desk: BoothDouble, make_booth: MakeBooth) -> None:
    answer = desk.call("POST", "/v1/devices", json={"name": "Icon 9", "site": SITE, "letter": "K"})
    assert answer.status_code == 201
    desk.token = ""
    assert desk.try_to_enrol(answer.json()["code"]).json()["letter"] == "K"


def test_alarms_are_seen_at_every_window(office: Office, desk: BoothDouble, make_booth: MakeBooth, run: Run) -> None:
    booth = make_booth("Icon 1")
    booth.sync(booth.record(HelpCalled("scan")), booth.record(HelpCalled("scan")))
    booth.rewind(1)
    booth.sync()
    (found,) = desk.call("GET", "/v1/alarms").json()["alarms"]
    assert (found["booth"], found["type"], found["seq"]) == ("Icon 1", "chain-truncated", 2)
    assert "ends at 1" in found["detail"]
    assert json.loads(run("alarms", "--json"))[0]["type"] == "chain-truncated"
    assert "Icon 1 2  chain-truncated: The journal ends at 1" in run("alarms", "--booth", "Icon 1")
    assert run("alarms", "--booth", "Icon 2") == "0 alarms\n"
    assert list_booths(office)[0].alarms == {"chain-truncated": 1}
    assert desk.call("GET", "/v1/alarms", params={"booth": "Icon 2"}).json()["alarms"] == []


def test_who_did_what_is_seen_and_nobody_who_applied(
    office: Office, desk: BoothDouble, make_booth: MakeBooth, make_booking: MakeBooking, run: Run
) -> None:
    booth = make_booth("Icon 1")
    booking = make_booking()
    visit, record = arrival(booking.id).visit, record_id()
    packet = booth.seal(JPEG, visit, record)
    booth.patch(packet, record)
    facts = [
        LoginFailed(""), LockedOut("1001", 10), Unlocked("2001", "1001"), LoggedIn("1001", "officer"),
        Viewed("1001", Sight.APPLICANT, visit), Overridden("1001", "portrait.pose", "override.baby", visit, "2001"),
        Exported("2001", Export.ARCHIVE, "9f", 12, 3), Purged(4, 1), LoggedOut("1001", "idle"),
    ]  # fmt: skip
    booth.sync(booth.record(arrival(booking.id, visit)), *[booth.record(fact) for fact in facts])
    booth.sync(booth.record(photo(visit, packet, JPEG, "key"), identifier=record))
    desk.call("GET", f"/v1/blobs/{'0' * 64}")
    rows = desk.call("GET", "/v1/audit").json()["audit"]
    said = [(row["who"], row["what"], row["ref"], row["detail"]) for row in rows if row["booth"]]
    assert said == [
        ("", "login_failed", "", ""), ("1001", "lockout", "", "10 wrong PINs"), ("2001", "unlock", "", "officer 1001"),
        ("1001", "login", "", "officer"), ("1001", "viewed", visit, "applicant"),
        ("1001", "override", visit, "portrait.pose: override.baby, approved by 2001"),
        ("2001", "export", "9f", "archive: 12 records, 3 photos"), ("", "purge", "", "4 records, 1 photos"),
        ("1001", "logout", "", "idle"), ("1001", "photo_taken", record, "automatic"),
    ]  # fmt: skip
    run("photo", record, "--out", str(office.depot._folder / "face.jpg"))
    acts = json.loads(run("audit", "--json"))
    assert ("", "office", "open-photo", record) in {
        (act["booth"], act["who"], act["what"], act["ref"]) for act in acts
    }, "the office keeps account of itself as well"
    printed = run("audit", "--date", "2026-01-24")
    assert "Icon 1  1001 viewed" in printed
    assert booking.name not in printed + json.dumps(rows)
    assert run("audit", "--date", "2026-01-25") == "0 acts\n"


def test_conflicts_are_decided_at_the_command_line(run: Run, twice: tuple[BoothDouble, str, str]) -> None:
    conflict = json.loads(run("conflicts", "list", "--json"))[0]["id"]
    assert "open" in run("conflicts", "list")
    assert "void" in run("conflicts", "decide", conflict, "void", "--officer", "2001")
    assert run("conflicts", "list") == "0 conflicts\n"
    assert "void by 2001" in run("conflicts", "list", "--all")
    assert told(twice[0])[-1]["decision"] == "void"


def test_records_are_listed_page_by_page(desk: BoothDouble, booth: BoothDouble) -> None:
    sent = [booth.record(HelpCalled("scan")) for _ in range(5)]
    booth.sync(*sent)
    first = desk.call("GET", "/v1/records", params={"limit": 3}).json()
    rest = desk.call("GET", "/v1/records", params={"limit": 3, "after": first["records"][-1]["pos"]}).json()
    assert [row["id"] for row in first["records"] + rest["records"]] == [record["id"] for record in sent]
    assert (first["more"], rest["more"]) == (True, False)
    assert "body" not in first["records"][0]


def test_a_sealed_packet_goes_out_sealed(desk: BoothDouble, booth: BoothDouble) -> None:
    packet = booth.seal(JPEG, "visit", record_id())
    answer = booth.patch(packet, record_id())
    assert answer.status_code == 201
    got = desk.call("GET", f"/v1/blobs/{sha256_hex(packet)}")
    assert (got.status_code, got.content) == (200, packet)
    assert desk.call("GET", f"/v1/blobs/{'0' * 64}").status_code == 404
