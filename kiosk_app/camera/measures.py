"""All measures of one face in one frame, grouped by what they cost."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera import face_points, pixels
from kiosk_app.camera.background import BackgroundMeter
from kiosk_app.camera.components import Component, face_components
from kiosk_app.camera.crop import CropPlan, plan_crop
from kiosk_app.camera.face import FaceFinder, FaceMesh
from kiosk_app.camera.face_patch import FacePatch, face_patch
from kiosk_app.camera.frames import Image
from kiosk_app.camera.geometry import FaceFrame, face_frame, lid_opening, lip_opening

Measured = dict[str, float]


@dataclass(frozen=True)
class Scene:
    """One frame with the face that is measured in it."""

    bgr: Image
    mesh: FaceMesh
    face: FaceFrame
    plan: CropPlan
    patch: FacePatch


# The measures that change slowly, in the order in which a stream takes them, one a frame: light follows the face, the
# wall hardly changes and costs most.
TURNS: Final = ("light", "glasses", "light", "background", "light", "colours", "light", "glasses", "light", "colours")


class PortraitMeter:
    """Takes the measures. One object belongs to one thread."""

    def __init__(self, finder: FaceFinder, profile: PortraitProfile) -> None:
        self._finder = finder
        self._profile = profile
        self._wall = BackgroundMeter()

    def scene(self, bgr: Image, mesh: FaceMesh) -> Scene:
        """The frame prepared for measuring the face of `mesh`."""
        face = face_frame(mesh.points)
        plan = plan_crop(face, (bgr.shape[1], bgr.shape[0]), self._profile)
        return Scene(bgr, mesh, face, plan, face_patch(bgr, mesh.points, face))

    def every_frame(self, scene: Scene) -> Measured:
        """Where the face is, how it is held, its expression and sharpness: what changes with every frame."""
        points, face = scene.mesh.points, scene.face
        weights = self._finder.blendshapes(scene.mesh)
        width = scene.bgr.shape[1]
        return {
            "inter_eye_px": face.eye_distance / math.cos(math.radians(face.pose.yaw)),
            "off_centre": float(face.eyes[0]) / width - 0.5,
            "crop_share": scene.plan.share,
            "crop_overhang": scene.plan.overhang,
            "yaw_deg": face.pose.yaw,
            "pitch_deg": face.pose.pitch,
            "roll_deg": face.pose.roll,
            "eyes_open": lid_opening(points, face),
            "mouth_open": lip_opening(points, face),
            "jaw_open": float(weights[face_points.JAW_OPEN]),
            "smile": float(weights[list(face_points.MOUTH_SMILES)].mean()),
            **_told(pixels.sharpness(scene.patch)),
        }

    def in_turn(self, scene: Scene, turn: str) -> Measured:
        """One of the groups that `TURNS` names."""
        match turn:
            case "light":
                return _told(pixels.face_light(scene.patch)) | pixels.frame_light(scene.bgr)
            case "glasses":
                return _told(pixels.glasses(scene.patch))
            case "colours":
                return _told(pixels.colours(scene.patch))
            case "background":
                return self._wall.measure(scene.bgr, scene.plan.view.corners_in_frame())
        raise ValueError(f"{turn} is no group of measures")

    def all_turns(self, scene: Scene) -> Measured:
        """All groups at once."""
        return self._beside_the_wall(scene) | self.in_turn(scene, "background")

    def in_full(self, scene: Scene, second_face: float) -> tuple[Measured, dict[str, Component]]:
        """Every measure, and the OFIQ-compatible components; both look at the same wall, whose finding costs most.

        second_face: area of the second largest face as a share of the largest one's.
        """
        corners = scene.plan.view.corners_in_frame()
        wall = self._wall.find(scene.bgr, corners)
        components = face_components(scene.bgr, scene.mesh.points, scene.face, scene.plan, second_face, wall)
        of_wall = {} if wall is None else self._wall.colours(scene.bgr, corners, wall)
        return self.every_frame(scene) | self._beside_the_wall(scene) | of_wall, components

    def _beside_the_wall(self, scene: Scene) -> Measured:
        measured: Measured = {}
        for turn in sorted(set(TURNS) - {"background"}):
            measured |= self.in_turn(scene, turn)
        return measured


def _told(measured: Measured) -> Measured:
    """Without what could not be told: a part of the face that lies outside the frame or is turned away."""
    return {name: value for name, value in measured.items() if np.isfinite(value)}
