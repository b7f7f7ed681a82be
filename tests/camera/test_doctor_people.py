"""The doctor with somebody in the picture: what can be judged is judged, what cannot is named, and nothing is kept."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.doctor import CameraReport, judged
from kiosk_app.camera.doctor_look import Look, look
from kiosk_app.camera.doctor_rules import Item
from kiosk_app.camera.files import ImageFolder
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.errors import KioskError

from . import pictures
from .booths import as_folder, booth

NOW = datetime(2026, 1, 24, 3, tzinfo=UTC)
RULES = PortraitProfile()


def report_on(script: str) -> CameraReport:
    return judged(look(PracticeCamera(script=script, fps=0), 0.3), None, RULES)


def items(report: CameraReport) -> dict[str, Item]:
    return {item.name: item for item in report.items}


@pytest.mark.parametrize(
    ("script", "faulty", "words"),
    [
        ("portrait", None, ""),
        ("white-hijab", None, ""),
        ("dark", "light", "More light"),
        ("bright", "light", "Turn lamps away"),
        ("back-light", "light", "no window behind"),
        ("side-light", "evenness", "More light on the darker side"),
        ("defocus", "focus", "clean the lens"),
    ],
)
def test_focus_and_light_are_judged_on_the_face(script: str, faulty: str | None, words: str) -> None:
    report = report_on(script)
    found = items(report)
    assert list(found) == ["camera", "focus", "light", "evenness", "empty"]
    assert [name for name, item in found.items() if item.state == "act"] == ([faulty] if faulty else [])
    assert found["empty"].state == "look"
    assert "Not judged: wall, colour, place" in found["empty"].finding
    if faulty:
        assert words in found[faulty].action
    for keep in (lambda: report.new_reference(NOW), report.picture):
        with pytest.raises(KioskError, match="Somebody is in the picture"):
            keep()


def test_a_burnt_face_is_told_though_the_room_is_not() -> None:
    seen = Look(
        "webcam 0", True, 0.5, 30.0, booth(), True,
        {"sharpness": 0.003, "left_right": 0.9, "over_exposed": 0.2}, {"frame_l": 90.0, "clipped": 0.1},
    )  # fmt: skip
    told = items(judged(seen, None, RULES))["light"]
    assert (told.state, told.action) == ("act", "Turn lamps away from the face.")
    calm = replace(seen, face={**seen.face, "over_exposed": 0.0})
    assert items(judged(calm, None, RULES))["light"].state == "pass"


def test_no_more_of_a_face_is_handed_on_than_is_judged() -> None:
    seen = look(PracticeCamera(script="portrait", fps=0), 0.3)
    assert set(seen.face) == {"sharpness", "left_right", "over_exposed"}
    assert set(seen.room) == {"frame_l", "clipped"}


@pytest.mark.parametrize(("light", "state"), [(1.0, "pass"), (0.45, "act")])
def test_somebody_who_shows_no_face_is_seen_too(tmp_path: Path, light: float, state: str) -> None:
    turned_away = booth()
    cv2.ellipse(turned_away, (640, 330), (110, 150), 0, 0, 360, (30, 28, 26), -1)
    cv2.ellipse(turned_away, (640, 760), (300, 260), 0, 0, 360, (120, 70, 50), -1)
    picture = (turned_away * light).astype(np.uint8)
    report = judged(look(ImageFolder(as_folder(tmp_path / "booth", picture)), 0.3), None, RULES)
    found = items(report)
    assert report.seen.people
    assert report.seen.face == {}
    assert "no face that would tell" in found["focus"].finding
    assert found["light"].state == state, "the room is judged without a face"
    assert "evenness" not in found
    assert "Not judged: whether the light is even, wall" in found["empty"].finding


PHOTOS = sorted((pictures.SHARED_DATA / "faces").glob("*.jpg"))


@pytest.mark.skipif(not PHOTOS, reason="the folder of face photos is not there")
@pytest.mark.parametrize(
    "photo", [photo for photo in PHOTOS if "noface" not in photo.name][::9], ids=lambda photo: photo.stem
)
def test_nobody_of_flesh_and_blood_gets_into_a_reference(tmp_path: Path, photo: Path) -> None:
    picture = cv2.imdecode(np.frombuffer(photo.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    folder = as_folder(tmp_path / "booth", np.asarray(picture, np.uint8))
    report = judged(look(ImageFolder(folder), 0.1), None, RULES, fresh=True)
    with pytest.raises(KioskError, match="Somebody is in the picture"):
        report.new_reference(NOW)
