"""OFIQ-compatible component values: on faces whose truth is known, and on pictures with one thing changed."""

import cv2
import numpy as np
import pytest

from kiosk_app.camera.components import Component, as_evidence, judged_by
from kiosk_app.camera.frames import Image
from kiosk_app.camera.model_files import MODELS_FOLDER
from kiosk_app.camera.ofiq import MAPPING_VERSION, MAPPINGS, score
from kiosk_app.camera.portrait import PortraitAssessor
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.render import studio
from kiosk_app.camera.practice.stage import Stage
from tests.camera.faces import assessed, assessor, needs_faces, picture

TOLD = {
    *(
        "BackgroundUniformity",
        "IlluminationUniformity",
        "LuminanceMean",
        "LuminanceVariance",
        "UnderExposurePrevention",
    ),
    *("OverExposurePrevention", "DynamicRange", "NaturalColour", "SingleFacePresent", "EyesOpen", "MouthClosed"),
    *("InterEyeDistance", "HeadSize", "LeftwardCropOfTheFaceImage", "RightwardCropOfTheFaceImage"),
    *("MarginAboveOfTheFaceImage", "MarginBelowOfTheFaceImage", "HeadPoseYaw", "HeadPosePitch", "HeadPoseRoll"),
}
PERSON = Person(skin=3, seed=5)


def sitting(guest: Person | None = None, size: tuple[int, int] = (1280, 720), **held: float) -> dict[str, Component]:
    stage = Stage()
    stage.sit(PERSON, **held)
    stage.second(guest)
    return dict(assessor().assess(studio(*size).render(stage.snapshot())).components)


def test_a_full_assessment_tells_all_that_can_be_told_and_a_live_one_none() -> None:
    stage = Stage()
    stage.sit(PERSON)
    frame = studio(1280, 720).render(stage.snapshot())
    full = assessor().assess(frame)
    assert set(full.components) == TOLD
    assert set(MAPPINGS) > TOLD
    assert all(part.score == score(name, part.raw) for name, part in full.components.items())
    live = PortraitAssessor().assess_live(frame)
    assert live.components == {}
    assert as_evidence(live.components) == {}
    assert live.measurements == pytest.approx(full.measurements)


def test_nobody_there_has_no_components() -> None:
    assert assessor().assess(np.full((720, 1280, 3), 235, np.uint8)).components == {}


def test_what_is_kept_with_a_photo_names_values_and_what_made_them() -> None:
    stage = Stage()
    stage.sit(PERSON)
    assessment = assessor().assess(studio(1280, 720).render(stage.snapshot()))
    kept = as_evidence(assessment.components)
    assert not set(kept) & set(assessment.measurements)
    assert set(kept) == {f"{name}.{what}" for name in TOLD for what in ("raw", "score")}
    assert kept["EyesOpen.raw"] == assessment.components["EyesOpen"].raw
    assert kept["EyesOpen.score"] == assessment.components["EyesOpen"].score
    told = judged_by()
    assert told["mapping"] == MAPPING_VERSION
    assert told["opencv"] == cv2.__version__
    assert {name for name, value in told.items() if len(value) == 64} == {
        path.name for path in MODELS_FOLDER.iterdir() if path.suffix in {".onnx", ".tflite", ".binarypb"}
    }


def test_geometry_follows_the_person() -> None:
    calm, turned = sitting(), sitting(yaw=18.0)
    assert calm["HeadPoseYaw"].score >= 99
    assert turned["HeadPoseYaw"].raw == pytest.approx(-18, abs=4)  # OFIQ turns the other way than we do
    leaning = sitting(roll=12.0)
    assert leaning["HeadPoseRoll"].raw - calm["HeadPoseRoll"].raw == pytest.approx(-12, abs=1.2)
    near, far = sitting(distance=0.9), sitting(distance=1.8)
    assert near["InterEyeDistance"].raw / far["InterEyeDistance"].raw == pytest.approx(2, rel=0.06)
    right = sitting(dx=8.0)
    assert right["LeftwardCropOfTheFaceImage"].raw > calm["LeftwardCropOfTheFaceImage"].raw
    assert right["RightwardCropOfTheFaceImage"].raw < calm["RightwardCropOfTheFaceImage"].raw
    assert calm["HeadSize"].raw == pytest.approx(0.375)  # of the picture that is cut: as the profile wants it
    assert far["MarginAboveOfTheFaceImage"].raw > near["MarginAboveOfTheFaceImage"].raw


def test_eyes_mouth_and_a_guest_are_seen() -> None:
    calm = sitting()
    assert sitting(eyes_open=0.0)["EyesOpen"].raw < 0.75 * calm["EyesOpen"].raw
    assert sitting(mouth=0.8)["MouthClosed"].raw > calm["MouthClosed"].raw + 0.05
    assert calm["SingleFacePresent"] == Component(0.0, 100)
    assert 0.1 < sitting(guest=Person(seed=9))["SingleFacePresent"].raw < 1


def test_values_hardly_depend_on_the_size_of_the_frame() -> None:
    wide, small = sitting(size=(1920, 1080)), sitting(size=(640, 480))
    for name in ("EyesOpen", "MouthClosed", "IlluminationUniformity", "LuminanceMean", "DynamicRange", "HeadPoseYaw"):
        assert small[name].score == pytest.approx(wide[name].score, abs=8), name


@needs_faces
def test_light_moves_the_values_of_light() -> None:
    calm = assessed("ai_female_13.jpg").components
    dark, bright = assessed("syn_ev-3p0_female_13.jpg").components, assessed("syn_ev+1p5_female_13.jpg").components
    assert dark["LuminanceMean"].raw < calm["LuminanceMean"].raw < bright["LuminanceMean"].raw
    assert dark["UnderExposurePrevention"].raw > calm["UnderExposurePrevention"].raw
    assert bright["OverExposurePrevention"].score < 50 < calm["OverExposurePrevention"].score
    assert dark["DynamicRange"].raw < calm["DynamicRange"].raw
    aside = assessed("syn_sidelight_female_13.jpg").components
    assert aside["IlluminationUniformity"].raw < calm["IlluminationUniformity"].raw


@needs_faces
def test_a_picture_without_colour_has_no_natural_one() -> None:
    assert assessed("ai_male_30.jpg").components["NaturalColour"].score > 50
    assert assessed("syn_gray_male_30.jpg").components["NaturalColour"] == Component(100.0, 0)
    blue: Image = np.clip(picture("ai_male_30.jpg") * (1.6, 0.9, 0.6), 0, 255).astype(np.uint8)
    assert assessor().assess(blue).components["NaturalColour"] == Component(100.0, 0)


@needs_faces
def test_a_wall_with_lines_is_less_uniform_than_a_plain_one() -> None:
    for person in ("male_12", "female_60"):
        plain = assessed(f"syn_goodwall_{person}.jpg").components["BackgroundUniformity"]
        lines = assessed(f"syn_stripewall_{person}.jpg").components["BackgroundUniformity"]
        soft = assessed(f"syn_gradwall_{person}.jpg").components["BackgroundUniformity"]
        assert plain.score > lines.score + 15
        assert soft.score > lines.score + 15
