"""What is done to the picture of a code that was found and not read, so that it can be."""

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from kiosk_app.camera.code_decode import FIXED, GLOBAL, LOCAL
from kiosk_app.camera.code_motion import LARGEST_PX, unmoved
from kiosk_app.camera.frames import Image

_ENLARGE_TO_PX = 1100  # longer side; above it a module has enough pixels whatever the code's version
_ENLARGE_MOST = 3.0


def sharpened(cut: Image) -> tuple[Image, zxingcpp.Binarizer]:
    """Against defocus, and modules under 2 px."""
    return scaled(_unsharp(cut, 1.5), _factor(cut)), LOCAL


def sharpened_more(cut: Image) -> tuple[Image, zxingcpp.Binarizer]:
    """Against defocus and movement at once, as of a code that is still on its way to the camera."""
    return scaled(_unsharp(cut, 3.0), 2.0), LOCAL


def enlarged(cut: Image) -> tuple[Image, zxingcpp.Binarizer]:
    """Against small modules and curled paper."""
    return scaled(cut, _factor(cut)), LOCAL


def smoothed(cut: Image) -> tuple[Image, zxingcpp.Binarizer]:
    """Against the stripes that a screen's pixels make with the camera's."""
    large = scaled(cut, min(2.0, _factor(cut)))
    return np.asarray(cv2.GaussianBlur(large, (0, 0), 2.3), np.uint8), GLOBAL


def parted(cut: Image) -> tuple[Image, zxingcpp.Binarizer]:
    """Against a missing quiet zone: what surrounds the code is darker than its light and lighter than its dark
    modules, so that the lower of the two thresholds that part the greys into three makes it light."""
    threshold = _lower_of_two_thresholds(cut)
    levels = np.arange(256, dtype=np.float32)
    below, above = levels * (127 / threshold), 128 + (levels - threshold) * (127 / (255 - threshold))
    tones = np.where(levels < threshold, below, above).astype(np.uint8)
    return np.asarray(cv2.LUT(cut, tones), np.uint8), FIXED


def parted_inverted(cut: Image) -> tuple[Image, zxingcpp.Binarizer]:
    """The same for a light code that stands on a light ground."""
    return parted(np.asarray(255 - cut, np.uint8))


def evened(cut: Image) -> tuple[Image, zxingcpp.Binarizer]:
    """Against light that changes within a few modules, as round a lamp's reflection."""
    even = np.asarray(cv2.addWeighted(cut, 2.0, cv2.blur(cut, (17, 17)), -2.0, 128.0), np.uint8)
    return scaled(even, _factor(cut)), FIXED


def held_still(cut: Image) -> tuple[Image, zxingcpp.Binarizer] | None:
    """Against the smear of a hand that moves; None when there is no smear."""
    still = unmoved(scaled(cut, min(1.0, LARGEST_PX / (max(cut.shape) + 1))))
    return None if still is None else (still, LOCAL)


def scaled(gray: Image, factor: float) -> Image:
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=way), np.uint8)


def _unsharp(cut: Image, gain: float) -> Image:
    blurred = cv2.GaussianBlur(cut, (0, 0), 1.5)
    return np.asarray(cv2.addWeighted(cut, 1 + gain, blurred, -gain, 0), np.uint8)


def _factor(cut: Image) -> float:
    return float(min(_ENLARGE_MOST, max(1.0, _ENLARGE_TO_PX / max(cut.shape))))


def _lower_of_two_thresholds(gray: Image) -> int:
    """Otsu's method for three classes, on 64 levels."""
    shares: NDArray[np.float64] = np.bincount(gray.ravel() >> 2, minlength=64) / gray.size
    weight = np.cumsum(shares)
    moment = np.cumsum(shares * np.arange(64))
    low, high = np.triu_indices(62, 1)
    between = np.zeros(low.size)
    for part, mass in (
        (weight[low], moment[low]),
        (weight[high] - weight[low], moment[high] - moment[low]),
        (1 - weight[high], moment[-1] - moment[high]),
    ):
        between += np.where(part > 1e-9, mass**2 / np.maximum(part, 1e-9), 0)
    return int(low[np.argmax(between)]) * 4 + 4
