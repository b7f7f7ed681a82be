"""Frame -> contents of the QR codes in it, cheapest attempt first."""

import itertools
from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp

from kiosk_app.camera.frames import Image

_HALVE_FROM_PX = 480  # shorter side; below it the half-size attempt costs more than it saves
_ENLARGE_TO_PX = 1920 * 1080 * 4  # twice 1080p in both directions: more would outlast a turn of the stream
_SHARPEN_SIGMA_PX = 2.0
_SHARPEN_GAIN = 1.5
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


class CodeReader:
    """Reads the codes of a running stream.

    A frame costs what the stream can afford: half size (a third of the time, and enough from 5 px a module), the full
    frame, then one of four dearer attempts, another one each frame, so that a difficult code held still gets them all
    within four frames. One reader belongs to one stream and one thread.
    """

    def __init__(self) -> None:
        self._turns: Iterator[int] = itertools.count()

    def read(self, gray: Image) -> list[str]:
        """The contents found in `gray` uint8[H, W], nearest the centre first, each once; empty when there are none.

        Raises ValueError for any other array. Whether a content is ours, or too long to be, is asked by
        `booth.codes`, so that whoever shows a foreign code gets an answer.
        """
        if gray.ndim != 2 or gray.dtype != np.uint8:
            raise ValueError(f"A code is read from uint8[H, W], not from {gray.dtype}{list(gray.shape)}.")
        if gray.size == 0:
            return []
        gray = np.ascontiguousarray(gray)
        if min(gray.shape) >= _HALVE_FROM_PX:
            found = _decode(_scaled(gray, 0.5))
            if found:
                return found
        return _decode(gray) or self._extra(gray)

    def _extra(self, gray: Image) -> list[str]:
        turn = next(self._turns) % 4
        if turn == 0:
            return _decode(_enlarged(gray))
        if turn == 1:
            return _decode(_sharpened(gray))
        if turn == 2:
            return _decode(_enlarged(_middle(gray)))
        return _decode(gray, zxingcpp.Binarizer.GlobalHistogram)


def _decode(gray: Image, binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage) -> list[str]:
    """Contents in `gray`, nearest its centre first. Every attempt looks at a picture with the frame's own centre."""
    # Plain: the default mode writes control characters out ("<GS>") and so invents text that the code does not hold.
    codes = zxingcpp.read_barcodes(gray, formats=_QR, text_mode=zxingcpp.TextMode.Plain, binarizer=binarizer)
    height, width = gray.shape
    codes.sort(key=lambda code: _distance(code.position, width / 2, height / 2))
    return list(dict.fromkeys(code.text for code in codes if code.text))


def _distance(position: zxingcpp.Position, x: float, y: float) -> float:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    middle_x = sum(corner.x for corner in corners) / 4
    middle_y = sum(corner.y for corner in corners) / 4
    return float((middle_x - x) ** 2 + (middle_y - y) ** 2)


def _scaled(gray: Image, factor: float) -> Image:
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=way), dtype=np.uint8)


def _enlarged(gray: Image) -> Image:
    """Twice the size, of as much of the middle as the time allows: for modules under 2.5 px and for defocus."""
    height, width = gray.shape
    share = min(1.0, (_ENLARGE_TO_PX / (4 * height * width)) ** 0.5)
    return _scaled(_cut(gray, share, share), 2.0)


def _middle(gray: Image) -> Image:
    return _cut(gray, 2 / 3, 3 / 4)


def _cut(gray: Image, share_x: float, share_y: float) -> Image:
    """The middle part of `gray`, the same centre, at least one pixel."""
    height, width = gray.shape
    margin_x, margin_y = int(width * (1 - share_x) / 2), int(height * (1 - share_y) / 2)
    return np.ascontiguousarray(gray[margin_y : height - margin_y, margin_x : width - margin_x])


def _sharpened(gray: Image) -> Image:
    blurred = cv2.GaussianBlur(gray, (0, 0), _SHARPEN_SIGMA_PX)
    return np.asarray(cv2.addWeighted(gray, 1 + _SHARPEN_GAIN, blurred, -_SHARPEN_GAIN, 0), dtype=np.uint8)
