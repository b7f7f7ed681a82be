"""The doctor at the camera: what is wrong with a booth's picture is found, named, and told how to mend."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.doctor import CameraReport, examine, judged
from kiosk_app.camera.doctor_look import Look, look
from kiosk_app.camera.doctor_reference import Reference, ReferenceShelf
from kiosk_app.camera.files import ImageFolder
from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.stage import Stage
from kiosk_app.errors import KioskError

from . import pictures
from .booths import as_folder, booth, cast_yellow, dimmed, lit_from_the_right, noisy, turned

NOW = datetime(2026, 1, 24, 3, tzinfo=UTC)
RULES = PortraitProfile()


def seen(picture: Image) -> Look:
    return Look("images booth", False, 0.1, 10.0, picture)


def report_on(picture: Image, reference: Reference | None) -> CameraReport:
    return judged(seen(picture), reference, RULES)


def states(report: CameraReport) -> dict[str, str]:
    return {item.name: item.state for item in report.items}


def action(report: CameraReport, name: str) -> str:
    return next(item.action for item in report.items if item.name == name)


@pytest.fixture(scope="module")
def good() -> Image:
    return noisy(booth())


@pytest.fixture(scope="module")
def reference(good: Image) -> Reference:
    return judged(seen(good), None, RULES, fresh=True).new_reference(NOW)


def test_a_good_booth_passes(good: Image, reference: Reference) -> None:
    first = report_on(good, None)
    assert {name for name, state in states(first).items() if state != "pass"} == {"place"}, "only the reference lacks"
    again = report_on(noisy(booth(), seed=9), reference)
    assert set(states(again).values()) == {"pass"}
    assert not any(item.action for item in again.items)
    assert [item.name for item in again.items] == ["camera", "focus", "light", "evenness", "wall", "colour", "place"]


FAULTS: dict[str, tuple[Callable[[Image], Image], set[str], tuple[str, str]]] = {
    "dim": (lambda p: dimmed(p, 0.45), {"light"}, ("light", "Switch all lamps")),
    "side": (lit_from_the_right, {"light", "evenness"}, ("evenness", "More light on the left (as")),
    "other side": (
        lambda p: np.ascontiguousarray(lit_from_the_right(p[:, ::-1])[:, ::-1]),
        {"light", "evenness"}, ("evenness", "More light on the right (as"),
    ),
    "below": (
        lambda p: noisy(p * np.linspace(0.45, 1, 720)[:, None, None]), {"light", "evenness"}, ("evenness", "on the top"),
    ),
    "unsharp": (lambda p: noisy(cv2.GaussianBlur(p, (0, 0), 3.0)), {"focus"}, ("focus", "Clean the lens")),
    "yellow": (cast_yellow, {"colour"}, ("colour", "lamps of one white")),
    "burnt out": (lambda p: noisy(p * 1.4), {"light"}, ("light", "Turn lamps away")),
    "covered": (lambda p: noisy(p * 0.02), {"light"}, ("light", "cover off the lens")),
    "left": (lambda p: turned(p, right=-3), {"place"}, ("place", "Turn the camera 3 degrees to the right")),
    "down": (lambda p: turned(p, up=-4), {"place"}, ("place", "Tilt it 4 degrees up")),
    "leaning": (lambda p: turned(p, clockwise=4), {"place"}, ("place", "Level it 4 degrees counter-clockwise")),
    "closer": (lambda p: turned(p, closer=1.12), {"place"}, ("place", "Move it back: things are 1")),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_nothing_else(good: Image, reference: Reference, fault: str) -> None:
    spoil, expected, (name, words) = FAULTS[fault]
    report = report_on(spoil(booth()), reference)
    assert {name for name, state in states(report).items() if state == "act"} == expected
    assert report.state == "act"
    assert words in action(report, name)


def test_a_coloured_wall_is_not_coloured_light(reference: Reference) -> None:
    repainted = booth("blue")
    report = report_on(noisy(repainted), reference)
    assert (states(report)["wall"], states(report)["colour"], states(report)["light"]) == ("act", "act", "look")
    assert "Take off what hangs there" in action(report, "colour")
    assert "more blue" in next(item.finding for item in report.items if item.name == "colour")
    alone = report_on(noisy(repainted), None)
    assert states(alone)["wall"] == "act"
    assert "it looks blue" in next(item.finding for item in alone.items if item.name == "wall")


@pytest.mark.parametrize("wall", ["patterned", "shadowed"])
def test_a_wall_with_something_on_it_is_told(reference: Reference, wall: str) -> None:
    report = report_on(noisy(booth(wall)), reference)  # type: ignore[arg-type]
    assert states(report)["wall"] == "act"
    assert "nothing throws a shadow" in action(report, "wall")


def test_side_light_is_no_fault_of_the_wall_and_dim_light_none_of_the_focus(reference: Reference) -> None:
    assert states(report_on(lit_from_the_right(booth()), reference))["wall"] == "pass"
    assert states(report_on(dimmed(booth(), 0.3), reference))["focus"] == "pass"


def test_a_slight_change_is_a_look(reference: Reference) -> None:
    for picture, name in (
        (dimmed(booth(), 0.88), "light"),
        (turned(booth(), right=1.6), "place"),
        (noisy(cv2.GaussianBlur(booth(), (0, 0), 1.5)), "focus"),
    ):
        report = report_on(picture, reference)
        assert {one for one, state in states(report).items() if state != "pass"} == {name}
        assert (report.state, states(report)[name]) == ("look", "look")


def test_another_view_is_told_as_such(reference: Reference) -> None:
    hall = cv2.cvtColor(pictures.hall(), cv2.COLOR_GRAY2BGR)
    report = report_on(np.asarray(hall, np.uint8), reference)
    assert states(report)["place"] == "act"
    assert "Turn the camera back" in action(report, "place")


def test_what_cannot_be_told_is_not_passed(reference: Reference) -> None:
    plain = noisy(np.full((720, 1280, 3), 236, np.uint8))
    report = report_on(plain, reference)
    assert (states(report)["focus"], states(report)["place"]) == ("look", "look")
    assert "printed page" in action(report, "focus")
    square = report_on(noisy(cv2.resize(booth(), (960, 720))), reference)
    assert "another shape" in next(item.finding for item in square.items if item.name == "place")
    assert "make a new one" in action(square, "camera")


@pytest.mark.parametrize(
    ("change", "state", "words"),
    [
        ({"picture": np.full((360, 500, 3), 200, np.uint8)}, "act", "1280 x 720 or more"),
        ({"picture": np.full((480, 640, 3), 200, np.uint8)}, "look", "smaller codes"),
        ({"fps": 6.0}, "act", "straight into the PC"),
        ({"fps": 12.0}, "look", "straight into the PC"),
        ({"opened_s": 9.0}, "look", "another USB socket"),
    ],
)
def test_what_the_camera_gives(good: Image, change: dict[str, object], state: str, words: str) -> None:
    look_at = replace(Look("webcam 0", True, 0.5, 30.0, good), **change)  # type: ignore[arg-type]
    report = judged(look_at, None, RULES)
    assert states(report)["camera"] == state
    assert words in action(report, "camera")


def live(stage: Stage) -> PracticeCamera:
    return PracticeCamera(stage, fps=0)


@pytest.mark.parametrize(
    ("fault", "code"), [("unplug", "camera-missing"), ("freeze", "camera-frozen"), ("black", "camera-black")]
)
def test_a_faulty_camera_is_a_finding(fault: str, code: str) -> None:
    stage = Stage()
    stage.fail(fault)  # type: ignore[arg-type]
    found = look(live(stage), 0.5)
    assert found.fault is not None
    assert found.fault.code == code
    report = judged(found, None, RULES)
    assert [(item.name, item.state) for item in report.items] == [("camera", "act")]
    with pytest.raises(KioskError):
        report.new_reference(NOW)
    with pytest.raises(KioskError):
        report.picture()


def test_an_empty_live_camera_is_seen_without_its_noise() -> None:
    found = look(live(Stage()), 3.0)  # a busy machine gives few pictures a second, and noise goes with their number
    assert (found.fault, found.people, found.size, found.live) == (None, False, (1280, 720), True)
    camera = live(Stage())
    camera.open()
    one = camera.read().astype(np.float32)
    noise = [float((picture - cv2.blur(picture, (5, 5))).std()) for picture in (one, found.picture.astype(np.float32))]
    assert noise[1] < 0.6 * noise[0]


@pytest.fixture
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk_app.camera.doctor.LOOK_S", 0.2)


@pytest.mark.usefixtures("short_looks")
def test_a_visit_keeps_and_compares(tmp_path: Path, good: Image) -> None:
    camera, shelf = ImageFolder(as_folder(tmp_path / "booth", good)), ReferenceShelf(tmp_path / "data")
    assert shelf.load() is None
    shelf.keep(examine(camera, shelf, fresh=True).new_reference(NOW))
    assert examine(camera, shelf).state == "pass"


def test_the_picture_shows_the_booth_and_the_findings(good: Image, reference: Reference) -> None:
    report = report_on(lit_from_the_right(booth()), reference)
    shown = cv2.imdecode(np.frombuffer(report.picture(".jpg"), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape[1] == 1280
    assert shown.shape[0] > 720 + 40 * len(report.items)
    below = shown[720:].reshape(-1, 3).astype(int)
    red = np.abs(below - np.array([28, 35, 163])).max(axis=1) < 30
    green = np.abs(below - np.array([62, 122, 24])).max(axis=1) < 30
    assert red.sum() > 2000
    assert green.sum() > 2000


@pytest.mark.usefixtures("short_looks")
def test_a_damaged_reference_is_one_finding_and_the_rest_is_judged(tmp_path: Path) -> None:
    camera, shelf = ImageFolder(as_folder(tmp_path / "booth", dimmed(booth(), 0.45))), ReferenceShelf(tmp_path / "data")
    (tmp_path / "data" / "camera").mkdir(parents=True)
    (tmp_path / "data" / "camera" / "reference.json").write_text("{}")
    report = examine(camera, shelf)
    expected = {"camera": "pass", "reference": "act", "focus": "pass", "light": "act", "evenness": "pass"}
    assert states(report) == {**expected, "wall": "pass", "colour": "pass"}
    assert "make a new one" in action(report, "reference")
    assert "reference" not in states(examine(camera, shelf, fresh=True)), "whoever makes a new one is past that"


@pytest.mark.usefixtures("short_looks")
@pytest.mark.parametrize(
    ("script", "faulty", "about", "words"),
    [
        ("empty-dark", {"light"}, "light", "Switch all lamps of the booth on"),
        ("empty-blue", {"light", "wall", "colour"}, "wall", "Hang a white one"),
    ],
)
def test_practice_booths_with_a_fault(tmp_path: Path, script: str, faulty: set[str], about: str, words: str) -> None:
    shelf = ReferenceShelf(tmp_path)
    assert examine(PracticeCamera(script="empty", fps=0), shelf).state == "look", "a bare wall has no edges to tell"
    shelf.keep(examine(PracticeCamera(script="empty", fps=0), shelf, fresh=True).new_reference(NOW))
    report = examine(PracticeCamera(script=script, fps=0), shelf)
    assert {name for name, state in states(report).items() if state == "act"} == faulty
    assert words in action(report, about)
    with pytest.raises(KioskError, match="something to act on"):
        examine(PracticeCamera(script=script, fps=0), shelf, fresh=True).new_reference(NOW)
