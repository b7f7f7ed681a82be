"""The reference on disk: whole, private, of an empty booth, and refused when it is anything else."""

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.doctor import judged
from kiosk_app.camera.doctor_look import Look
from kiosk_app.camera.doctor_measures import edge_blur, measure, small_picture
from kiosk_app.camera.doctor_move import displacement
from kiosk_app.camera.doctor_reference import Reference, ReferenceShelf, encoded
from kiosk_app.errors import KioskError

from .booths import booth, noisy, turned

NOW = datetime(2026, 1, 24, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def reference() -> Reference:
    seen = Look("images booth", False, 0.1, 10.0, noisy(booth()))
    return judged(seen, None, PortraitProfile(), fresh=True).new_reference(NOW)


@pytest.fixture
def shelf(tmp_path: Path, reference: Reference) -> ReferenceShelf:
    shelf = ReferenceShelf(tmp_path)
    shelf.keep(reference)
    return shelf


def test_it_comes_back_as_it_was(shelf: ReferenceShelf, reference: Reference, tmp_path: Path) -> None:
    kept = shelf.load()
    assert kept is not None
    assert (kept.camera, kept.taken_at, kept.size) == ("images booth", NOW, (1280, 720))
    assert kept.measures == pytest.approx(reference.measures, abs=1e-4)
    assert np.array_equal(kept.small, reference.small)
    assert kept.small.shape == (180, 320, 3)
    files = sorted(os.listdir(tmp_path / "camera"))
    assert files == ["reference.json", "reference.png"]
    if os.name != "nt":
        assert {stat.S_IMODE((tmp_path / "camera" / name).stat().st_mode) for name in files} == {0o600}


@pytest.mark.parametrize(
    "spoil",
    ["{", "[]", "{}", "number", "measure", "lacking", "size", "short", "endless", "picture", "cut", "no picture"],
)
def test_a_damaged_one_is_refused_in_one_line(shelf: ReferenceShelf, tmp_path: Path, spoil: str) -> None:
    facts, picture = tmp_path / "camera" / "reference.json", tmp_path / "camera" / "reference.png"
    said = json.loads(facts.read_text())
    if spoil == "picture":
        picture.write_bytes(encoded(noisy(booth(), 4), ".png"))
    elif spoil == "cut":
        picture.write_bytes(picture.read_bytes()[:100])
    elif spoil == "no picture":
        picture.unlink()
    elif spoil == "lacking":
        facts.write_text(json.dumps({**said, "measures": {"light_left_right": 1.0, "light_top_bottom": 1.0}}))
    elif spoil in ("short", "endless"):
        facts.write_text(json.dumps({**said, "size": [1280] if spoil == "short" else [float("inf"), 720]}))
    elif spoil == "measure":
        facts.write_text(json.dumps({**said, "measures": {**said["measures"], "wall_l": float("nan")}}))
    elif spoil == "size":
        facts.write_text(json.dumps({**said, "size": "big"}))
    else:
        facts.write_text(json.dumps({**said, "format": 99}) if spoil == "number" else spoil)
    with pytest.raises(KioskError, match=r"reference (is damaged|cannot be read)") as fault:
        shelf.load()
    assert fault.value.action.endswith("--reference")


@pytest.mark.parametrize("light", [0.02, 0.45])
def test_what_is_to_be_mended_is_no_reference(light: float) -> None:
    seen = Look("images booth", False, 0.1, 10.0, noisy(booth() * light))
    with pytest.raises(KioskError, match="something to act on") as fault:
        judged(seen, None, PortraitProfile(), fresh=True).new_reference(NOW)
    assert fault.value.code == "reference-poor"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, reference: Reference) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(KioskError, match="cannot be made") as fault:
        ReferenceShelf(tmp_path / "taken").keep(reference)
    assert fault.value.code == "file-unwritable"
    assert os.listdir(tmp_path) == ["taken"]


@pytest.mark.skipif(os.name == "nt", reason="modes are not Windows' way")
def test_folders_made_on_the_way_are_their_owners_too(tmp_path: Path, reference: Reference) -> None:
    ReferenceShelf(tmp_path / "new" / "booth").keep(reference)
    for folder in ("new", "new/booth", "new/booth/camera"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700


@pytest.mark.parametrize("sigma", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("light", [1.0, 0.4])
def test_blur_is_measured_in_pixels_whatever_the_light(sigma: float, light: float) -> None:
    soft = noisy(cv2.GaussianBlur(booth(), (0, 0), sigma) * light)
    assert edge_blur(soft)["blur_px"] == pytest.approx(sigma, abs=0.35)


@pytest.mark.parametrize(
    ("right", "up", "clockwise", "closer"), [(3, 0, 0, 1), (-6, 2, 0, 1), (0, 0, -3, 1), (1, -1, 2, 1.05)]
)
def test_a_move_is_measured_in_dim_light_too(right: float, up: float, clockwise: float, closer: float) -> None:
    after = noisy(turned(booth(), right, up, clockwise, closer) * 0.6)
    move = displacement(small_picture(noisy(booth())), small_picture(after))
    assert move is not None
    assert (move.right, move.up, move.clockwise) == pytest.approx((right, up, clockwise), abs=0.3)
    assert move.closer == pytest.approx(closer, abs=0.01)


def test_the_wall_is_measured_before_whatever_stands_around_it() -> None:
    measured = measure(noisy(booth("grey")))
    assert measured["wall_l"] == pytest.approx(64, abs=1)
    assert measured["wall_chroma"] < 2
    assert measured["wall_pattern"] < 2
