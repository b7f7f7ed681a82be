"""From raw values to scores of 0..100, as the component mappings of ISO/IEC 29794-5 are published.

The formulas and constants are those that the BSI's open reference implementation OFIQ 1.0.3 publishes; its table of
expected results (28 pictures, 28 measures) comes out whole. What is scored here are OFIQ-compatible component values:
the networks behind our raw values are others, so that nothing of it is OFIQ, and there is no unified score of ours.
"""

import math
from collections.abc import Callable
from typing import Final

# Kept with each photo: two scores may be compared only when this is equal.
MAPPING_VERSION: Final = "ofiq-1.0.3"

Mapping = Callable[[float], float]


def score(component: str, raw: float) -> int:
    """Score 0..100 (100 is best) of the raw value of one component of `MAPPINGS`.

    Raises KeyError for an unknown component, ValueError for a raw value that is not finite.
    """
    if not math.isfinite(raw):
        raise ValueError(f"{component} has no raw value")
    return min(100, max(0, math.floor(MAPPINGS[component](raw) + 0.5)))


def _sigmoid(x: float, middle: float, width: float) -> float:
    z = (x - middle) / width
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _rising(middle: float, width: float) -> Mapping:
    """50 at `middle`, more above it."""
    return lambda raw: 100 * _sigmoid(raw, middle, width)


def _falling(height: float, top: float, middle: float, width: float) -> Mapping:
    return lambda raw: height * (top - _sigmoid(raw, middle, width))


def _share_without(raw: float) -> float:
    """Of a raw value that is the share in which something is wrong."""
    return 100 * (1 - raw)


def _angle(degrees: float) -> float:
    """A head that is turned by more than a right angle has no score left, though its cosine squared grows again."""
    return 100 * max(0.0, math.cos(math.radians(degrees))) ** 2


def _luminance_mean(raw: float) -> float:
    return 100 * _sigmoid(raw, 0.2, 0.05) * (1 - _sigmoid(raw, 0.8, 0.05))


def _luminance_variance(raw: float) -> float:
    return 100 * math.sin(math.pi * 60 * raw / (60 * raw + 1))


def _over_exposure(raw: float) -> float:
    return min(100.0, 1 / (raw + 0.01))


def _head_size(raw: float) -> float:
    return 200 * (1 - _sigmoid(abs(raw - 0.45), 0.0, 0.05))


def _no_head_coverings(raw: float) -> float:
    """Stretched so that no covering at all scores 100, and 0.95 of the zone 0."""
    if raw <= 0:
        return 100.0
    least, most = _sigmoid(0.0, 0.02, 0.1), _sigmoid(0.95, 0.02, 0.1)
    return 100 * (most - _sigmoid(min(raw, 0.95), 0.02, 0.1)) / (most - least)


MAPPINGS: Final[dict[str, Mapping]] = {
    "UnifiedQualityScore": _rising(23, 2.6),
    "BackgroundUniformity": _falling(190, 1, 10, 100),
    "IlluminationUniformity": lambda raw: 100 * max(0.0, raw) ** 0.3,
    "LuminanceMean": _luminance_mean,
    "LuminanceVariance": _luminance_variance,
    "UnderExposurePrevention": _falling(120, 0.832, 0.92, 0.05),
    "OverExposurePrevention": _over_exposure,
    "DynamicRange": lambda raw: 12.5 * raw,
    "Sharpness": lambda raw: 115 * _sigmoid(raw, -20, 15) - 14,
    "CompressionArtifacts": lambda raw: -0.0278 + 103 * _sigmoid(raw, 0.3308, 0.092),
    "NaturalColour": _falling(200, 1, 0, 10),
    "SingleFacePresent": _share_without,
    "EyesOpen": _rising(0.02, 0.01),
    "MouthClosed": _falling(100, 1, 0.2, 0.06),
    "EyesVisible": _share_without,
    "MouthOcclusionPrevention": _share_without,
    "FaceOcclusionPrevention": _share_without,
    "InterEyeDistance": _rising(70, 20),
    "HeadSize": _head_size,
    "LeftwardCropOfTheFaceImage": _rising(0.9, 0.1),
    "RightwardCropOfTheFaceImage": _rising(0.9, 0.1),
    "MarginAboveOfTheFaceImage": _rising(1.4, 0.1),
    "MarginBelowOfTheFaceImage": _rising(1.8, 0.1),
    "HeadPoseYaw": _angle,
    "HeadPosePitch": _angle,
    "HeadPoseRoll": _angle,
    "ExpressionNeutrality": _rising(-5000, 5000),
    "NoHeadCoverings": _no_head_coverings,
}
