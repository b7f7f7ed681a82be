"""A few seconds at a camera, for the doctor: what it gives, how fast, and whether somebody is in the picture."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np

from kiosk_app.camera.frames import CameraFault, Image, Source
from kiosk_app.camera.health import Health
from kiosk_app.camera.model_files import SELFIE_SEGMENTATION, load_tflite
from kiosk_app.camera.portrait import PortraitAssessor

LOOK_S = 2.0
_SETTLING = 5  # frames: exposure and white balance find their place
_LEAST_FRAMES = 2
_FROZEN_S = 0.8  # of equal or black frames: a shorter patience than the worker's, since nobody waits here
_WATCHED = 6  # frames that are searched for people
_OF_FACE, _OF_ROOM = ("sharpness", "left_right", "over_exposed"), ("frame_l", "clipped")
_SIDE = 256
_PERSON = 0.5
_PERSON_SHARE = 0.03  # empty booths give 0, somebody on the seat 0.17 and more, somebody far aside 0.12


@dataclass(frozen=True, eq=False)
class Look:
    """What a camera showed.

    picture: uint8 [H, W, 3] BGR, of a live camera the mean of its frames, so that noise is no detail. fps: as read, 0
    where it cannot be told. people: a face or a body was in one of the frames. face: its focus and light at its
    sharpest, room: the light of the last frame, both as the portrait rules measure them; `face` is empty where no face
    could be measured. fault: why the camera gives no picture, or none that can be used; then the rest is empty.
    """

    name: str
    live: bool
    opened_s: float = 0.0
    fps: float = 0.0
    picture: Image = field(default_factory=lambda: np.zeros((0, 0, 3), np.uint8), repr=False)
    people: bool = False
    face: Mapping[str, float] = field(default_factory=dict)
    room: Mapping[str, float] = field(default_factory=dict)
    fault: CameraFault | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; zeros without a picture."""
        return self.picture.shape[1], self.picture.shape[0]


def look(source: Source, seconds: float = LOOK_S, now: Callable[[], float] = time.monotonic) -> Look:
    """Opens `source`, reads for `seconds`, closes it. Never raises CameraFault: a fault is what the doctor looks for."""
    started = now()
    try:
        source.open()
    except CameraFault as fault:
        source.close()
        return Look(source.name, source.live, now() - started, fault=fault)
    opened_s = now() - started
    eye = _Eye(seconds / _WATCHED)
    health = Health(min(_FROZEN_S, seconds / 2))
    try:
        for _ in range(_SETTLING if source.live else 0):
            source.read()
        until = now() + seconds
        while len(eye.times) < _LEAST_FRAMES or now() < until:
            frame = source.read()
            eye.see(frame, now())
            if source.live:
                health.check(frame, eye.times[-1])
    except CameraFault as fault:
        return Look(source.name, source.live, opened_s, _rate(eye.times), fault=fault)
    finally:
        source.close()
    picture = eye.mean() if source.live else eye.watched[0]
    return Look(source.name, source.live, opened_s, _rate(eye.times), picture, *_people(eye.watched))


class _Eye:
    """Keeps the mean of what it sees and a frame every `interval` seconds: two seconds of 1080p would be 370 MB."""

    def __init__(self, interval: float) -> None:
        self.times: list[float] = []
        self.watched: list[Image] = []
        self._interval = interval
        self._due = float("-inf")
        self._total = np.zeros((0, 0, 3), np.float32)
        self._count = 0

    def see(self, frame: Image, at: float) -> None:
        self.times.append(at)
        if at < self._due:
            return  # what nobody looks for people in must not leave a ghost of them in the mean
        self.watched.append(frame)
        self._due = at + self._interval
        if self._total.shape != frame.shape:  # a driver's first frames may have another size
            self._total, self._count = np.zeros(frame.shape, np.float32), 0
        cv2.accumulate(frame, self._total)
        self._count += 1

    def mean(self) -> Image:
        return np.asarray(cv2.convertScaleAbs(self._total, alpha=1 / self._count), np.uint8)


def _rate(times: list[float]) -> float:
    gaps = [after - before for before, after in pairwise(times)]
    middle = statistics.median(gaps) if gaps else 0.0
    return 1 / middle if middle > 0 else 0.0


def _people(frames: list[Image]) -> tuple[bool, Mapping[str, float], Mapping[str, float]]:
    """Whether a face or a body is in any of the frames, the sharpest face, and the room.

    Of a face no more is handed on than what the doctor judges.
    """
    assessor, network = PortraitAssessor(), load_tflite(SELFIE_SEGMENTATION)
    seen, face, room = False, dict[str, float](), dict[str, float]()
    for frame in frames:
        assessed = assessor.assess(frame)
        measured = assessed.measurements
        room = {name: measured[name] for name in _OF_ROOM}
        if measured.get("sharpness", -1.0) > face.get("sharpness", -1.0):
            face = {name: measured[name] for name in _OF_FACE}
        seen = seen or assessed.faces > 0 or _body_share(network, frame) > _PERSON_SHARE
    return seen, face, room


def _body_share(network: cv2.dnn.Net, bgr: Image) -> float:
    """The larger share of person in the frame and in its middle: things in the frame distract the network."""
    height, width = bgr.shape[:2]
    margin = max(0, (width - height) // 2)
    shares = []
    for part in (bgr, bgr[:, margin : width - margin]):
        network.setInput(cv2.dnn.blobFromImage(np.ascontiguousarray(part), 1 / 255, (_SIDE, _SIDE), swapRB=True))
        shares.append(float((np.asarray(network.forward()) > _PERSON).mean()))
    return max(shares)
