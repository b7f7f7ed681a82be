"""A house for each test that wants one: a real office on a free port, a real booth enrolled with it, the real command line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk_app.cli import main
from kiosk_app.office.office import Office
from kiosk_app.office.serve import OfficeServer
from kiosk_app.paths import OfficePaths


@dataclass
class House:
    """The office's folder and server, the booth's folder, and the command line with what it printed."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    office: Office
    server: OfficeServer
    out: str = ""
    err: str = ""

    @property
    def booth(self) -> Path:
        return self.folder / "booth"

    def kiosk(self, command: str, *args: str) -> int:
        """Runs `kiosk-app COMMAND --data BOOTH ARGS`; the exit status."""
        return self._main(command, "--data", str(self.booth), *args)

    def at_office(self, *args: str) -> int:
        """Runs `kiosk-app office --data OFFICE ARGS`."""
        return self._main("office", "--data", str(self.folder / "office"), *args)

    def json(self, command: str, *args: str) -> dict[str, object]:
        """The answer of a command that must succeed."""
        assert self.kiosk(command, "--json", *args) == 0, self.err
        return dict(json.loads(self.out))

    def enrol(self, *, practice: bool = True, bookings: int = 30) -> None:
        """Makes the booth one of this office."""
        if bookings:
            assert self.at_office("bookings", "sample", str(bookings), "--seed", "1") == 0, self.err
        assert self.at_office("booth", "add", "Icon 1", *(["--practice"] if practice else [])) == 0, self.err
        code = self.out.split()[-1]
        assert self.kiosk("enrol", "--office", self.server.url, "--code", code) == 0, self.err

    def office_gone(self) -> None:
        self.server.stop()

    def office_back(self) -> None:
        self.server = OfficeServer(self.office, port=self.server.port)
        self.server.start()

    def _main(self, *args: str) -> int:
        self.capsys.readouterr()
        try:
            status = main(args)
        except SystemExit as error:  # argparse ends so on wrong usage
            status = int(error.code or 0)
        self.out, self.err = self.capsys.readouterr()
        return status


@pytest.fixture
def house(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[House]:
    office = Office.open(OfficePaths(tmp_path / "office"))
    server = OfficeServer(office)
    server.start()
    made = House(tmp_path, capsys, office, server)
    yield made
    made.server.stop()
    office.close()
