"""A booth that was without network for days, the office that waits for it, and the emulated link between them."""

import json
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from bench.faults.chaos import Plan, prepare
from bench.faults.link import ADDRESSES, Link, link
from bench.faults.wire import Shape
from bench.past import PastClock
from kiosk_app.assembly import open_booth
from kiosk_app.booth.facts import Arrived, Called, CodeKind, DocumentsChecked, Finished, Lane, Outcome, PhotoTaken
from kiosk_app.paths import BoothPaths
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Outbox

RECORDS_A_VISIT = 5
OFFICE_PORT, FRONT_PORT = 8080, 8081
_MEASURES = (
    "inter_eye_px", "yaw_deg", "pitch_deg", "roll_deg", "eyes_open", "mouth_open", "smile", "sharpness",
    "background_l", "background_spread", "left_right", "dark_glasses", "glasses",
)  # fmt: skip
_RULES = ("single_face", "centred", "size", "pose", "sharpness", "light", "background", "eyes_open", "mouth_closed")
_ROOT = Path(__file__).resolve().parent.parent
_STOP_S = 20


@dataclass(frozen=True, slots=True)
class Outage:
    """What gathered: so many visits, of five records and one photo of `photo_bytes` each, over so many days."""

    visits: int
    photo_bytes: int
    days: int = 3


def make(folder: Path, outage: Outage, seed: int) -> None:
    """An office and a booth in `folder`, whose journal holds what gathered. The office keeps no photo at the booth any shorter."""
    prepare(Plan(records=0, kills=0, office_kills=0, seed=seed, retention_h=24 * 30), folder)
    clock = PastClock()
    booth = open_booth(BoothPaths(folder / "booth"), clock)
    rng = random.Random(seed)  # noqa: S311 - noise, no secret
    begin = datetime.now(UTC) - timedelta(days=outage.days)
    step = timedelta(days=outage.days) / max(outage.visits * RECORDS_A_VISIT, 1)
    append, officer = booth.journal.append, "1001"
    try:
        for place in range(outage.visits):
            clock.set(begin + step * RECORDS_A_VISIT * place)
            visit = rng.randbytes(16).hex()
            append(
                Arrived(
                    visit, f"A{place % 1000:03d}", Lane.ORDINARY, CodeKind.NUMBER, code=f"{place:016d}", area="16.71"
                )
            )
            append(Called(visit, "1", officer))
            append(DocumentsChecked(visit, officer, ("doc.ktp", "doc.old"), ()))
            sealed = booth.photos.seal(b"\xff\xd8" + rng.randbytes(outage.photo_bytes), visit)
            photo = PhotoTaken(
                visit, officer, sealed.blob, sealed.size, sealed.plain_sha256, sealed.key_id, 413, 531, 1, True,
                {name: round(rng.random(), 4) for name in _MEASURES}, dict.fromkeys(_RULES, "pass"),
                {"face": rng.randbytes(32).hex()},
            )  # fmt: skip
            append(photo, sealed.record_id)
            append(Finished(visit, officer, Outcome.DONE))
    finally:
        booth.close()


def without_photos(booth: Path) -> None:
    """The same journal, of which the office has all photos already."""
    paths = BoothPaths(booth)
    with open_journal(paths.journal, FileKeyHolder(paths.keys)) as journal:
        outbox = Outbox(journal)
        for blob in outbox.blobs_due(1 << 20):
            outbox.blob_verified(blob.sha256)


class Child:
    """A program at one end of the link whose stdout tells events; `events` grows while it runs."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(_ROOT)},
        )  # fmt: skip
        self.events: list[dict[str, Any]] = []
        self._came = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join()

    def order(self, text: str) -> None:
        """One line."""
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()

    def wait_for(self, holds: Callable[[dict[str, Any]], bool], timeout_s: float, since: int = 0) -> dict[str, Any]:
        """The first event from the `since`th on that `holds`; raises TimeoutError."""
        until = time.monotonic() + timeout_s
        seen = since
        with self._came:
            while True:
                while seen < len(self.events):
                    if holds(self.events[seen]):
                        return self.events[seen]
                    seen += 1
                if self._process.poll() is not None or not self._came.wait(max(until - time.monotonic(), 0.0)):
                    raise TimeoutError("What was waited for did not come.")

    def finish(self) -> list[tuple[float, float]]:
        """Asks it to end; the gaps between the ticks of its screen, and the wait for a processor in each (ms)."""
        self.order("stop")
        self._process.wait(_STOP_S)
        self._reader.join()
        (gaps,) = (one["ms"] for one in self.events if one["what"] == "gaps")
        return [(gap, waited) for gap, waited in gaps]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.startswith("{"):
                continue
            with self._came:
                self.events.append(json.loads(line))
                self._came.notify_all()


@dataclass(frozen=True, slots=True)
class Scene:
    """A booth's folder at the near end, an office that answers at the far one, and the link between them."""

    link: Link
    booth: Path
    address: str

    def child(self, module: str, *words: str) -> Child:
        """A program at the booth's end."""
        return Child(self.link.at("near", [sys.executable, "-m", f"bench.children.{module}", *words]))

    def engine(self, *words: str) -> Child:
        """The booth with its engine and its screen."""
        return self.child("catching_up", str(self.booth), self.address, *words)

    def route(self, there: bool) -> None:
        """The booth's own way out goes or comes back, as with its cable."""
        words = ["ip", "route", "add" if there else "del", "default", "via", ADDRESSES["far"]]
        subprocess.run(self.link.at("near", words), cwd=_ROOT, check=True)


@contextmanager
def scene(made: Path, shape: Shape, tarpit: bool = False, photos: bool = True) -> Iterator[Scene]:
    """Fresh copies of what `make` made, with everything running; with `tarpit` no photo ever gets through."""
    far = ADDRESSES["far"]
    with ExitStack() as stack:
        folder = made.with_name(f"scene-{time.monotonic_ns()}")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        shutil.copytree(made, folder)
        if not photos:
            without_photos(folder / "booth")
        running = stack.enter_context(link(shape))
        office = ["-m", "kiosk_app", "office", "--data", str(folder / "office"), "serve"]
        stack.enter_context(
            _server(running, [sys.executable, *office, "--host", far, "--port", str(OFFICE_PORT)], "answers at")
        )
        port = FRONT_PORT if tarpit else OFFICE_PORT
        if tarpit:
            front = [sys.executable, "-m", "bench.children.tarpit", far, str(FRONT_PORT), str(OFFICE_PORT)]
            stack.enter_context(_server(running, front, "ready"))
        yield Scene(running, folder / "booth", f"http://{far}:{port}")


@contextmanager
def _server(running: Link, command: list[str], ready: str) -> Iterator[None]:
    process = subprocess.Popen(
        running.at("far", command), cwd=_ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = ""
        while ready not in said:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"A program at the far end did not start: {said}")
            said += line
        threading.Thread(target=process.stdout.read, daemon=True).start()  # or its pipe would fill
        yield
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
