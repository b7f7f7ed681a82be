"""A signed code with one fault each, in a hall."""

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from tests.camera.pictures import SIGNED_TEXT, code, hall, placed

MIDDLE = (640, 360)


def blurred(sigma_px: float = 1.6) -> Image:
    picture = placed(code(SIGNED_TEXT, 3), MIDDLE, hall(), 5)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), np.uint8)


def tiny(module_px: float = 1.4) -> Image:
    """In a corner."""
    share = module_px / 4
    small = cv2.resize(code(SIGNED_TEXT, 4), None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return placed(np.asarray(small, np.uint8), (150, 150), hall(), 12)


def bare(ground: int = 90, *, inverted: bool = False) -> Image:
    """Without a quiet zone, on a card nearly as dark as its dark modules (or as light, when inverted)."""
    symbol = code(SIGNED_TEXT, 5, quiet=0)
    card = np.full((symbol.shape[0] + 120, symbol.shape[0] + 120), ground, np.uint8)
    card[60:-60, 60:-60] = symbol
    return placed(255 - card if inverted else card, MIDDLE, hall(), 8)


def moved(length_px: int = 10, angle_deg: float = 30) -> Image:
    """Smeared over two modules."""
    picture = placed(code(SIGNED_TEXT, 5), MIDDLE, hall(), 5)
    kernel = np.zeros((31, 31), np.float32)
    dx, dy = np.cos(np.radians(angle_deg)) * length_px / 2, np.sin(np.radians(angle_deg)) * length_px / 2
    for share in np.linspace(-1, 1, 201):
        kernel[round(15 + dy * share), round(15 + dx * share)] += 1
    smeared = cv2.filter2D(picture.astype(np.float32), -1, kernel / kernel.sum())
    return np.clip(np.random.default_rng(2).normal(smeared, 1.5), 0, 255).astype(np.uint8)


def glaring(radius_px: int = 45) -> Image:
    """A lamp's reflection in the middle of the code."""
    picture = placed(code(SIGNED_TEXT, 5), MIDDLE, hall(), 5).astype(np.float32) * 0.85
    cv2.circle(picture, (650, 365), radius_px, 600.0, -1)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 3.0), 0, 255).astype(np.uint8)


def faint(contrast: int = 30) -> Image:
    """A dark phone, and a thumb over so much of its code that the rest does not do."""
    picture = placed(code(SIGNED_TEXT, 5), MIDDLE, hall(), 5)
    cv2.ellipse(picture, (655, 385), (60, 45), 20, 0, 360, 140, -1)
    return (60 + picture.astype(np.float32) / 255 * contrast).astype(np.uint8)


def slanted(share: float = 0.12) -> Image:
    """Seen from so far aside that the far side is `share` of the near one."""
    symbol = code(SIGNED_TEXT, 12)
    side = symbol.shape[0]
    inset = 260 * (1 - share)
    there = np.array([(380, 100), (760, 100 + inset), (760, 620 - inset), (380, 620)], np.float32)
    here = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32)
    matrix = cv2.getPerspectiveTransform(here, there)
    warped = cv2.warpPerspective(symbol, matrix, (1280, 720), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full_like(symbol, 255), matrix, (1280, 720))
    return np.where(mask > 127, warped, hall()).astype(np.uint8)


def beyond_the_edge() -> Image:
    """A quarter of the code is outside the frame."""
    whole = placed(code(SIGNED_TEXT, 7), MIDDLE, hall(), 0)
    return np.ascontiguousarray(whole[:, 620:])
