"""From a frame to the picture of the passport: level, the head where the profile wants it, no edge made up."""

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.frames import Image
from kiosk_app.camera.geometry import FaceFrame
from kiosk_app.camera.warp import LevelView
from kiosk_app.errors import KioskError


@dataclass(frozen=True)
class CropPlan:
    """Where the picture lies in the frame. `share` of the frame that it needs, above 1 it cannot fit; `overhang` how
    far it reaches beyond the frame, as a share of its height, 0 when it lies inside."""

    view: LevelView
    share: float
    overhang: float


def plan_crop(face: FaceFrame, frame_size: tuple[int, int], profile: PortraitProfile) -> CropPlan:
    """The crop of a face in a frame of `frame_size` (width, height).

    The mesh has no crown point. The crown lies about as far above the eyes as the chin lies below (T), so that the eyes
    are in the middle of the head and of the picture, and 2T is the head's height.
    """
    size = (profile.width_px, profile.height_px)
    scale = profile.head_share * profile.height_px / (2 * face.height)
    x, y = face.eyes
    view = LevelView((float(x), float(y)), (size[0] / 2, size[1] / 2), face.tilt, scale, size)
    corners = view.corners_in_frame()
    limits = np.array(frame_size, dtype=np.float64)
    beyond = max(float(-corners.min()), float((corners - limits).max()), 0.0)
    spans = (corners.max(axis=0) - corners.min(axis=0)) / limits
    return CropPlan(view, share=float(spans.max()), overhang=beyond * scale / profile.height_px)


def cut_out(bgr: Image, plan: CropPlan) -> Image:
    """The picture [height_px, width_px, 3]. Raises KioskError `crop-outside` when a part of it lies outside the frame:
    a passport picture has no made-up edge."""
    if plan.share > 1:
        raise KioskError("crop-outside", "The face is too near for a picture.", "Sit a little further from the camera.")
    if plan.overhang > 0:
        raise KioskError("crop-outside", "The head is too near the edge.", "Sit in the middle of the picture.")
    return plan.view.render(bgr, cv2.INTER_CUBIC if plan.view.scale > 1 else cv2.INTER_LINEAR)


def head_misplaced(face: FaceFrame, profile: PortraitProfile) -> bool:
    """Whether the face found in a finished picture is not where `plan_crop` meant it to be.

    The limits are about twice what 19 of 20 pictures keep: eyes within 1 % of the width, T within 2 %, 1.5 degrees.
    """
    off = abs(float(face.eyes[0]) / profile.width_px - 0.5)
    size = face.height / profile.height_px / (profile.head_share / 2)
    return off > 0.02 or abs(size - 1) > 0.05 or abs(np.degrees(face.tilt)) > 3.0
