"""Which of several frames of one person makes the best photo."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kiosk_app.booth.portrait_rules import PortraitProfile

if TYPE_CHECKING:
    from kiosk_app.camera.portrait import Assessment

# From here on the eyes are open; more is surprise, not a better photo. As a share of T, like the measure.
_WIDE = 0.07
# Lids count twice: a lid that has begun to fall is seen at once, a tenth less detail is not.
_LIDS = 2.0
# A head turned this far is worth as much less as a frame with a third (1 / e) of the detail.
_TURNED_DEG = 10.0
_LEAST = 1e-6

Rank = tuple[bool, int, float]


def rank(assessment: "Assessment", profile: PortraitProfile | None = None) -> Rank:
    """The greater, the better: acceptable first, then as little as possible left to the person, then the look.

    The look weighs detail, lids and pose against each other as ratios, so that it does not matter how much detail a face
    has by nature, nor how wide its eyes are: only frames of one person are compared. `profile` says which pitch is
    straight ahead. Sorts; a frame without a face comes last.
    """
    verdicts = list(assessment.verdicts.values())
    return (
        assessment.acceptable,
        -verdicts.count("advice"),
        _look(assessment.measurements, profile or PortraitProfile()),
    )


def _look(measured: Mapping[str, float], profile: PortraitProfile) -> float:
    if "sharpness" not in measured or "eyes_open" not in measured:
        return -math.inf
    detail = math.log(max(measured["sharpness"], _LEAST))
    lids = math.log(max(min(measured["eyes_open"], _WIDE), _LEAST) / _WIDE)
    turned = math.hypot(
        measured.get("yaw_deg", 0.0),
        measured.get("pitch_deg", 0.0) - profile.pitch_zero_deg,
        measured.get("roll_deg", 0.0),
    )
    return detail + _LIDS * lids - (turned / _TURNED_DEG) ** 2
