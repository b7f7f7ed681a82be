"""Starts the measured programs and takes their answers."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk_app.rehearsal.playhouse import Playhouse

_ROOT = Path(__file__).resolve().parent.parent
_LONGEST_S = 180.0


def bare_window(seconds: float) -> dict[str, float]:
    """The yardstick's answer: `painted`, `started` (monotonic seconds) and, with `seconds` of life, `rss_mb`."""
    return _run([sys.executable, "-m", "bench.children.bare", str(seconds)], "")


def booth(root: Path, attract_s: float, photo_s: float, code: str, officer: tuple[str, str]) -> dict[str, float]:
    """The booth's answer: `imported`, `built`, `painted`, `started` and what was asked of `attract_mb` and `photo_mb`."""
    order = {
        "root": str(root), "attract_s": attract_s, "photo_s": photo_s, "code": code, "officer": officer,
    }  # fmt: skip
    return _run([sys.executable, "-m", "bench.children.booth"], json.dumps(order))


@contextmanager
def enrolled_booth(seed: int) -> Iterator[Playhouse]:
    """A practice booth in a temporary folder, with its office answering in this process."""
    house = Playhouse(seed)
    try:
        house.open()
        yield house
    finally:
        house.close()


def say(line: str) -> None:
    """Progress for whoever waits; results go to stdout."""
    print(line, file=sys.stderr, flush=True)


def _run(command: list[str], text: str) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    # Python's monotonic clock on Linux is the machine's: the child's seconds and ours have the same zero.
    started = time.monotonic()
    done = subprocess.run(
        command, input=text, cwd=_ROOT, env=environment, capture_output=True, text=True, timeout=_LONGEST_S, check=False
    )
    if done.returncode:
        say(done.stderr)
        raise RuntimeError(f"{command[2]} ended with {done.returncode}.")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {"started": started, **told}
