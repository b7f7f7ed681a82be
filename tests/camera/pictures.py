"""Pictures with codes in them, made for the tests."""

import os
from pathlib import Path

import cv2
import numpy as np
import qrcode

from kiosk_app.camera.frames import Image

SHARED_DATA = Path(os.environ.get("KIOSK_APP_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
# As long as a real signed code, and in the same alphabet.
SIGNED_TEXT = "IMI1" + "A7K2Q" * 26


def code(text: str | bytes, module_px: int = 4, quiet: int = 4) -> Image:
    """A QR code, dark on white, uint8[n, n]."""
    made = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=quiet)
    made.add_data(text)
    made.make(fit=True)
    dark = np.array(made.get_matrix(), dtype=np.uint8)
    return np.kron(255 - 215 * dark, np.ones((module_px, module_px), np.uint8)).astype(np.uint8)


def hall(width: int = 1280, height: int = 720, seed: int = 1) -> Image:
    """A grey room with a few things in it and a sensor's noise, uint8[height, width]."""
    random = np.random.default_rng(seed)
    room = np.tile(np.linspace(90, 160, width), (height, 1))
    for _ in range(6):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        room[y : y + height // 4, x : x + width // 6] = random.integers(40, 220)
    return np.clip(random.normal(cv2.GaussianBlur(room, (0, 0), 2.0), 3.0), 0, 255).astype(np.uint8)


def placed(code_picture: Image, centre: tuple[int, int], room: Image, turned_deg: float = 0.0) -> Image:
    """`room` with the code in it, its middle at `centre` (x, y), turned by `turned_deg`."""
    side = code_picture.shape[0]
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), turned_deg, 1.0)
    matrix[:, 2] += np.array(centre) - side / 2
    height, width = room.shape
    warped = cv2.warpAffine(code_picture, matrix, (width, height))
    mask = cv2.warpAffine(np.full_like(code_picture, 255), matrix, (width, height)) / 255.0
    return (room * (1 - mask) + warped * mask).astype(np.uint8)


def colour(gray: Image) -> Image:
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
