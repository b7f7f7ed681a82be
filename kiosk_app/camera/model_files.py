"""The vendored model files: found beside this module, hash-checked, loaded into OpenCV.

A model that differs by one bit may still load and then judge faces differently, so every file is compared with the
sha256 of `models/manifest.json` before it is used.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

import cv2

from kiosk_app.errors import KioskError

MODELS_FOLDER = Path(__file__).parent / "models"

FACE_DETECTOR = "face_detection_yunet_2023mar.onnx"
FACE_LANDMARKS = "face_landmarks_detector.tflite"
FACE_BLENDSHAPES = "face_blendshapes.tflite"
FACE_GEOMETRY = "geometry_pipeline_metadata_landmarks.binarypb"
SELFIE_SEGMENTATION = "selfie_segmentation.tflite"

_REINSTALL = "Install the program again: its model files must be the ones it was built with."


@cache
def model_hashes(folder: Path = MODELS_FOLDER) -> dict[str, str]:
    """File name -> sha256 (hex) of every model, as the manifest says: a judgement can be traced to them."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return {name: entry["sha256"] for name, entry in manifest.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KioskError("models-damaged", "The list of the face models cannot be read.", _REINSTALL) from error


def read_model(name: str, folder: Path = MODELS_FOLDER) -> bytes:
    """Content of one model file. Raises KioskError `models-damaged` when it is missing or not the manifest's."""
    expected = model_hashes(folder).get(name)
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise KioskError("models-damaged", f"The face model {name} is missing.", _REINSTALL) from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise KioskError("models-damaged", f"The face model {name} was changed.", _REINSTALL)
    return content


def load_tflite(name: str, folder: Path = MODELS_FOLDER) -> cv2.dnn.Net:
    """A TFLite network on OpenCV's classic engine. Raises KioskError `models-damaged`.

    The default engine of OpenCV 5 keeps only the last output of a network with several and hands that one out under
    every name, without an error; the classic engine gives all of them. The file is given by its path because the form
    of the call that takes bytes ignores the wish for an engine.
    """
    read_model(name, folder)
    return cv2.dnn.readNetFromTFLite(str(folder / name), engine=cv2.dnn.ENGINE_CLASSIC)
