"""A running office, a hostile front before it, and a booth that only knows the front."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk_app.office.office import Office
from kiosk_app.office.serve import OfficeServer
from kiosk_app.paths import OfficePaths
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2025, 1, 25, 2, 0, tzinfo=UTC), 1000.0)


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
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
def booth(tmp_path: Path, office: Office, front: hostile.Front, clock: ManualClock) -> Iterator[BoothKit]:
    kit = BoothKit(tmp_path / "booth", office, front.url, clock)
    front.seen.clear()
    yield kit
    kit.close()
