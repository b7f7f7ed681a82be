"""A painted person, ready to be drawn in any pose with any face that the scene asks for."""

from dataclasses import replace

import numpy as np

from kiosk_app.camera.face_points import CHIN
from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice import eyes, mouth
from kiosk_app.camera.practice.atlas import MARGIN, Layer, Part, pack
from kiosk_app.camera.practice.blend import Patch, blend
from kiosk_app.camera.practice.body import paint_body
from kiosk_app.camera.practice.face_mask import draw_loops, face_mask
from kiosk_app.camera.practice.glasses import draw_glasses
from kiosk_app.camera.practice.hair import curtain, hair, paint_roots, skull
from kiosk_app.camera.practice.hat import hat, shade_forehead
from kiosk_app.camera.practice.head import draw
from kiosk_app.camera.practice.head_parts import SKIN_DARK, ear, neck
from kiosk_app.camera.practice.hijab import hijab, opening
from kiosk_app.camera.practice.mesh import covered_face, face_pixels, face_surface
from kiosk_app.camera.practice.morph import MOUTH_GAP, expressed, shaped
from kiosk_app.camera.practice.optics import Lens, Pose, turned
from kiosk_app.camera.practice.person import Person, looks_of
from kiosk_app.camera.practice.raster import Floats
from kiosk_app.camera.practice.scene import FaceTruth, Sitter
from kiosk_app.camera.practice.skin import edge_shadow, paint_skin, relief

# A lid moves in so many steps: each position is painted once.
_LID_STEPS = 16
_MOUTH_STEPS = 20
# Centre of the iris, on the person's right (left in the picture).
_IRIS = (-eyes.EYE_CENTRE[0] + 0.02, eyes.EYE_CENTRE[1] + 0.05, 3.9)


class Figure:
    """One person, painted once; drawing changes only the small patches of eyes and mouth. Not for several threads."""

    def __init__(self, person: Person) -> None:
        self.person = person
        looks = looks_of(person)
        self._looks = looks
        skin = paint_skin(looks)
        if looks.hijab is None:
            paint_roots(skin, looks)
            if looks.hat is not None:
                shade_forehead(skin, looks.hat)
        else:
            edge_shadow(skin, face_pixels(opening()), 0.6)
        self._skin = skin
        form = relief()
        surface = face_surface() if looks.hijab is None else covered_face()
        face = Part(surface, skin, SKIN_DARK, normals=form.normals, gloss=form.gloss)
        if looks.hijab is not None:
            parts = [face, *hijab(looks)]
        else:
            behind = [curtain(looks)] if looks.hair_style == "long" else []
            parts = [face, *behind, skull(looks), hair(looks), ear(looks, -1), ear(looks, 1), neck(looks)]
            parts += hat(looks)
        self._mask_at = slice(0, 0)
        if looks.mask is not None:
            start = sum(len(part.surface.vertices) for part in parts)
            parts.append(face_mask(looks.mask, looks))
            self._mask_at = slice(start, start + len(parts[-1].surface.vertices))
        self._layer: Layer = pack(parts)
        # The face is the first part: its patches are changed in place.
        self._face = self._layer.colour[MARGIN:, MARGIN:, :3]
        self._body = paint_body(looks)
        self._body_shown: tuple[tuple[Lens, Pose], Patch | None] | None = None
        self._eyes: dict[int, list[Image]] = {}
        self._mouths: dict[int, Image] = {}
        self._lids_shown = self._mouth_shown = -1

    def draw(self, frame: Image, sitter: Sitter, side_light: float = 0.0, shade: float = 1.0) -> None:
        """The person over the frame, in place; `shade` is the share of the light that is left to them."""
        lens = Lens(frame.shape[1], frame.shape[0])
        self._show_eyes(round(sitter.eyes_open * _LID_STEPS))
        self._show_mouth(round(sitter.mouth * _MOUTH_STEPS))
        vertices = self._vertices(sitter)
        head = draw(self._layer, vertices, sitter.pose, lens, side_light)
        body = self._body_patch(lens, sitter.pose)
        over = [head, body] if self._looks.hijab is None else [body, head]
        for patch in over:
            blend(frame, patch if patch is None or shade == 1 else patch.dimmed(shade))
        if self._looks.mask is not None and self._looks.hijab is None:
            draw_loops(frame, self._looks.mask, self._looks, sitter, lens)
        if self.person.glasses or self.person.dark_glasses:
            draw_glasses(frame, self._looks, sitter, lens)

    def truth(self, sitter: Sitter, lens: Lens) -> FaceTruth:
        """Where eyes and chin are in a frame that shows the sitter."""
        chin = expressed(self._layer.surface.vertices[:468], sitter.mouth, sitter.smile)[CHIN]
        points = np.array([_IRIS, (-_IRIS[0], _IRIS[1], _IRIS[2]), chin], np.float32)
        points = shaped(points, self._looks, self.person.age_size)
        place, _ = lens.project(turned(points, sitter.pose), sitter.pose)
        right, left, low = (tuple(float(value) for value in row) for row in place)
        distance = float(np.hypot(right[0] - left[0], right[1] - left[1]))
        height = eyes.EYE_CENTRE[1] - float(chin[1])
        return FaceTruth(
            right_eye=(right[0], right[1]),
            left_eye=(left[0], left[1]),
            chin=(low[0], low[1]),
            inter_eye_px=distance,
            lid_gap=eyes.lid_gap(_step(sitter.eyes_open, _LID_STEPS)) / height,
            lip_gap=MOUTH_GAP * _step(sitter.mouth, _MOUTH_STEPS) / height,
            sitter=sitter,
        )

    def _body_patch(self, lens: Lens, pose: Pose) -> Patch | None:
        """The body; it stays as it is while only the head turns."""
        place = (lens, replace(pose, yaw=0.0, pitch=0.0, roll=0.0))
        if self._body_shown is None or self._body_shown[0] != place:
            self._body_shown = (place, self._body.patch(lens, pose, self.person.age_size))
        return self._body_shown[1]

    def _vertices(self, sitter: Sitter) -> Floats:
        face = len(face_surface().vertices)
        vertices = self._layer.surface.vertices
        if sitter.mouth > 0 or sitter.smile > 0:
            vertices = vertices.copy()
            for part in (slice(0, face), self._mask_at):
                vertices[part] = expressed(vertices[part], sitter.mouth, sitter.smile)
        return shaped(vertices, self._looks, self.person.age_size)

    def _show_eyes(self, lids: int) -> None:
        width, height = eyes.patch_size()
        if lids not in self._eyes:
            self._eyes[lids] = []
            for side in (-1, 1):
                x, y = eyes.patch_corner(side)
                ground = self._skin[y : y + height, x : x + width]
                self._eyes[lids].append(_bytes(eyes.paint_eye(ground, self._looks, side, lids / _LID_STEPS)))
        if lids != self._lids_shown:
            for side, patch in zip((-1, 1), self._eyes[lids], strict=True):
                x, y = eyes.patch_corner(side)
                self._face[y : y + height, x : x + width] = patch
            self._lids_shown = lids

    def _show_mouth(self, opening: int) -> None:
        rows, columns = mouth.patch_window()
        if opening not in self._mouths:
            self._mouths[opening] = _bytes(mouth.paint_mouth(self._skin[rows, columns], opening / _MOUTH_STEPS))
        if opening != self._mouth_shown:
            self._face[rows, columns] = self._mouths[opening]
            self._mouth_shown = opening


def _step(value: float, steps: int) -> float:
    """The value as it is painted."""
    return round(value * steps) / steps


def _bytes(picture: Floats) -> Image:
    return np.clip(picture, 0, 255).astype(np.uint8)
