"""Scene -> frame. What does not change between frames is kept: the wall, the painted people, the last picture."""

import threading
from collections import OrderedDict
from dataclasses import replace
from functools import lru_cache

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.figure import Figure
from kiosk_app.camera.practice.optics import Lens
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.phone import draw_phone
from kiosk_app.camera.practice.scene import Scene, Truth
from kiosk_app.camera.practice.sensor import Sensor, blurred, tinted
from kiosk_app.camera.practice.wall import WallName, bright_wall, in_shade, paint_wall, veiled

# A painted person is 15 MB; two in view, and the one who comes next.
_KEPT_FIGURES = 3


class Studio:
    """Renders scenes at one frame size. Threads may share it; it renders one frame at a time."""

    def __init__(self, width: int, height: int) -> None:
        self._lens = Lens(width, height)
        self._walls: dict[WallName, Image] = {}
        self._sensor = Sensor(width, height)
        self._figures: OrderedDict[Person, Figure] = OrderedDict()
        self._people: tuple[Scene, Image] | None = None
        self._lock = threading.Lock()

    def render(self, scene: Scene, number: int = 1) -> Image:
        """Frame `number` of the scene, uint8 [height, width, 3] BGR; equal arguments give equal pixels."""
        with self._lock:
            picture = self._picture(replace(scene, code=None))
            if scene.code is not None:
                picture = picture.copy()
                draw_phone(picture, scene.code)
            picture = blurred(picture, scene.motion, scene.motion_deg, scene.defocus)
            picture = tinted(picture, scene.cast)
            return self._sensor.expose(picture, scene.light, number, scene.noise)

    def truth(self, scene: Scene, number: int = 1) -> Truth:
        """What is known of that frame."""
        with self._lock:
            faces = [self._figure(sitter.person).truth(sitter, self._lens) for sitter in reversed(scene.sitters)]
        return Truth.of(scene, tuple(faces), number)

    def _picture(self, scene: Scene) -> Image:
        """Wall and people; the very same array as last time when nothing has moved."""
        if self._people is None or self._people[0] != scene:
            picture = bright_wall(self._wall(scene.wall), scene.back_light)
            shade = in_shade(scene.back_light)
            for sitter in scene.sitters:
                self._figure(sitter.person).draw(picture, sitter, scene.side_light, shade)
            picture = veiled(picture, scene.back_light)
            self._people = (scene, picture)
        return self._people[1]

    def _wall(self, name: WallName) -> Image:
        if name not in self._walls:
            self._walls[name] = paint_wall(self._lens.width, self._lens.height, name)
        return self._walls[name]

    def _figure(self, person: Person) -> Figure:
        if person not in self._figures:
            if len(self._figures) >= _KEPT_FIGURES:
                self._figures.popitem(last=False)
            self._figures[person] = Figure(person)
        self._figures.move_to_end(person)
        return self._figures[person]


@lru_cache(maxsize=2)
def studio(width: int, height: int) -> Studio:
    """The studio of a frame size, shared by all cameras of that size: a camera that is opened again finds it ready."""
    return Studio(width, height)
