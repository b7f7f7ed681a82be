"""The practice camera as a source: stage, scripts, codes, faults, threads."""

import threading
from itertools import pairwise

import cv2
import numpy as np
import pytest
import zxingcpp

from kiosk_app.booth.codes import parse
from kiosk_app.booth.facts import CodeKind
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import CameraFault, Image
from kiosk_app.camera.health import Health
from kiosk_app.camera.portrait import PortraitAssessor
from kiosk_app.camera.practice import camera as camera_module
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.optics import Pose
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.render import Studio
from kiosk_app.camera.practice.scene import HeldCode, Scene, Sitter
from kiosk_app.camera.practice.scripts import DEMO_CODE, SCRIPTS
from kiosk_app.camera.practice.stage import Stage
from kiosk_app.camera.source import open_source

BOOKING = "IMI1" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 4 + "QA"
PERSON = Person(seed=2)


def opened(stage: Stage | None = None, script: str | None = None) -> PracticeCamera:
    camera = PracticeCamera(stage, script, fps=0)
    camera.open()
    return camera


def grey(frame: Image) -> Image:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)


def test_the_stage_is_what_is_seen_and_what_is_true() -> None:
    camera = opened()
    assert camera.read().shape == (720, 1280, 3)
    assert camera.truth(1).faces == ()
    camera.stage.sit(PERSON, yaw=7, light=0.5)
    frame = camera.read()
    truth = camera.truth(2)
    assert np.array_equal(frame, camera.render(Scene((Sitter(PERSON, Pose(yaw=7)),), light=0.5), 2))
    assert (truth.faces[0].sitter.pose.yaw, truth.light, truth.code) == (7, 0.5, None)
    camera.stage.second(Person(seed=4))
    camera.read()
    assert [face.sitter.person.seed for face in camera.truth(3).faces] == [2, 4]
    camera.stage.second(None)
    camera.read()
    assert len(camera.truth(4).faces) == 1
    camera.stage.clear()
    camera.read()
    assert camera.truth(5).faces == ()


@pytest.mark.parametrize("text", [BOOKING, "3171234567890123", "x" * 180])
@pytest.mark.parametrize("person", [None, Person(seed=4, hijab=True)])
def test_a_held_code_is_read_from_every_frame(text: str, person: Person | None) -> None:
    camera, reader = opened(), CodeReader()
    camera.stage.hold_code(text, person)
    frames = [camera.read() for _ in range(12)]
    assert [reader.read(grey(frame)) for frame in frames] == [[text]] * 12
    assert {camera.truth(number).code for number in range(1, 13)} == {text}


def test_a_held_code_has_its_four_modules_of_quiet_white() -> None:
    camera = PracticeCamera(fps=0)
    picture = grey(camera.render(Scene(code=HeldCode(BOOKING, dx=0))))
    (found,) = zxingcpp.read_barcodes(picture)
    spot = found.position
    corners = np.array([(p.x, p.y) for p in (spot.top_left, spot.top_right, spot.bottom_right, spot.bottom_left)])
    modules = 41
    outside = 1 + 2 * 3.5 / modules
    ring = corners.mean(axis=0) + (corners - corners.mean(axis=0)) * outside
    edges = [
        start + (end - start) * share for start, end in pairwise([*ring, ring[0]]) for share in np.linspace(0, 1, 40)
    ]
    assert min(picture[round(y), round(x)] for x, y in edges) > 215


def test_a_held_phone_is_never_quite_still() -> None:
    camera = opened()
    camera.stage.hold_code(BOOKING)
    first, second = camera.read(), camera.read()
    assert (cv2.absdiff(first, second) > 40).mean() > 0.001


def test_a_code_is_not_shown_by_repr() -> None:
    camera = opened()
    camera.stage.hold_code(BOOKING, PERSON)
    camera.read()
    assert BOOKING not in repr(camera.stage.snapshot())
    assert BOOKING not in repr(camera.truth(1))
    assert BOOKING not in repr(HeldCode(BOOKING))


SCENES = (
    Scene((Sitter(PERSON, Pose(yaw=4), eyes_open=0.3, mouth=0.5),)),
    Scene((Sitter(PERSON, Pose(dx=9, distance=1.2, roll=5)),), HeldCode(BOOKING), light=0.3, side_light=1),
    Scene((Sitter(PERSON, Pose(dx=9, distance=1.2, roll=5)),), side_light=1),
    Scene((Sitter(PERSON), Sitter(Person(seed=4, hijab=True, glasses=True), Pose(dx=-20, yaw=-12)))),
)


def test_rendering_depends_on_nothing_but_its_arguments() -> None:
    """Nothing that is kept from one picture to the next shows in it."""
    used = Studio(480, 270)
    kept = [used.render(scene, 5) for scene in SCENES]
    again = [used.render(scene, 5) for scene in reversed(SCENES)][::-1]
    fresh = [Studio(480, 270).render(scene, 5) for scene in SCENES]
    for first, second, third in zip(kept, again, fresh, strict=True):
        assert np.array_equal(first, third)
        assert np.array_equal(second, third)


def test_the_sensor_never_gives_the_same_frame_twice() -> None:
    camera = opened()
    frames = {camera.read().tobytes() for _ in range(12)}
    assert len(frames) == 12


def test_a_frame_belongs_to_its_reader() -> None:
    camera = opened()
    camera.stage.sit(PERSON)
    camera.read()[:] = 0
    assert np.array_equal(camera.read(), camera.render(Scene((Sitter(PERSON),)), 2))
    camera.stage.fail("freeze")
    frozen = camera.read()
    copy = frozen.copy()
    frozen[:] = 0
    assert np.array_equal(camera.read(), copy)


def test_unplugged_and_plugged_in_again() -> None:
    camera = opened()
    camera.read()
    camera.stage.fail("unplug")
    with pytest.raises(CameraFault) as unplugged:
        camera.read()
    assert unplugged.value.code == "camera-missing"
    with pytest.raises(CameraFault):
        opened(camera.stage)
    camera.stage.fail(None)
    again = opened(camera.stage)
    assert again.read().mean() > 200


@pytest.mark.parametrize(("fault", "code"), [("freeze", "camera-frozen"), ("black", "camera-black")])
def test_a_failing_camera_looks_like_one(fault: str, code: str) -> None:
    camera = opened()
    camera.stage.sit(PERSON)
    health = Health(1.0)
    assert [health.check(camera.read(), at / 10) for at in range(20)][1:] == [True] * 19
    camera.stage.fail("freeze" if fault == "freeze" else "black")

    def watch() -> None:
        for at in range(20, 60):
            health.check(camera.read(), at / 10)

    with pytest.raises(CameraFault) as told:
        watch()
    assert told.value.code == code
    assert camera.truth(25).fault == fault


def test_a_closed_camera_gives_nothing() -> None:
    camera = opened()
    camera.close()
    camera.close()
    with pytest.raises(CameraFault):
        camera.read()


def test_old_truths_are_forgotten_and_asking_for_one_says_so() -> None:
    camera = opened()
    for _ in range(260):
        camera.read()
    assert camera.truth(260).number == 260
    with pytest.raises(KeyError, match=r"frame 1\b"):
        camera.truth(1)


def test_the_pace_is_kept_unless_it_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    class Recorded:
        def __init__(self, fps: float) -> None:
            self.fps = fps

        def wait(self) -> None:
            waited.append(self.fps)

    monkeypatch.setattr(camera_module, "Pace", Recorded)
    paced = PracticeCamera(fps=12)
    paced.open()
    for _ in range(3):
        paced.read()
    opened().read()
    assert waited == [12, 12, 12]


def test_a_stage_changed_from_another_thread_never_shows_half_a_change() -> None:
    stage = Stage()
    camera = opened(stage)
    sitting = Scene((Sitter(PERSON, Pose(yaw=3)),), light=0.9)
    done = threading.Event()

    def drive() -> None:
        while not done.is_set():
            stage.sit(PERSON, yaw=3, light=0.9)
            stage.clear()

    drivers = [threading.Thread(target=drive) for _ in range(2)]
    for driver in drivers:
        driver.start()
    try:
        frames = [camera.read() for _ in range(60)]
    finally:
        done.set()
        for driver in drivers:
            driver.join()
    shown = set()
    for number, frame in enumerate(frames, start=1):
        faces = len(camera.truth(number).faces)
        shown.add(faces)
        assert np.array_equal(frame, camera.render(sitting if faces else Scene(), number))
    assert shown <= {0, 1}


def test_an_unknown_script_names_the_known_ones() -> None:
    with pytest.raises(CameraFault) as told:
        open_source("practice:nosuch")
    assert told.value.code == "camera-missing"
    for name in ("dark", "empty", "portrait", "visit"):
        assert name in told.value.action


def test_the_word_of_the_command_line_opens_a_script() -> None:
    source = open_source("practice:portrait")
    source.open()
    assert PortraitAssessor().assess(source.read()).faces == 1
    assert source.live
    assert source.name == "practice camera, script portrait"
    source.close()


def test_a_visit_goes_from_nobody_over_a_code_to_a_portrait() -> None:
    camera, assessor = PracticeCamera(fps=0), PortraitAssessor()
    visit = SCRIPTS["visit"]
    assert visit(1.0).sitters == ()
    assert CodeReader().read(grey(camera.render(visit(6.0)))) == [DEMO_CODE]
    assert assessor.assess(camera.render(visit(6.0))).faces == 1
    assert abs(assessor.assess(camera.render(visit(12.2))).measurements["yaw_deg"]) > 15
    straight = [visit(15.5 + 0.1 * step) for step in range(70)]
    assert {scene.sitters[0].eyes_open for scene in straight} >= {1.0}
    assert min(scene.sitters[0].eyes_open for scene in straight) < 0.3
    wide_open = next(scene for scene in straight if scene.sitters[0].eyes_open == 1)
    assert assessor.assess(camera.render(wide_open)).acceptable
    assert visit(25.5).sitters == ()
    assert visit(20.0).sitters[0].person != visit(20.0 + 26.0).sitters[0].person


def test_the_demo_code_is_nobodys_booking() -> None:
    class NeverAsked:
        def verify(self, key_id: int, message: bytes, signature: bytes) -> bool:
            raise AssertionError("only a code that looks like ours is verified")

    assert parse(DEMO_CODE, NeverAsked()).kind is CodeKind.UNKNOWN


def test_a_visitor_walks_without_jumps() -> None:
    visit = SCRIPTS["visit"]
    for now, later in pairwise(8.0 + 0.04 * step for step in range(420)):
        before, after = visit(now).sitters[-1].pose, visit(later).sitters[-1].pose
        assert abs(after.dx - before.dx) < 2.5
        assert abs(after.yaw - before.yaw) < 3


def test_the_other_scripts() -> None:
    camera, assessor = PracticeCamera(fps=0), PortraitAssessor()
    assert SCRIPTS["empty"](3.0) == Scene()
    portrait = next(s for s in (SCRIPTS["portrait"](0.1 * n) for n in range(30)) if s.sitters[0].eyes_open == 1)
    assert assessor.assess(camera.render(portrait)).acceptable
    assert assessor.assess(camera.render(SCRIPTS["dark"](2.0))).verdicts["light"] == "advice"
