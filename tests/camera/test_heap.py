"""Pages between pieces that are still used go back to the system, and the reading thread sees to it."""

import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kiosk_app.camera.frames import Image
from kiosk_app.camera.heap import give_back
from kiosk_app.camera.reading import FrameReader
from kiosk_app.camera.sink import FaultBoard
from kiosk_app.camera.slot import LatestFrame
from tests.camera.worker_rig import QUICK, Listener, Script, noise

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc's heap")
PIECE = 100_000  # bytes: glibc takes larger ones directly from the system, until it has learnt that they come often


def resident_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def read_twenty(tidy_s: float) -> None:
    stop, listener = threading.Event(), Listener()

    def play(opening: int) -> Iterator[Image]:
        yield from itertools.islice(noise(opening), 19)
        stop.set()
        yield next(noise(77))

    limits = replace(QUICK, tidy_s=tidy_s)
    FrameReader(lambda: Script(play), listener, FaultBoard(listener), LatestFrame(), stop, limits).run()


@pytest.mark.parametrize(
    ("tidy", "least", "most"),
    [(give_back, 40.0, 80.0), (lambda: read_twenty(0.0), 40.0, 80.0), (lambda: read_twenty(3600.0), -40.0, 20.0)],
)
def test_free_pages_between_used_ones_are_given_back(tidy: Callable[[], None], least: float, most: float) -> None:
    give_back()
    pieces = [np.ones(PIECE, np.uint8) for _ in range(600)]
    kept = pieces[::20]
    del pieces
    full = resident_mb()
    tidy()
    assert least <= full - resident_mb() <= most
    assert len(kept) == 30
