"""A running office, a hostile front before it, and a booth that only knows the front."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk_app.office.office import Office
from kiosk_app.office.serve import OfficeServer
from kiosk_app.paths import OfficePaths
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit, enrol_booth


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2025, 1, 25, 2, 0, tzinfo=UTC), 1000.0)


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of an office and of a booth that is enrolled there: made once, copied for every test."""
    folder = tmp_path_factory.mktemp("pair")
    office = Office.open(OfficePaths(folder / "office"))
    server = OfficeServer(office)
    server.start()
    enrol_booth(folder / "booth", office, server.url)
    server.stop()
    office.close()
    return folder


@pytest.fixture
def office(tmp_path: Path, pair: Path, clock: ManualClock) -> Iterator[Office]:
    shutil.copytree(pair / "office", tmp_path / "office")
    opened = Office.open(OfficePaths(tmp_path / "office"), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def server(office: Office) -> Iterator[OfficeServer]:
    running = OfficeServer(office)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def front(server: OfficeServer) -> Iterator[hostile.Front]:
    with hostile.serve(server.url) as running:
        yield running


@pytest.fixture
def booth(tmp_path: Path, pair: Path, front: hostile.Front, clock: ManualClock) -> Iterator[BoothKit]:
    shutil.copytree(pair / "booth", tmp_path / "booth")
    kit = BoothKit(tmp_path / "booth", front.url, clock)
    yield kit
    kit.close()
