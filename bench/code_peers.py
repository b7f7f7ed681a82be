"""The readers that are compared, and the frames they are compared on: `qr_bench.py` of the shared tools beside the project."""

import importlib.util
import sys
import time
from argparse import Namespace
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import zxingcpp

from bench.processes import say
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Image

TOOL = Path(__file__).parents[2] / "shared" / "tools" / "qr_bench.py"
OURS = "CodeReader"
PLAIN = "zxing-cpp, QR only"
_PEERS = {
    PLAIN: "zxing",
    "pyzbar": "pyzbar",
    "OpenCV QRCodeDetector": "cv_qr",
    "OpenCV QRCodeDetectorAruco": "cv_aruco",
}

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])

# Between the beginnings of two sequences on the reader's clock, as between two visitors.
_APART_S = 60.0
# Each code comes up by this share of a look later in the rhythm of the looks than the one before: all shares come equally.
_GOLDEN = 0.618

Reader = Callable[[Image], list[bytes]]
TimedReader = Callable[[Image, float], list[bytes]]


class Ours:
    """One stream's reader. What it throws counts as an error: the tool would take it for a frame that was not read."""

    def __init__(self) -> None:
        self._reader = CodeReader()
        self.errors = 0

    def __call__(self, gray: Image, at: float | None = None) -> list[bytes]:
        try:
            return [text.encode() for text in self._reader.read(gray, at)]
        except Exception:
            self.errors += 1
            raise


def plain_text(gray: Image) -> list[bytes]:
    """zxing-cpp's own text of each code: the tool takes the raw bytes, which are in the alphabet that the code names."""
    codes = zxingcpp.read_barcodes(gray, formats=_QR, text_mode=zxingcpp.TextMode.Plain)
    return [code.text.encode() for code in codes]


class FirstReads:
    """Shows a reader what the booth takes of each sequence, and notes when it has read the content that was shown.

    The camera gives the tool's frames at their own rate; the booth takes the newest one when the last look is
    `every_s` ago, or later when it is not done with that one. Where in its rhythm the code comes up differs from sequence
    to sequence. The tool shows a sequence until its content was read, `frames` frames at most.
    """

    def __init__(
        self,
        reader: TimedReader,
        frames: int,
        fps: float,
        every_s: float,
        cpu_s: Callable[[], float] = time.process_time,
    ) -> None:
        self._reader = reader
        self._frames = frames
        self._fps = fps
        self._every_s = every_s
        self._cpu_s = cpu_s
        self._coming: deque[bytes] = deque()
        self._shown = 0
        self._look_at = 0.0
        self._began = 0.0
        self.first: list[float | None] = []
        """Of each sequence the second of its stream at which the right content was there, None for never; what the
        reader computed for is part of it."""
        self.looks = 0
        self.wrong = 0
        """How many frames gave a content that was not shown."""

    def expect(self, contents: Iterable[bytes]) -> None:
        """The contents of the sequences to come."""
        self._coming.extend(contents)

    def __call__(self, gray: Image) -> list[bytes]:
        """The tool's frame; empty where the booth does not take it. Raises IndexError for one that nobody expects."""
        content = self._coming[0]
        if self._shown == 0:
            self._look_at = self._every_s * (len(self.first) * _GOLDEN % 1)
        at, gone = self._shown / self._fps, (self._shown + 1) / self._fps
        self._shown += 1
        found: list[bytes] = []
        if self._look_at < gone:
            looked = max(self._look_at, at)
            begun = self._cpu_s()
            try:
                found = self._reader(gray, self._began + at)
            finally:
                done = looked + self._cpu_s() - begun
                self._look_at = max(looked + self._every_s, done)
                self.looks += 1
                self.wrong += any(each != content for each in found)
                self._end(done if content in found else None)
        else:
            self._end(None)
        return found

    def _end(self, read_at: float | None) -> None:
        if read_at is not None or self._shown == self._frames:
            self.first.append(read_at)
            self._coming.popleft()
            self._shown = 0
            self._began += _APART_S


def load_tool() -> ModuleType | None:
    """The shared tool; None, with a word, where it is not."""
    if not TOOL.is_file():
        say(f"codes: {TOOL.name} is not beside the project; its tables are left out")
        return None
    spec = importlib.util.spec_from_file_location("qr_bench", TOOL)
    if spec is None or spec.loader is None:
        raise ImportError(f"{TOOL.name} cannot be loaded")
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool
    spec.loader.exec_module(tool)
    return tool


def peers(tool: ModuleType, names: Sequence[str] = tuple(_PEERS)) -> dict[str, Reader]:
    """The others, as far as they are installed."""
    loaded = tool.load([_PEERS[name] for name in names])
    return {name: loaded[_PEERS[name]] for name in names if _PEERS[name] in loaded}


def settings(**given: object) -> Namespace:
    """What the tool's commands read of its command line."""
    return Namespace(**{"json": None, "sizes": ["720", "1080"], "payloads": [20, 120, 300], **given})


def sequence_content(tool: ModuleType, seed: int, size: str, length: int, place: int) -> bytes:
    """What the tool's sequence number `place` shows, which it does not tell: drawn as it draws it."""
    drawn: bytes = tool.payload_of(np.random.default_rng([seed, 31, int(size), length, place]), length)
    return drawn
