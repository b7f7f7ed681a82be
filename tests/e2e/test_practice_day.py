"""The main job without a screen: a day at the camera becomes records, photos and a report, with the office up and down."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

from kiosk_app.assembly import open_booth
from kiosk_app.clock import SystemClock
from kiosk_app.paths import BoothPaths
from tests.e2e.conftest import House


def records(house: House) -> list[dict[str, object]]:
    assert house.at_office("records", "--json") == 0
    return list(json.loads(house.out))


def test_a_day_reaches_the_office_whole(house: House) -> None:
    house.enrol()
    day = house.json("practice", "--applicants", "6", "--seed", "2")
    away = day["turned_away"]
    assert isinstance(away, dict)
    assert int(str(day["arrived"])) + sum(away.values()) == 6
    assert int(str(day["photos"])) >= 1
    assert day["booth_records"] == day["office_records"] == len(records(house))
    assert (day["waiting"], day["office_photos"]) == (0, day["photos"])
    assert isinstance(day["seconds_per_checkin_p50"], float)

    status = house.json("status")
    assert status["captured"] == status["acked"] == day["booth_records"]
    assert (status["waiting"], status["quarantined"], status["blobs_waiting"]) == (0, 0, 0)
    assert house.json("verify")["head_sha256"] == status["head_sha256"]

    photo = next(record for record in records(house) if record["kind"] == "photo_taken")
    assert "practice" in str(photo["flags"])
    target = house.folder / "photo.jpg"
    assert house.at_office("photo", str(photo["id"]), "--out", str(target)) == 0
    assert target.read_bytes().startswith(b"\xff\xd8\xff")

    assert house.kiosk("report", "--format", "json") == 0
    report = json.loads(house.out)
    assert report["demand"] == 6
    assert report["facts"] == day["booth_records"], "totals equal the journal"
    assert report["turned_away_by_reason"] == away
    assert house.kiosk("report", "--format", "csv") == 0
    rows = {(row["section"], row["item"]): row["count"] for row in csv.DictReader(io.StringIO(house.out))}
    assert rows["total", "demand"] == "6"
    assert house.at_office("report", "--practice") == 0
    assert json.loads(house.out)["demand"] == 6, "booth and office count the same"


def test_the_day_goes_on_while_the_office_is_gone(house: House) -> None:
    house.enrol()
    house.json("practice", "--applicants", "3", "--seed", "1")
    house.office_gone()
    offline = house.json("practice", "--applicants", "3", "--seed", "2", "--sync-timeout", "1")
    assert int(str(offline["booth_records"])) == int(str(offline["office_records"])) + int(str(offline["waiting"]))
    assert house.kiosk("sync", "--until-empty", "--timeout", "1") == 1
    assert "the office does not answer" in house.err
    house.office_back()
    assert house.kiosk("sync", "--until-empty", "--timeout", "60") == 0, house.err
    ids = [record["id"] for record in records(house)]
    assert len(ids) == len(set(ids)) == offline["booth_records"], "nothing lost, nothing doubled"
    assert house.kiosk("verify") == 0


def test_nothing_readable_is_left_on_the_booths_disk(house: House) -> None:
    house.enrol()
    house.json("practice", "--applicants", "3", "--seed", "5")
    booth = open_booth(BoothPaths(house.booth), SystemClock())
    now = booth.clock.now()
    booked = booth.roster.between(now - timedelta(days=30), now + timedelta(days=30))
    booth.close()
    personal = {text for booking in booked for text in (booking.number, booking.name, booking.id)}
    assert len(personal) > 60
    content = b"".join(path.read_bytes() for path in house.booth.rglob("*") if path.is_file())
    assert len(content) > 10_000
    assert not [text for text in personal if text.encode() in content]
    assert b"\xff\xd8\xff" not in content, "no photo lies there open"


def test_a_real_booth_refuses_to_be_rehearsed(house: House) -> None:
    house.enrol(practice=False)
    assert house.kiosk("practice", "--applicants", "1") == 1
    assert "serves real applicants" in house.err


def test_a_report_goes_into_a_file_or_says_why_not(house: House, tmp_path: Path) -> None:
    house.enrol(bookings=0)
    assert house.kiosk("report", "--out", str(tmp_path / "report.json")) == 0
    assert json.loads((tmp_path / "report.json").read_text())["demand"] == 0
    assert house.kiosk("report", "--out", str(tmp_path / "no" / "report.json")) == 1
    assert "cannot be written" in house.err
