"""`kiosk-app office ...` as scripts and people use it."""

import io
import json
import os
import stat
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest
import requests

from kiosk_app.booth.facts import CodeKind, Fact, HelpCalled, Lane, Reason, Recorded, TurnedAway
from kiosk_app.booth.report import daily_report, to_json
from kiosk_app.errors import KioskError
from kiosk_app.office.office import Office
from kiosk_app.paths import OfficePaths

from .booth_double import BoothDouble, arrival, photo, record_id
from .conftest import SITE, MakeBooking, MakeBooth, Run

JPEG = b"\xff\xd8 a face \xff\xd9"


def test_a_code_is_the_last_word(run: Run, office: Office, stranger: BoothDouble) -> None:
    code = run("booth", "add", "Icon 1", "--practice", "--letter", "K").split()[-1]
    answer = stranger.try_to_enrol(code).json()
    assert (answer["name"], answer["letter"], answer["site_id"], answer["practice"]) == ("Icon 1", "K", SITE, True)
    listed = json.loads(run("booth", "list", "--json"))
    assert [(booth["name"], booth["practice"], booth["records"]) for booth in listed] == [("Icon 1", True, 0)]


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_booth_is_shut_out(run: Run, make_booth: MakeBooth, by: str) -> None:
    booth = make_booth("Icon 1")
    run("booth", "revoke", booth.id if by == "id" else "Icon 1")
    assert booth.call("GET", "/v1/config").json()["type"] == "device-revoked"
    assert "revoked" in run("booth", "list")
    with pytest.raises(KioskError, match="No booth in use"):
        run("booth", "revoke", "Icon 1")


def test_two_booths_of_one_name_are_told_apart_by_id(run: Run, make_booth: MakeBooth) -> None:
    make_booth("Icon 1")
    make_booth("Icon 1")
    with pytest.raises(KioskError, match="Several booths"):
        run("booth", "revoke", "Icon 1")


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What a script pipes into the command."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_pin_comes_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "482915\n")
    run("officer", "add", "1007", "Dewi Lestari", "--role", "supervisor")
    assert json.loads(run("officer", "list", "--json")) == [
        {"id": "1007", "name": "Dewi Lestari", "role": "supervisor", "practice": False}
    ]
    assert "482915" not in run("officer", "list")


@pytest.mark.parametrize(
    "pin", ["", "12345", "123456", "654321", "111111", "890123", "121212", "246810", "abcdef", "１２３５７９", "1" * 13]
)
def test_a_weak_pin_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch, pin: str) -> None:
    type_in(monkeypatch, f"{pin}\n")
    with pytest.raises(KioskError, match="too easy"):
        run("officer", "add", "1007", "Dewi", "--role", "officer")


@pytest.mark.parametrize(("officer", "name"), [("", "Dewi"), ("10 07", "Dewi"), ("1007", ""), ("1007", "De\x1bwi")])
def test_strange_names_are_refused(office: Office, officer: str, name: str) -> None:
    with pytest.raises(KioskError):
        office.officers.add(officer, name, "officer", "482915")
    with pytest.raises(KioskError, match="does not exist"):
        office.officers.add("1007", "Dewi", "chief", "482915")


def test_samples_and_their_codes(run: Run, paths: OfficePaths) -> None:
    file = paths.root / "codes.jsonl"
    assert (
        run("bookings", "sample", "15", "--seed", "4", "--date", "2026-01-24", "--codes", str(file)) == "15 bookings\n"
    )
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(lines) == 15
    assert all(line["code"].startswith("IMI1") and len(line["booking"]) == 11 for line in lines)
    printed = run("bookings", "sample", "15", "--seed", "4", "--date", "2026-01-24", "--codes", "-")
    assert printed == file.read_text()
    standing = run("bookings", "codes").splitlines()
    assert set(standing) < set(printed.splitlines()), "practice has codes of cancelled bookings too"
    assert 0 < len(run("bookings", "codes", "--date", "2026-01-24").splitlines()) < len(standing) < 15


def test_bookings_are_imported_and_changed(
    run: Run, booth: BoothDouble, make_booking: MakeBooking, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("number,name,service,slot,place,area\n9234567890123456,Sri,new,2026-01-24 10:00,ptc-mall,16.71\n")
    assert run("bookings", "import", str(file)).splitlines()[-1] == "1 bookings"
    one, other = make_booking(), make_booking()
    run("bookings", "cancel", one.id)
    run("bookings", "move", one.id, "--place", SITE, "--slot", "2026-01-25T09:30")
    run("bookings", "remove", other.id)
    (row,) = booth.call("GET", "/v1/snapshot").json()["rows"]
    assert (row["data"]["status"], row["data"]["slot"]) == ("cancelled", "2026-01-25T02:30:00.000Z")
    for words in (("--place", "nowhere", "--slot", "2026-01-25T09:30"), ("--place", SITE, "--slot", "tomorrow")):
        with pytest.raises(KioskError):
            run("bookings", "move", one.id, *words)
    with pytest.raises(KioskError, match="cannot be read"):
        run("bookings", "import", str(file.with_name("missing.csv")))


def test_other_rules_reach_the_booths(run: Run, office: Office, booth: BoothDouble, tmp_path: Path) -> None:
    rules = json.loads(run("profile", "show"))
    rules["admission"]["late_minutes"] = 7
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(rules))
    before = booth.call("GET", "/v1/config").json()["version"]
    run("profile", "publish", str(file))
    assert booth.call("GET", "/v1/config").json()["version"] == before + 1
    assert json.loads(run("profile", "show"))["admission"]["late_minutes"] == 7
    for wrong in ("{", "[]", json.dumps({**rules, "typo": 1}), json.dumps({**rules, "place": "nowhere"})):
        file.write_text(wrong)
        with pytest.raises(KioskError):
            run("profile", "publish", str(file))
    rules["places"], rules["place"] = [one for one in rules["places"] if one["id"] != SITE], "ptc-mall"
    file.write_text(json.dumps(rules))
    with pytest.raises(KioskError, match="leaves out a place"):
        run("profile", "publish", str(file))
    assert booth.call("GET", "/v1/config").json()["version"] == before + 1


def test_records_have_exactly_the_promised_fields(run: Run, make_booth: MakeBooth) -> None:
    booth = make_booth("Icon 1", practice=True)
    message = booth.record(HelpCalled("scan"))
    booth.sync(message)
    (listed,) = json.loads(run("records", "--json"))
    received = listed.pop("received_at")
    assert received == "2026-01-24T03:00:00.000Z"
    assert listed == {"id": message["id"], "booth": "Icon 1", "seq": 1, "kind": "help_call", "flags": ["practice"]}
    assert "[practice]" in run("records")


def test_a_photo_is_opened_into_a_file(run: Run, booth: BoothDouble, tmp_path: Path) -> None:
    record, target = record_id(), tmp_path / "face.jpg"
    packet = booth.seal(JPEG, "visit", record)
    booth.patch(packet, record)
    booth.sync(booth.record(photo("visit", packet, JPEG, "key"), identifier=record))
    said = run("photo", record, "--out", str(target))
    assert target.read_bytes() == JPEG
    assert f"{len(JPEG)} bytes" in said
    assert f"{len(packet)} bytes" in said
    if os.name != "nt":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with pytest.raises(KioskError, match="cannot be written"):
        run("photo", record, "--out", str(tmp_path / "no" / "folder.jpg"))


def test_the_report_has_the_booths_own_numbers(run: Run, make_booth: MakeBooth, office: Office) -> None:
    one, practice, far = make_booth("Icon 1"), make_booth("Latihan", practice=True), make_booth("PTC", site="ptc-mall")
    facts: list[Fact] = [
        arrival(), arrival(lane=Lane.PRIORITY), TurnedAway(Reason.EARLY, CodeKind.SIGNED, "new", "16.71"), HelpCalled("scan"),
    ]  # fmt: skip
    messages = [one.record(fact) for fact in facts]
    one.sync(*messages)
    practice.sync(practice.record(arrival()))
    far.sync(far.record(arrival()))
    own = [
        Recorded(place, message["id"], one.stamp(), fact)
        for place, (message, fact) in enumerate(zip(messages, facts, strict=True), 1)
    ]
    with office.database.read() as connection:
        expected = to_json(daily_report(own, date(2026, 1, 24), office.configuration.profile(connection)))
    assert json.loads(run("report", "--date", "2026-01-24")) == expected
    assert json.loads(run("report", "--date", "2026-01-24", "--booth", "Icon 1")) == expected
    assert json.loads(run("report", "--date", "2026-01-24", "--practice"))["arrived"] == 1
    assert json.loads(run("report", "--date", "2026-01-24", "--site", "ptc-mall"))["arrived"] == 1
    assert json.loads(run("report", "--date", "2026-01-25"))["demand"] == 0
    assert "total,demand,3" in run("report", "--date", "2026-01-24", "--format", "csv")


def test_serve_answers_until_it_is_told_to_stop(paths: OfficePaths) -> None:
    program = (
        "import argparse, sys\nfrom kiosk_app.office.cli import add_office_command\np = argparse.ArgumentParser()\n"
        "add_office_command(p.add_subparsers())\na = p.parse_args(sys.argv[1:])\nsys.exit(a.run(a))\n"
    )
    words = ["office", "--data", str(paths.root), "serve", "--port", "0"]
    with subprocess.Popen([sys.executable, "-c", program, *words], stderr=subprocess.PIPE, text=True) as process:
        deadline = threading.Timer(60, process.kill)
        deadline.start()
        assert process.stderr is not None
        url = process.stderr.readline().split()[-1]
        while True:
            try:
                answer = requests.get(f"{url}/v1/ping", params={"n": "1"}, timeout=5)
                break
            except requests.ConnectionError:
                assert process.poll() is None
                time.sleep(0.05)
        assert answer.json()["n"] == "1"
        process.terminate()
        assert process.wait() == 0 or os.name == "nt", "killed only if it does not stop by itself"
        deadline.cancel()
