"""Takes the smear of a straight movement out of the picture of a code, direction and length being measured in it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.frames import Image

_SMEARED_BELOW = 0.6  # an upright code's grey changes as much along one direction as across it
_SHORTEST_PX, _LONGEST_PX = 3.0, 30.0
_CLEAR = 0.08  # depth of the autocorrelation's dip, as a share of its peak
_NOISE_TO_SIGNAL = 0.01
_MARGIN_PX = 16
LARGEST_PX = 640
"""Longer side of what is looked at: the time grows with the area."""


@dataclass(frozen=True, slots=True, eq=False)
class Smear:
    """A straight movement during the exposure: `length` in px, with what the measurement had to compute anyway."""

    length: float
    spectrum: NDArray[np.complexfloating]
    along: NDArray[np.float32]
    shape: tuple[int, int]
    mean: float


def smear(gray: Image) -> Smear | None:
    """The smear in `gray` uint8[H, W], a piece full of a code; None when nothing has moved,
    and for pieces under 60 px or over LARGEST_PX.

    Direction: the one in which the grey changes least. Length: the smear's two ends are a step up and a step down, so
    that the derivative along it is most unlike itself at that distance.
    """
    if min(gray.shape) < 2 * _LONGEST_PX or max(gray.shape) > LARGEST_PX:
        return None
    angle, evenness = direction(gray)
    if evenness > _SMEARED_BELOW:
        return None
    height, width = (cv2.getOptimalDFTSize(side + _MARGIN_PX) for side in gray.shape)
    padded = cv2.copyMakeBorder(gray, 0, height - gray.shape[0], 0, width - gray.shape[1], cv2.BORDER_REFLECT)
    values = padded.astype(np.float32)
    mean = float(values.mean())
    spectrum = np.fft.rfft2(values - mean)
    across, down = np.fft.rfftfreq(width)[None, :], np.fft.fftfreq(height)[:, None]
    along = (across * np.cos(angle) + down * np.sin(angle)).astype(np.float32)
    length = _length(spectrum, along, (height, width), angle)
    return None if length is None else Smear(length, spectrum, along, (height, width), mean)


def unmoved(gray: Image) -> Image | None:
    """`gray` as it would be if nothing had moved, by Wiener's filter; None when nothing has."""
    moved = smear(gray)
    if moved is None:
        return None
    transfer = np.sinc(moved.length * moved.along).astype(np.float32)
    still = np.fft.irfft2(moved.spectrum * (transfer / (transfer * transfer + _NOISE_TO_SIGNAL)), moved.shape)
    height, width = gray.shape
    return np.clip(still[:height, :width] + moved.mean, 0, 255).astype(np.uint8)


def direction(gray: Image) -> tuple[float, float]:
    """The angle (radians, x to y) along which the grey changes least, and that change (its square) as a share of the
    change across."""
    values = gray.astype(np.float32)
    x, y = cv2.Sobel(values, cv2.CV_32F, 1, 0), cv2.Sobel(values, cv2.CV_32F, 0, 1)
    xx, xy, yy = float(np.mean(x * x)), float(np.mean(x * y)), float(np.mean(y * y))
    spread = float(np.hypot(xx - yy, 2 * xy))
    angle = 0.5 * float(np.arctan2(2 * xy, xx - yy)) + np.pi / 2
    return angle, (xx + yy - spread) / max(xx + yy + spread, 1e-9)


def _length(
    spectrum: NDArray[np.complexfloating], along: NDArray[np.float32], shape: tuple[int, int], angle: float
) -> float | None:
    steps = 2 * np.sin(np.pi * along)
    likeness = np.fft.irfft2((np.abs(spectrum) * steps) ** 2, shape)
    reach = int(_LONGEST_PX) + 1
    near = np.roll(likeness, (reach, reach), (0, 1))[: 2 * reach + 1, : 2 * reach + 1].astype(np.float32)
    lengths = np.arange(_SHORTEST_PX, _LONGEST_PX, 0.5)
    x = (np.cos(angle) * lengths + reach).astype(np.float32)[None, :]
    y = (np.sin(angle) * lengths + reach).astype(np.float32)[None, :]
    profile = cv2.remap(near, x, y, cv2.INTER_LINEAR)[0]
    deepest = int(np.argmin(profile))
    return float(lengths[deepest]) if profile[deepest] < -_CLEAR * near[reach, reach] else None
