"""A few seconds at a camera, for the doctor: what it gives, how fast, and whether somebody is in the picture."""

import statistics
import time
from collections.abc import Callable
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
_SIDE = 256
_PERSON = 0.5
_PERSON_SHARE = 0.03  # empty booths give 0, somebody on the seat 0.17 and more, somebody far aside 0.12


@dataclass(frozen=True, eq=False)
class Look:
    """What a camera showed.

    picture: uint8 [H, W, 3] BGR, of a live camera the mean of its frames, so that noise is no detail. fps: as read, 0
    where it cannot be told. people: a face or a body was in one of the frames. face_sharpness: of that face, as the
    portrait rules measure it. fault: why the camera gives no picture, or none that can be used; then the rest is empty.
    """

    name: str
    live: bool
    opened_s: float = 0.0
    fps: float = 0.0
    picture: Image = field(default_factory=lambda: np.zeros((0, 0, 3), np.uint8), repr=False)
    people: bool = False
    face_sharpness: float | None = None
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
    people, sharpness = _people(eye.watched)
    picture = eye.mean() if source.live else eye.watched[0]
    return Look(source.name, source.live, opened_s, _rate(eye.times), picture, people, sharpness)


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


def _people(frames: list[Image]) -> tuple[bool, float | None]:
    """Whether a face or a body is in any of the frames, and the best sharpness of a face."""
    assessor, network = PortraitAssessor(), load_tflite(SELFIE_SEGMENTATION)
    seen, sharpness = False, None
    for frame in frames:
        assessed = assessor.assess(frame)
        found = assessed.measurements.get("sharpness")
        sharpness = found if sharpness is None or (found or 0) > sharpness else sharpness
        seen = seen or assessed.faces > 0 or _body_share(network, frame) > _PERSON_SHARE
    return seen, sharpness


def _body_share(network: cv2.dnn.Net, bgr: Image) -> float:
    """The larger share of person in the frame and in its middle: things in the frame distract the network."""
    height, width = bgr.shape[:2]
    margin = max(0, (width - height) // 2)
    shares = []
    for part in (bgr, bgr[:, margin : width - margin]):
        network.setInput(cv2.dnn.blobFromImage(np.ascontiguousarray(part), 1 / 255, (_SIDE, _SIDE), swapRB=True))
        shares.append(float((np.asarray(network.forward()) > _PERSON).mean()))
    return max(shares)
