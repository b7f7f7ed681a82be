"""What one display is: its pixels and how large a pixel is, from which every size on it follows."""

import math
from dataclasses import dataclass

from PySide6.QtGui import QScreen

REFERENCE_LONG = 1920
REFERENCE_SHORT = 1080
REFERENCE_MM_PER_PX = 0.248
"""The reference display: 21.5 inch at 1920 x 1080, on which the sizes of the tokens were chosen."""

PLAUSIBLE_MM_PER_PX = (0.05, 0.65)
"""A display that reports a pixel outside these bounds reports nonsense (projectors, virtual displays, 0 mm)."""

SMALL_DISPLAY_TEXT_GAIN = 1.12
"""Text on a physically small display grows by at most this much; more would not leave room for the content."""


@dataclass(frozen=True)
class Metrics:
    """One display in logical pixels, and the width of one logical pixel in millimetres.

    Raises ValueError when a side is not positive or a pixel is implausibly small or large.
    """

    width: int
    height: int
    mm_per_px: float = REFERENCE_MM_PER_PX

    def __post_init__(self) -> None:
        if self.width <= 0 or self.height <= 0:
            raise ValueError(f"a display of {self.width} x {self.height} pixels cannot be")
        low, high = PLAUSIBLE_MM_PER_PX
        if not low <= self.mm_per_px <= high:
            raise ValueError(f"a pixel of {self.mm_per_px} mm cannot be; expected {low} to {high}")

    @classmethod
    def of_screen(cls, screen: QScreen) -> "Metrics":
        """The metrics of a connected display; the reference pixel where the display reports an implausible size."""
        area = screen.geometry()
        millimetres = screen.physicalSize().width() / area.width()
        low, high = PLAUSIBLE_MM_PER_PX
        if not low <= millimetres <= high:
            millimetres = REFERENCE_MM_PER_PX * REFERENCE_LONG / max(area.width(), area.height())
            millimetres = min(max(millimetres, low), high)
        return cls(area.width(), area.height(), millimetres)

    @property
    def portrait(self) -> bool:
        """True when the display stands upright: then the controls belong in its lower part, within reach."""
        return self.height > self.width

    @property
    def scale(self) -> float:
        """How much larger than the reference layout this display is, in pixels; the tighter of its two sides."""
        long, short = max(self.width, self.height), min(self.width, self.height)
        return min(long / REFERENCE_LONG, short / REFERENCE_SHORT)

    @property
    def text_scale(self) -> float:
        """The scale of text: as `scale`, and a little more where the display is physically small."""
        smaller = REFERENCE_MM_PER_PX / (self.mm_per_px * self.scale)
        return self.scale * min(max(smaller, 1.0), SMALL_DISPLAY_TEXT_GAIN)

    def px_of_mm(self, millimetres: float) -> int:
        """The smallest whole number of pixels that is at least this long."""
        return math.ceil(millimetres / self.mm_per_px - 1e-9)
