"""The vendored models: the files they should be, and all that they give."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from kiosk_app.camera.landmarks import canonical_mesh
from kiosk_app.camera.model_files import (
    FACE_BLENDSHAPES,
    FACE_LANDMARKS,
    MODELS_FOLDER,
    SELFIE_SEGMENTATION,
    load_tflite,
    model_hashes,
    read_model,
)
from kiosk_app.errors import KioskError


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODELS_FOLDER, tmp_path / "models"))


def test_every_model_is_the_one_of_the_manifest_with_a_licence() -> None:
    for name in model_hashes():
        assert read_model(name)
    models = {path.name for path in MODELS_FOLDER.iterdir() if path.suffix in {".onnx", ".tflite", ".binarypb"}}
    assert models == set(model_hashes())
    assert "Shenzhen Institute" in (MODELS_FOLDER / "LICENSE.yunet.txt").read_text(encoding="utf-8")
    assert "Apache License" in (MODELS_FOLDER / "LICENSE.mediapipe.txt").read_text(encoding="utf-8")


def test_a_changed_model_is_refused(copied: Path) -> None:
    with (copied / FACE_LANDMARKS).open("r+b") as file:
        file.seek(1000)
        file.write(b"\xff\x00")
    with pytest.raises(KioskError, match=f"{FACE_LANDMARKS} was changed") as caught:
        load_tflite(FACE_LANDMARKS, copied)
    assert caught.value.code == "models-damaged"


def test_a_missing_model_is_named(copied: Path) -> None:
    (copied / FACE_BLENDSHAPES).unlink()
    with pytest.raises(KioskError, match=f"{FACE_BLENDSHAPES} is missing"):
        load_tflite(FACE_BLENDSHAPES, copied)


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', "not json"])
def test_a_broken_manifest_is_one_clear_error(copied: Path, content: str) -> None:
    (copied / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(KioskError, match="list of the face models"):
        read_model(FACE_LANDMARKS, copied)


def test_the_landmark_network_gives_three_outputs_of_its_own() -> None:
    # OpenCV's default engine gives the last output under every name.
    network = load_tflite(FACE_LANDMARKS)
    network.setInput(np.full((1, 3, 256, 256), 0.5, dtype=np.float32))
    points, presence, tongue = network.forward(["Identity", "Identity_1", "Identity_2"])
    assert [output.size for output in (points, presence, tongue)] == [478 * 3, 1, 1]
    assert np.ptp(points) > 50
    assert float(presence.ravel()[0]) < 0
    assert float(presence.ravel()[0]) != float(tongue.ravel()[0])
    assert set(network.getUnconnectedOutLayersNames()) == {"Identity", "Identity_1", "Identity_2"}


def test_the_other_networks_give_what_is_read_from_them() -> None:
    blendshapes = load_tflite(FACE_BLENDSHAPES)
    blendshapes.setInput(np.random.default_rng(1).uniform(0, 200, (1, 146, 2)).astype(np.float32))
    weights = blendshapes.forward()
    assert weights.size == 52
    assert weights.min() >= 0
    assert weights.max() <= 1
    segmentation = load_tflite(SELFIE_SEGMENTATION)
    segmentation.setInput(np.full((1, 3, 256, 256), 0.9, dtype=np.float32))
    person = segmentation.forward()
    assert person.size == 256 * 256
    assert float(person.mean()) < 0.1  # an empty white wall


def test_the_canonical_face_is_a_face() -> None:
    mesh = canonical_mesh()
    assert mesh.vertices.shape == (468, 3)
    assert mesh.texture.shape == (468, 2)
    assert mesh.triangles.shape == (898, 3)
    assert set(np.unique(mesh.triangles)) <= set(range(468))
    assert mesh.pose_points.shape == mesh.pose_weights.shape == (33,)
    right_eye, left_eye, chin, nose = mesh.vertices[[33, 263, 152, 1]]
    assert right_eye[0] < 0 < left_eye[0]
    assert chin[1] < right_eye[1]
    assert nose[2] > right_eye[2]
    # Two halves of one average face: what is left of the middle mirrors what is right of it.
    mirrored = mesh.vertices * (-1, 1, 1)
    nearest = np.linalg.norm(mesh.vertices[:, np.newaxis] - mirrored, axis=2).min(axis=1)
    assert float(nearest.max()) < 0.01
    with pytest.raises(ValueError, match="read-only"):
        mesh.vertices[0] = 0
