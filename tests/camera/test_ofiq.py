"""The published mappings from raw values to scores, against the published table and at the points that the norm names."""

import csv
import math
from itertools import pairwise

import pytest

from kiosk_app.camera.ofiq import MAPPING_VERSION, MAPPINGS, score
from tests.camera.pictures import SHARED_DATA

EXPECTED = SHARED_DATA / "faces" / "ofiq_expected_results.csv"


@pytest.mark.skipif(not EXPECTED.exists(), reason="the published table of expected results is not here")
def test_the_published_table_comes_out_whole() -> None:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    wrong = {
        (row["Filename"], name): (row[name], score(name, float(row[name])), row[f"{name}.scalar"])
        for row in rows
        for name in MAPPINGS
        if score(name, float(row[name])) != int(row[f"{name}.scalar"])
    }
    assert not wrong
    assert len(rows) * len(MAPPINGS) == 784


@pytest.mark.parametrize(
    ("component", "raw", "expected"),
    [
        ("BackgroundUniformity", 0.0, 100),
        ("IlluminationUniformity", 0.1, 50),
        ("LuminanceMean", 0.2, 50),
        ("LuminanceVariance", 1 / 60, 100),
        ("UnderExposurePrevention", 0.0, 100),
        ("OverExposurePrevention", 0.01, 50),
        ("DynamicRange", 4.0, 50),
        ("NaturalColour", 0.0, 100),
        ("SingleFacePresent", 0.25, 75),
        ("EyesOpen", 0.02, 50),
        ("MouthClosed", 0.2, 50),
        ("InterEyeDistance", 70, 50),
        ("HeadSize", 0.45, 100),
        ("HeadSize", 0.375, 36),
        ("MarginAboveOfTheFaceImage", 1.4, 50),
        ("MarginBelowOfTheFaceImage", 1.8, 50),
        ("LeftwardCropOfTheFaceImage", 0.9, 50),
        ("HeadPoseYaw", -10, 97),
        ("HeadPosePitch", 5, 99),
        ("HeadPoseRoll", 20, 88),
        ("HeadPoseYaw", 170, 0),
        ("NoHeadCoverings", 0.0, 100),
        ("NoHeadCoverings", 0.96, 0),
    ],
)
def test_known_points(component: str, raw: float, expected: int) -> None:
    assert score(component, raw) == expected


@pytest.mark.parametrize("component", sorted(MAPPINGS))
def test_scores_stay_within_0_and_100_and_do_not_overflow(component: str) -> None:
    for raw in (-1e9, -1.0, 0.0, 0.5, 1.0, 1e9):
        assert 0 <= score(component, raw) <= 100


@pytest.mark.parametrize(
    "component", ["BackgroundUniformity", "NaturalColour", "MouthClosed", "OverExposurePrevention"]
)
def test_more_of_what_is_wrong_never_scores_more(component: str) -> None:
    scores = [score(component, step / 20) for step in range(400)]
    assert all(after <= before for before, after in pairwise(scores))
    assert scores[0] > scores[-1]


@pytest.mark.parametrize("raw", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_has_no_score(raw: float) -> None:
    with pytest.raises(ValueError, match="EyesOpen"):
        score("EyesOpen", raw)


def test_an_unknown_component_is_refused_and_the_mapping_has_a_name() -> None:
    with pytest.raises(KeyError):
        score("Beauty", 1.0)
    assert MAPPING_VERSION
