"""Parts of a frame, and laying them over it."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.raster import Window


@dataclass(frozen=True)
class Patch:
    """A part of the frame: bgr [h, w, 3] with the alpha [h, w] multiplied in."""

    window: Window
    bgr: Image
    alpha: Image

    def dimmed(self, share: float) -> "Patch":
        """The same in less light."""
        return replace(self, bgr=np.asarray(cv2.convertScaleAbs(self.bgr, alpha=share), np.uint8))


def patch_of(bgra: Image, window: Window) -> Patch:
    """A [h, w, 4] picture with its alpha multiplied in; an array of three planes of four would cost OpenCV a millisecond."""
    bgr = np.asarray(cv2.cvtColor(bgra, cv2.COLOR_BGRA2BGR), np.uint8)
    return Patch(window, bgr, np.asarray(cv2.extractChannel(bgra, 3), np.uint8))


def blend(frame: Image, patch: Patch | None) -> None:
    """The patch over the frame, in place; None is a patch outside the frame."""
    if patch is None:
        return
    rows = slice(patch.window.y, patch.window.y + patch.window.height)
    columns = slice(patch.window.x, patch.window.x + patch.window.width)
    under = cv2.merge([cv2.bitwise_not(patch.alpha)] * 3)
    shown = cv2.multiply(frame[rows, columns], under, scale=1 / 255)
    frame[rows, columns] = cv2.add(shown, patch.bgr)
