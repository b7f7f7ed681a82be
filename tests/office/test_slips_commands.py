"""Signed codes and slips from the command line."""

import argparse
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk_app.booth.codes import parse
from kiosk_app.booth.facts import CodeKind
from kiosk_app.errors import KioskError
from kiosk_app.office.cli import add_office_command
from kiosk_app.office.office import Office
from kiosk_app.office.slip_page import group_id
from kiosk_app.office.tables import bookings
from kiosk_app.paths import OfficePaths

from .conftest import MakeBooking
from .test_bookings import OfficeVerifier

Run = Callable[..., str]
HEADER = "number,name,service,slot,place,area,status\n"
LINES = (
    "9234567890123456,Sri Wahyuni,new,2026-01-24 10:00,palembang-icon,16.71,\n"
    "9234567890123457,Budi,renew,2026-01-24 10:30,ptc-mall,16.71,\n"
    "9234567890123458,Ani,renew,2026-01-24 10:30,ptc-mall,16.71,cancelled\n"
)


@pytest.fixture
def run(paths: OfficePaths, office: Office, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command on the test's office and gives what it printed."""

    def command(*words: object) -> str:
        parser = argparse.ArgumentParser()
        add_office_command(parser.add_subparsers(required=True))
        args = parser.parse_args(["office", "--data", str(paths.root), *map(str, words)])
        capsys.readouterr()
        assert args.run(args) == 0
        return capsys.readouterr().out

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + LINES)
    return file


def test_an_import_prints_the_codes_of_what_stands(run: Run, office: Office, file: Path) -> None:
    *lines, last = run("bookings", "import", file).splitlines()
    assert last == "3 bookings"
    assert len(lines) == 2
    for line in lines:
        name, code = line.split(" ")
        understood = parse(code, OfficeVerifier(office))
        assert (understood.kind, understood.booking_id) == (CodeKind.SIGNED, name)
    again = json.loads(run("bookings", "import", file, "--json"))
    assert again["bookings"] == 3
    assert [f"{one['booking']} {one['code']}" for one in again["codes"]] == lines
    assert again["slips"] == []


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
    assert run("bookings", "import", file, "--slips", folder).endswith(f"3 bookings, 2 slips in {folder}\n")


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
