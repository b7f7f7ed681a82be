"""Signed codes and slips from the command line."""

import json
import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk_app.booth.codes import parse
from kiosk_app.booth.facts import CodeKind
from kiosk_app.errors import KioskError
from kiosk_app.office.office import Office
from kiosk_app.office.slip_page import group_id
from kiosk_app.office.tables import bookings

from .booth_double import MovableClock
from .conftest import MakeBooking, Run
from .test_bookings import OfficeVerifier

HEADER = "number,name,service,slot,place,area,status\n"
LINES = (
    "9234567890123456,Sri Wahyuni,new,2026-01-24 10:00,palembang-icon,16.71,\n"
    "9234567890123457,Budi,renew,2026-01-24 10:30,ptc-mall,16.71,\n"
    "9234567890123458,Ani,renew,2026-01-24 10:30,ptc-mall,16.71,cancelled\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + LINES)
    return file


def test_an_import_prints_the_codes_of_what_stands(run: Run, office: Office, file: Path) -> None:
    *lines, last = run("bookings", "import", file).splitlines()
    assert last == "3 bookings, of them 1 cancelled or moved"
    assert len(lines) == 2
    for line in lines:
        name, code = line.split(" ")
        understood = parse(code, OfficeVerifier(office))
        assert (understood.kind, understood.booking_id) == (CodeKind.SIGNED, name)
    again = json.loads(run("bookings", "import", file, "--json"))
    assert again["bookings"] == 3
    assert [f"{one['booking']} {one['code']}" for one in again["codes"]] == lines
    assert (again["slips"], again["past"]) == ([], [])


def test_an_import_writes_a_slip_for_each_that_stands(run: Run, file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "slips"
    said = json.loads(run("bookings", "import", file, "--slips", folder, "--slip-format", "png", "--json"))
    assert (
        sorted(os.listdir(folder)) == sorted(said["slips"]) == sorted(f"{one['booking']}.png" for one in said["codes"])
    )
    for written in folder.iterdir():
        assert written.read_bytes().startswith(b"\x89PNG")
        if os.name != "nt":
            assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert run("bookings", "import", file, "--slips", folder).endswith(
        f"3 bookings, 2 slips in {folder}; no slip for 1 cancelled or moved\n"
    )


def test_nobody_is_invited_to_an_appointment_that_is_past(
    run: Run, office: Office, clock: MovableClock, file: Path, tmp_path: Path
) -> None:
    """By the booths' own rule: at 10:30 who has an appointment at 10:00 is still on time, a minute later no more."""
    folder = tmp_path / "slips"
    clock.time = datetime(2026, 1, 24, 3, 30, tzinfo=UTC)
    said = json.loads(run("bookings", "import", file, "--slips", folder, "--json"))
    assert (len(said["slips"]), said["past"]) == (2, [])
    clock.forward(timedelta(minutes=1))
    said = json.loads(run("bookings", "import", file, "--slips", folder / "later", "--json"))
    (past,) = said["past"]
    assert [f"{past}.pdf", *said["slips"]] == [f"{one['booking']}.pdf" for one in said["codes"]]
    assert os.listdir(folder / "later") == said["slips"]
    with office.database.read() as connection:
        name = connection.scalar(select(bookings.c.name).where(bookings.c.id == past))
    assert name == "Sri Wahyuni", "it is taken all the same"
    last = run("bookings", "import", file, "--slips", folder / "text").splitlines()[-1]
    assert last == f"3 bookings, 1 slips in {folder / 'text'}; no slip for 1 past and 1 cancelled or moved"
    assert run("bookings", "import", file).endswith("3 bookings, of them 1 past and 1 cancelled or moved\n")
    clock.forward(timedelta(days=1))
    last = run("bookings", "import", file, "--slips", folder / "none").splitlines()[-1]
    assert last == f"3 bookings, 0 slips in {folder / 'none'}; no slip for 2 past and 1 cancelled or moved"
    told = run("bookings", "slip", past, "--out", tmp_path / "asked.pdf")
    assert told == f"{tmp_path / 'asked.pdf'}: slip of booking {past}, A5; its appointment is past\n"


def test_only_what_stands_has_a_code(run: Run, office: Office, file: Path, tmp_path: Path) -> None:
    *_, standing = run("bookings", "import", file).splitlines()[:-1]
    listed = [json.loads(line) for line in run("bookings", "codes").splitlines()]
    assert len(listed) == 2
    assert run.remarks == "1 of 3 bookings are cancelled or moved and have no code.\n"
    assert all(parse(one["code"], OfficeVerifier(office)).booking_id == one["booking"] for one in listed)
    run("bookings", "cancel", group_id(standing.split()[0]).lower())
    target = tmp_path / "codes.jsonl"
    run("bookings", "codes", "--date", "2026-01-24", "--out", target)
    assert [json.loads(line)["booking"] for line in target.read_text().splitlines()] == [
        one["booking"] for one in listed if one["booking"] != standing.split()[0]
    ]
    assert run.remarks == "2 of 3 bookings are cancelled or moved and have no code.\n"
    assert run("bookings", "codes", "--date", "2026-01-25") == ""
    assert run.remarks == ""


def test_slips_are_replaced_only_when_told_so(run: Run, office: Office, file: Path, tmp_path: Path) -> None:
    run("bookings", "import", file, "--slips", tmp_path / "slips")
    names = sorted((tmp_path / "slips").iterdir())
    names[0].write_bytes(b"old")
    names[1].unlink()
    file.write_text(HEADER + LINES.replace("Budi", "Budi Raharjo").replace("10:30", "11:00"))
    with pytest.raises(KioskError, match=rf"Nothing was imported: {names[0].name} is there already\. Add --force"):
        run("bookings", "import", file, "--slips", tmp_path / "slips")
    assert names[0].read_bytes() == b"old"
    assert not names[1].exists()
    with office.database.read() as connection:
        assert set(connection.scalars(select(bookings.c.name))) == {"Sri Wahyuni", "Budi", "Ani"}
    run("bookings", "import", file, "--slips", tmp_path / "slips", "--force")
    assert [name.read_bytes()[:4] for name in names] == [b"%PDF", b"%PDF"]


def test_no_slips_where_there_is_no_room_for_them(run: Run, file: Path) -> None:
    with pytest.raises(KioskError, match="Nothing was imported"):
        run("bookings", "import", file, "--slips", file / "slips")
    assert run("bookings", "codes") == ""


@pytest.mark.parametrize(("suffix", "start"), [("pdf", b"%PDF"), ("PNG", b"\x89PNG")])
def test_the_slip_of_one_booking(
    run: Run, make_booking: MakeBooking, tmp_path: Path, suffix: str, start: bytes
) -> None:
    booking, target = make_booking(), tmp_path / f"one.{suffix}"
    assert (
        run("bookings", "slip", group_id(booking.id).lower(), "--out", target)
        == f"{target}: slip of booking {booking.id}, A5\n"
    )
    assert target.read_bytes().startswith(start)
    assert sorted(os.listdir(tmp_path)) == ["office", target.name], "nothing is left beside it"
    target.write_bytes(b"mine")
    with pytest.raises(KioskError, match="there already"):
        run("bookings", "slip", booking.id, "--out", target)
    assert target.read_bytes() == b"mine"
    run("bookings", "slip", booking.id, "--out", target, "--force")
    assert target.read_bytes().startswith(start)


def test_mistakes_are_told_in_one_line(run: Run, make_booking: MakeBooking, tmp_path: Path) -> None:
    booking, other = make_booking(), make_booking()
    run("bookings", "cancel", other.id)
    wrong = booking.id[:-1] + ("A" if booking.id[-1] != "A" else "B")
    run("bookings", "remove", make_booking().id)
    for words, told in (
        ((booking.id, "--out", tmp_path / "slip.jpg"), r"\.pdf or a \.png"),
        ((booking.id, "--out", tmp_path / "slip"), r"\.pdf or a \.png"),
        ((booking.id, "--out", tmp_path / "no" / "slip.pdf"), "cannot be written"),
        ((other.id, "--out", tmp_path / "slip.pdf"), "turned away"),
        ((wrong, "--out", tmp_path / "slip.pdf"), "not a booking id"),
        (("AAAAAAAAAAA", "--out", tmp_path / "slip.pdf"), "no booking of this id"),
    ):
        with pytest.raises(KioskError, match=told) as fault:
            run("bookings", "slip", *words)
        assert "\n" not in str(fault.value)
    assert sorted(os.listdir(tmp_path)) == ["office"]


def test_an_installation_that_cannot_draw_says_so(
    run: Run, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = run("bookings", "import", file)
    monkeypatch.setitem(sys.modules, "kiosk_app.office.slips", None)
    target = tmp_path / "slip.pdf"
    with pytest.raises(KioskError, match="Pillow"):
        run("bookings", "slip", printed.split()[0], "--out", target)
    assert not target.exists()
