"""The practice camera through the whole worker: a code held up, a portrait taken, faults made and mended."""

from dataclasses import replace

import pytest

from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import CameraFault
from kiosk_app.camera.portrait import PortraitAssessor
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.stage import Stage
from kiosk_app.camera.source import open_source
from kiosk_app.camera.worker import CameraWorker, Watch
from tests.camera.pictures import SIGNED_TEXT
from tests.camera.worker_rig import QUICK, Listener, running


def test_the_words_for_practice() -> None:
    stage = Stage()
    camera = open_source("practice", stage)
    assert isinstance(camera, PracticeCamera)
    assert camera.stage is stage
    assert open_source("practice:visit").name.endswith("visit")
    with pytest.raises(CameraFault, match="no practice script"):
        open_source("practice:nothing")


def test_a_visit_from_code_to_photo() -> None:
    stage, listener = Stage(), Listener()
    worker = CameraWorker(
        lambda: open_source("practice", stage),
        listener,
        PortraitAssessor(),
        CodeReader(),
        replace(QUICK, recent_s=30.0, capture_s=30.0),
    )
    worker.set_preview(640, 480, mirrored=True)
    with running(worker):
        listener.wait_for(lambda: bool(listener.previews))
        assert listener.contents == []
        stage.hold_code(SIGNED_TEXT, Person())
        listener.wait_for(lambda: bool(listener.contents))
        stage.sit(Person())
        worker.watch(Watch.PORTRAIT)
        listener.wait_for(lambda: any(assessment.acceptable for assessment in listener.assessments))
        worker.capture()
        listener.wait_for(lambda: bool(listener.captures))
    assert set(listener.contents) == {(SIGNED_TEXT,)}
    assert listener.captures[0].crop.shape == (531, 413, 3)
    assert listener.captures[0].assessment.acceptable
    assert listener.captures[0].jpeg[:2] == b"\xff\xd8"
    assert listener.faults == []


@pytest.mark.parametrize(
    ("fault", "told"), [("unplug", "camera-missing"), ("freeze", "camera-frozen"), ("black", "camera-black")]
)
def test_a_fault_on_the_stage_is_named_and_mended(fault: str, told: str) -> None:
    stage, listener = Stage(), Listener()
    worker = CameraWorker(lambda: open_source("practice", stage), listener, None, CodeReader(), QUICK)
    worker.watch(Watch.CODES)
    worker.set_preview(64, 36, mirrored=True)
    with running(worker):
        listener.wait_for(lambda: len(listener.previews) >= 2)
        stage.fail(fault)  # type: ignore[arg-type] # one of the three names
        listener.wait_for(lambda: bool(listener.faults))
        stage.fail(None)
        stage.hold_code(SIGNED_TEXT)
        listener.wait_for(lambda: "recovered" in listener.faults and bool(listener.contents))
    assert listener.faults == [told, "recovered"]


def test_the_scripted_visit_shows_its_code() -> None:
    listener = Listener()
    # Its time runs by frames: on a slow machine the visit is slow too, and nothing of it is missed.
    worker = CameraWorker(lambda: PracticeCamera(script="visit", fps=0), listener, None, CodeReader(), QUICK)
    worker.watch(Watch.CODES)
    with running(worker):
        listener.wait_for(lambda: bool(listener.contents))
    assert listener.faults == []
