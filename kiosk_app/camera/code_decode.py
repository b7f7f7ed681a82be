"""One look of the decoder at one picture."""

from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from kiosk_app.camera.frames import Image

LOCAL = zxingcpp.Binarizer.LocalAverage
GLOBAL = zxingcpp.Binarizer.GlobalHistogram
FIXED = zxingcpp.Binarizer.FixedThreshold
"""Dark is what is below 128: the picture's tones were made for it."""

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A code in a picture: its content, None when it was found and not read; its corners float32[4, 2] (x, y)."""

    text: str | None
    corners: NDArray[np.float32]


def decode(gray: Image, binarizer: zxingcpp.Binarizer = LOCAL, *, unread: bool = False) -> list[Seen]:
    """The codes in `gray`, and with `unread` those whose three corner patterns were found and whose content was not."""
    # Plain: the default mode writes control characters out ("<GS>") and so invents text that the code does not hold.
    codes = zxingcpp.read_barcodes(
        gray, formats=_QR, text_mode=zxingcpp.TextMode.Plain, binarizer=binarizer, return_errors=unread
    )
    return [Seen((code.text or None) if code.valid else None, _corners(code.position)) for code in codes]


def contents(seen: list[Seen], x: float, y: float) -> list[str]:
    """The contents, each once, that of the code nearest the point first."""
    read = [(float(np.sum((code.corners.mean(axis=0) - (x, y)) ** 2)), code.text) for code in seen if code.text]
    return list(dict.fromkeys(text for _distance, text in sorted(read)))


def _corners(position: zxingcpp.Position) -> NDArray[np.float32]:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(corner.x, corner.y) for corner in corners], np.float32)
