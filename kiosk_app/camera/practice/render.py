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
from kiosk_app.camera.practice.wall import Sensor, paint_wall

# A painted person is 15 MB; two in view, and the one who comes next.
_KEPT_FIGURES = 3


class Studio:
    """Renders scenes at one frame size. Threads may share it; it renders one frame at a time."""

    def __init__(self, width: int, height: int) -> None:
        self._lens = Lens(width, height)
        self._wall = paint_wall(width, height)
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
            return self._sensor.expose(picture, scene.light, number)

    def truth(self, scene: Scene, number: int = 1) -> Truth:
        """What is known of that frame."""
        with self._lock:
            faces = [self._figure(sitter.person).truth(sitter, self._lens) for sitter in reversed(scene.sitters)]
        code = None if scene.code is None else scene.code.text
        return Truth(number, tuple(faces), code, scene.light, scene.side_light)

    def _picture(self, scene: Scene) -> Image:
        """Wall and people; the very same array as last time when nothing has moved."""
        if self._people is None or self._people[0] != scene:
            picture = self._wall.copy()
            for sitter in scene.sitters:
                self._figure(sitter.person).draw(picture, sitter, scene.side_light)
            self._people = (scene, picture)
        return self._people[1]

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
