"""A real office on 127.0.0.1 for each test, booths that talk to it, and its commands."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.postgres import Postgres, find_binaries, postgres
from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.office.cli import add_office_command
from kiosk_app.office.office import Office
from kiosk_app.office.serve import OfficeServer
from kiosk_app.paths import OfficePaths

from .booth_double import BoothDouble, MovableClock

SITE = "palembang-icon"
OTHER_SITE = "ptc-mall"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
both_databases = pytest.mark.parametrize("database", [SQLITE, POSTGRESQL], indirect=True)
MakeBooth = Callable[..., BoothDouble]
MakeBooking = Callable[..., Booking]


class Run:
    """Runs one command on the test's office, by its clock, and gives what it printed; `remarks` is what the last one said beside it."""

    def __init__(self, data: Path, database: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.remarks = ""
        self._data = data
        self._database = ["--database", database] if database else []
        self._capsys = capsys

    def __call__(self, *words: object) -> str:
        parser = argparse.ArgumentParser()
        add_office_command(parser.add_subparsers(required=True))
        args = parser.parse_args(["office", "--data", str(self._data), *map(str, words), *self._database])
        self._capsys.readouterr()
        assert args.run(args) == 0
        said = self._capsys.readouterr()
        self.remarks = said.err
        return said.out


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def paths(tmp_path: Path) -> OfficePaths:
    return OfficePaths(tmp_path / "office")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """PostgreSQL from the installed binaries, once for all tests of this process."""
    if find_binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres() as running:
        yield running


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.nightly)])
def database(request: pytest.FixtureRequest) -> str:
    """The database's address, "" for the data folder's own. What differs between the two has tests that ask for both by day."""
    if request.param == SQLITE:
        return ""
    return str(request.getfixturevalue("postgres_server").database())


@pytest.fixture
def office(paths: OfficePaths, database: str, clock: MovableClock) -> Iterator[Office]:
    office = Office.open(paths, database, clock=clock)
    yield office
    office.close()


@pytest.fixture
def run(
    paths: OfficePaths,
    database: str,
    clock: MovableClock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    monkeypatch.setattr("kiosk_app.office.office.SystemClock", lambda: clock)
    return Run(paths.root, database, capsys)


@pytest.fixture
def server(office: Office) -> Iterator[OfficeServer]:
    server = OfficeServer(office)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def make_booth(office: Office, server: OfficeServer, clock: MovableClock) -> Iterator[MakeBooth]:
    """Makes enrolled booths that hold a token."""
    made: list[BoothDouble] = []

    def make(name: str = "Icon", site: str = SITE, practice: bool = False) -> BoothDouble:
        booth = BoothDouble(server.url, clock)
        made.append(booth)
        return booth.enrol(office.invite(name, site, practice)).log_in()

    yield make
    for booth in made:
        booth.http.close()


@pytest.fixture
def stranger(server: OfficeServer, clock: MovableClock) -> Iterator[BoothDouble]:
    """A machine that nobody has enrolled."""
    booth = BoothDouble(server.url, clock)
    yield booth
    booth.http.close()


@pytest.fixture
def booth(make_booth: MakeBooth) -> BoothDouble:
    return make_booth()


@pytest.fixture
def make_booking(office: Office, clock: MovableClock) -> MakeBooking:
    """Puts a booking into the office's book; each call makes another one."""
    count = 0

    def make(place: str = SITE, slot: datetime | None = None, **changes: Any) -> Booking:
        nonlocal count
        count += 1
        booking = Booking(
            id=booking_id_text(count), number=f"{count:016d}", name="Budi Santoso", service="new",
            slot=slot or clock.now() + timedelta(hours=1), place=place, area="16.71", person="p" * 64,
        )  # fmt: skip
        booking = replace(booking, **changes)
        office.bookings.put([booking])
        return booking

    return make
