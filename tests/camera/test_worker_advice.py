"""What the worker says besides codes and portraits: how to hold a code, and that the light may stay as it is."""

import threading
from collections.abc import Iterator

import numpy as np

from kiosk_app.camera.analysis import Analyser
from kiosk_app.camera.code_advice import CodeAdvice
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Image
from kiosk_app.camera.limits import Limits
from kiosk_app.camera.measures import TURNS
from kiosk_app.camera.portrait import PortraitAssessor
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.stage import Stage
from kiosk_app.camera.sink import FaultBoard
from kiosk_app.camera.slot import LatestFrame
from kiosk_app.camera.worker import CameraWorker, Watch
from tests.camera.worker_rig import QUICK, Listener, Script, noise, running


class Told(CodeReader):
    """Reads nothing; its advice is what a test has put there."""

    told: CodeAdvice | None = None

    def read(self, gray: Image, at: float | None = None) -> list[str]:
        return []

    @property
    def advice(self) -> CodeAdvice | None:
        return self.told


def test_advice_is_told_when_it_changes_and_only_then() -> None:
    source, listener, reader = Script(noise), Listener(), Told()
    worker = CameraWorker(lambda: source, listener, None, reader, Limits(codes_per_s=200))
    worker.watch(Watch.CODES)
    with running(worker, source):
        reader.told = CodeAdvice.STILL
        listener.wait_for(lambda: len(listener.advices) == 1)
        reader.told = CodeAdvice.CLOSER
        listener.wait_for(lambda: len(listener.advices) == 2)
        reader.told = None
        listener.wait_for(lambda: len(listener.advices) == 3)
    assert listener.advices == [CodeAdvice.STILL, CodeAdvice.CLOSER, None]


def test_advice_about_codes_ends_with_the_looking_for_codes() -> None:
    source, listener, reader = Script(noise), Listener(), Told()
    worker = CameraWorker(lambda: source, listener, PortraitAssessor(), reader, QUICK)
    worker.watch(Watch.CODES)
    with running(worker, source):
        reader.told = CodeAdvice.TILT
        listener.wait_for(lambda: listener.advices == [CodeAdvice.TILT])
        worker.watch(Watch.PORTRAIT)
        listener.wait_for(lambda: listener.advices[-1] is None)


def test_the_light_is_held_while_it_is_right_and_let_go_when_it_is_not() -> None:
    stage, slot, listener, stop = Stage(), LatestFrame(), Listener(), threading.Event()
    camera = PracticeCamera(stage, fps=0)
    camera.open()
    analyser = Analyser(
        listener, FaultBoard(listener), slot, stop, Limits(light_settles_s=0.0), PortraitAssessor(), CodeReader()
    )
    analyser.watch = Watch.PORTRAIT

    def look(light: float) -> float:
        """Until when the light is to be held, after somebody was seen in that light."""
        stage.sit(Person.random(2), light=light)
        before = len(listener.assessments)
        slot.put(camera.read())
        thread = threading.Thread(target=analyser.run)
        thread.start()
        listener.wait_for(lambda: len(listener.assessments) > before)
        stop.set()
        slot.wake()
        thread.join()
        stop.clear()
        return slot.light_held_until

    dark = look(0.2)
    assert dark == float("-inf")
    right = look(1.0)
    assert right > dark
    seen = [look(0.2) for _ in TURNS]  # the light is measured anew within so many frames
    assert look(0.2) == seen[-1], "a frame in the wrong light prolongs nothing"
    analyser.watch = Watch.IDLE
    thread = threading.Thread(target=analyser.run)
    thread.start()
    slot.put(camera.read())
    while slot.light_held_until != float("-inf"):
        thread.join(0.01)
    stop.set()
    thread.join()


def test_a_light_that_is_right_for_a_moment_is_not_held_yet() -> None:
    def sits(_opening: int) -> Iterator[Image]:
        camera = PracticeCamera(Stage(), fps=0)
        camera.open()
        camera.stage.sit(Person.random(2))
        while True:
            yield np.asarray(camera.read())

    source, listener = Script(sits), Listener()
    worker = CameraWorker(lambda: source, listener, PortraitAssessor(), CodeReader(), Limits(light_settles_s=3600.0))
    worker.watch(Watch.PORTRAIT)
    with running(worker, source):
        listener.wait_for(lambda: len(listener.assessments) >= 3)
    assert worker._slot.light_held_until == float("-inf")
