"""Portraits through the worker: the real assessor on frames of a booth, and the choice among frames with known worth."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.analysis import best_capture
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Frame, Image
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.worker import CameraWorker, Watch
from kiosk_app.errors import KioskError
from tests.camera.pictures import SHARED_DATA
from tests.camera.worker_rig import PATIENCE_S, QUICK, Listener, Script, noise, running

FACES = SHARED_DATA / "faces"


def sitting(name: str) -> Callable[[int], Iterator[Image]]:
    """A camera before which somebody sits still: the picture of `name`, with a sensor's noise."""
    picture = cv2.imread(str(FACES / f"syn_frame720_{name}.jpg"))
    if picture is None:
        pytest.skip("the shared face images are not here")
    still = np.asarray(picture, dtype=np.uint8)

    def play(_opening: int) -> Iterator[Image]:
        random = np.random.default_rng(1)
        while True:
            yield cv2.add(still, random.integers(0, 3, still.shape, dtype=np.uint8)).astype(np.uint8)

    return play


def test_a_person_who_sits_well_is_assessed_and_taken() -> None:
    source, listener = Script(sitting("ied110_ok_female_68")), Listener()
    worker = CameraWorker(
        lambda: source, listener, PortraitAssessor(), CodeReader(), replace(QUICK, recent_s=60.0, capture_s=60.0)
    )
    worker.watch(Watch.PORTRAIT)
    with running(worker, source):
        listener.wait_for(lambda: len(listener.assessments) >= 3)
        worker.capture()
        listener.wait_for(lambda: bool(listener.captures))
    assert all(assessment.faces == 1 for assessment in listener.assessments)
    capture = listener.captures[0]
    assert capture.assessment.acceptable
    assert capture.frame.shape == (720, 1280, 3)
    assert capture.crop.shape == (531, 413, 3)
    decoded = cv2.imdecode(np.frombuffer(capture.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert float(np.abs(decoded.astype(int) - capture.crop).mean()) < 3
    assert listener.faults == []


def test_who_sits_too_near_is_told_so_and_not_taken() -> None:
    source, listener = Script(sitting("ied170_near_male_19")), Listener()
    worker = CameraWorker(
        lambda: source, listener, PortraitAssessor(), CodeReader(), replace(QUICK, recent_s=60.0, capture_s=0.2)
    )
    worker.watch(Watch.PORTRAIT)
    with running(worker, source):
        listener.wait_for(lambda: len(listener.assessments) >= 1)
        worker.capture()
        listener.wait_for(lambda: bool(listener.faults))
    assert listener.assessments[0].verdicts["size"] == "advice"
    assert listener.faults == ["crop-outside"]
    assert listener.captures == []


class Worth:
    """An assessor that reads a frame's worth from its first pixel: sharpness, and whether it passes live and in full."""

    profile = PortraitProfile()

    def __init__(self, crops: bool = True) -> None:
        self.full = 0
        self.looked = threading.Semaphore(0)
        self._crops = crops

    def assess_live(self, bgr: Image) -> Assessment:
        self.looked.release()
        return self._assessment(bgr, int(bgr[0, 0, 1]))

    def assess(self, bgr: Image) -> Assessment:
        self.full += 1
        return self._assessment(bgr, int(bgr[0, 0, 2]))

    def _assessment(self, bgr: Image, passes: int) -> Assessment:
        def cut() -> Image:
            if not self._crops:
                raise KioskError("crop-no-face", "There is no face.", "Sit down.")
            return bgr

        return Assessment(1, {"sharpness": float(bgr[0, 0, 0]), "eyes_open": 0.06}, {}, bool(passes), cut)


def worth(assessor: Worth, frames: list[tuple[int, bool, bool]]) -> Callable[[int], Iterator[Image]]:
    """Frames of (sharpness, passes live, passes in full), each after the one before was looked at; then a camera that
    hangs."""

    def play(_opening: int) -> Iterator[Image]:
        for frame, picture in zip(frames, noise(), strict=False):
            picture[0, 0] = [frame[0], int(frame[1]), int(frame[2])]
            yield picture
            assert assessor.looked.acquire(timeout=PATIENCE_S)

    return play


@pytest.mark.parametrize(
    ("frames", "taken", "assessed"),
    [
        ([(10, True, True), (90, True, True), (50, True, True)], 90, 1),
        ([(10, True, True), (90, False, True), (50, True, True)], 50, 1),
        ([(10, True, True), (90, True, False), (50, True, True)], 50, 2),
        ([(10, False, False), (90, False, False), (50, False, False)], 90, 3),
    ],
    ids=["the sharpest", "one that passed live", "one that passes in full", "an officer's photo of what there is"],
)
def test_the_best_recent_frame_becomes_the_photo(
    frames: list[tuple[int, bool, bool]], taken: int, assessed: int
) -> None:
    assessor, listener = Worth(), Listener()
    source = Script(worth(assessor, frames))
    limits = replace(QUICK, recent_s=60.0, capture_s=60.0)
    worker = CameraWorker(lambda: source, listener, assessor, CodeReader(), limits)
    worker.watch(Watch.PORTRAIT)
    with running(worker, source):
        listener.wait_for(lambda: len(listener.assessments) == len(frames))
        worker.capture()
        listener.wait_for(lambda: bool(listener.captures))
    assert int(listener.captures[0].frame[0, 0, 0]) == taken
    assert assessor.full == assessed
    assert len(listener.captures) == 1


def test_a_photo_asked_for_before_anybody_sits_waits_for_a_frame() -> None:
    source, listener = Script(noise), Listener()
    worker = CameraWorker(lambda: source, listener, Worth(), CodeReader(), replace(QUICK, capture_s=60.0))
    with running(worker, source):
        worker.capture()
        worker.watch(Watch.PORTRAIT)
        listener.wait_for(lambda: bool(listener.captures))
    assert listener.faults == []


@pytest.mark.parametrize(
    ("watch", "crops", "told"),
    [(Watch.CODES, True, "capture-failed"), (Watch.PORTRAIT, False, "crop-no-face")],
)
def test_a_photo_that_cannot_be_taken_is_told_once(watch: Watch, crops: bool, told: str) -> None:
    source, listener = Script(noise), Listener()
    worker = CameraWorker(lambda: source, listener, Worth(crops), CodeReader(), QUICK)
    worker.watch(watch)
    with running(worker, source):
        worker.capture()
        listener.wait_for(lambda: bool(listener.faults))
    assert listener.faults == [told]
    assert listener.captures == []


@pytest.mark.parametrize(("recent_s", "away"), [(60.0, Watch.IDLE), (0.05, Watch.PORTRAIT)])
def test_a_photo_is_never_of_who_sat_there_before(recent_s: float, away: Watch) -> None:
    assessor, listener = Worth(), Listener()
    source = Script(worth(assessor, [(90, True, True)] * 5))
    limits = replace(QUICK, recent_s=recent_s, capture_s=0.05, silence_s=0.3)
    worker = CameraWorker(lambda: source, listener, assessor, CodeReader(), limits)
    worker.watch(Watch.PORTRAIT)
    with running(worker, source):
        listener.wait_for(lambda: len(listener.assessments) == 5)
        worker.watch(away)
        listener.wait_for(lambda: listener.faults[-1:] == ["camera-frozen"])  # the script has ended: time has passed
        worker.watch(Watch.PORTRAIT)
        worker.capture()
        listener.wait_for(lambda: "capture-failed" in listener.faults)
    assert listener.captures == []


def test_an_assessor_that_throws_is_told_and_the_wait_for_a_photo_ends() -> None:
    class Broken(Worth):
        def assess(self, bgr: Image) -> Assessment:
            raise ZeroDivisionError

    source, listener = Script(noise), Listener()
    worker = CameraWorker(lambda: source, listener, Broken(), CodeReader(), QUICK)
    worker.watch(Watch.PORTRAIT)
    with running(worker, source):
        listener.wait_for(lambda: bool(listener.assessments))
        worker.capture()
        listener.wait_for(lambda: listener.faults[-1:] == ["recovered"])
    assert listener.faults[0] == "camera-analysis"
    assert "capture-failed" in listener.faults
    assert worker.failures["ZeroDivisionError"] >= 1


def test_a_photo_that_fails_keeps_no_frame_until_the_collector_comes() -> None:
    frame = Frame(np.zeros((8, 8, 3), np.uint8), 1, 0.0)
    kept = weakref.ref(frame.bgr)
    gc.collect()
    gc.disable()
    try:
        failed = False
        try:
            best_capture(Worth(crops=False), [frame, frame])
        except KioskError:
            failed = True
        del frame
        assert failed
        assert kept() is None
    finally:
        gc.enable()


def test_a_photo_taken_after_a_candidate_failed_keeps_no_frame_until_the_collector_comes() -> None:
    class Second(Worth):
        """Of two candidates only the one that looks less sharp can be cropped."""

        def assess(self, bgr: Image) -> Assessment:
            return Worth(crops=int(bgr[0, 0, 0]) < 50).assess(bgr)

    frames = [Frame(np.full((8, 8, 3), (sharpness, 0, 0), np.uint8), 1, 0.0) for sharpness in (10, 90)]
    kept = [weakref.ref(frame.bgr) for frame in frames]
    gc.collect()
    gc.disable()
    try:
        capture = best_capture(Second(), frames[::-1])
        assert capture is not None
        assert int(capture.frame[0, 0, 0]) == 10
        del capture, frames
        assert all(one() is None for one in kept)
    finally:
        gc.enable()
