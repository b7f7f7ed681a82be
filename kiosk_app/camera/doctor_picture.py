"""The doctor's picture of the empty booth, with what was measured drawn into it."""

from collections.abc import Sequence

import cv2
import numpy as np

from kiosk_app.camera.doctor_measures import WALL, lightness_grid, part_of
from kiosk_app.camera.doctor_rules import Item, State
from kiosk_app.camera.frames import Image

_WIDTH = 1280
_LINE = 40
_COLOURS: dict[State, tuple[int, int, int]] = {"pass": (62, 122, 24), "look": (0, 130, 200), "act": (28, 35, 163)}
_INK, _PAPER, _FRAME = (46, 33, 19), (255, 255, 255), (138, 79, 11)
_HALO = tuple((across, down) for across in (-2, 0, 2) for down in (-2, 0, 2))
_FONT = cv2.FONT_HERSHEY_DUPLEX


def annotated(picture: Image, items: Sequence[Item]) -> Image:
    """`picture` at 1280 px width with the wall's frame and the lightness of nine fields; below it a line for each item."""
    height = round(picture.shape[0] * _WIDTH / picture.shape[1])
    shown = np.asarray(cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)
    left, top, right, bottom = part_of(shown, WALL)
    cv2.rectangle(shown, (left, top), (right, bottom), _FRAME, 2, cv2.LINE_AA)
    for row, values in enumerate(lightness_grid(picture)):
        for column, value in enumerate(values):
            place = (round((column + 0.5) * _WIDTH / 3) - 34, round((row + 0.5) * height / 3) + 8)
            for across, down in _HALO:  # not a thicker stroke: of some fonts that is a wider text
                _write(shown, f"L {value:.0f}", (place[0] + across, place[1] + down), _PAPER)
            _write(shown, f"L {value:.0f}", place, _INK)
    sheet = np.full((_LINE * len(items) + 20, _WIDTH, 3), 255, np.uint8)
    for number, item in enumerate(items):
        y = _LINE * number + 36
        cv2.rectangle(sheet, (20, y - 22), (110, y + 8), _COLOURS[item.state], -1)
        _write(sheet, item.state.upper(), (30, y), _PAPER)
        _write(sheet, item.name, (126, y), _INK)
        _write(sheet, _fitting(item), (260, y), _INK)
    return np.asarray(np.vstack([shown, sheet]), np.uint8)


def _fitting(item: Item) -> str:
    """As much as a line holds: what to do stands before what was found."""
    text = f"{item.action} ({item.finding})" if item.action else item.finding
    while cv2.getTextSize(text, _FONT, 0.62, 1)[0][0] > _WIDTH - 290:
        text = text[:-4].rstrip() + "..."
    return text


def _write(target: Image, text: str, place: tuple[int, int], colour: tuple[int, int, int]) -> None:
    cv2.putText(target, text, place, _FONT, 0.62, colour, 1, cv2.LINE_AA)
