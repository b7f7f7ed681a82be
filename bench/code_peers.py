"""The readers that are compared, and the frames they are compared on: `qr_bench.py` of the shared tools beside the project."""

import importlib.util
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

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

Reader = Callable[[Image], list[bytes]]


class Ours:
    """One stream's reader. What it throws counts as an error: the tool would take it for a frame that was not read."""

    def __init__(self) -> None:
        self._reader = CodeReader()
        self.errors = 0

    def __call__(self, gray: Image) -> list[bytes]:
        try:
            return [text.encode() for text in self._reader.read(gray)]
        except Exception:
            self.errors += 1
            raise


def plain_text(gray: Image) -> list[bytes]:
    """zxing-cpp's own text of each code: the tool takes the raw bytes, which are in the alphabet that the code names."""
    codes = zxingcpp.read_barcodes(gray, formats=_QR, text_mode=zxingcpp.TextMode.Plain)
    return [code.text.encode() for code in codes]


class FirstReads:
    """Notes of each sequence the number of the first frame that was read, None for none; the tool does not tell it.

    The tool shows a reader a sequence until it has read its code, `frames` at most.
    """

    def __init__(self, reader: Reader, frames: int) -> None:
        self._reader = reader
        self._frames = frames
        self._shown = 0
        self.first: list[int | None] = []

    def __call__(self, gray: Image) -> list[bytes]:
        found = self._reader(gray)
        self._shown += 1
        if found or self._shown == self._frames:
            self.first.append(self._shown - 1 if found else None)
            self._shown = 0
        return found


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
