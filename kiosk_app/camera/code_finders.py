"""The corner patterns of codes: a dark square in a light one in a dark one."""

import cv2
import numpy as np

from kiosk_app.camera.frames import Image

_RING_MODULES = 7
_AREA_RATIOS = ((49 / 25, 0.35), (25 / 9, 0.45))  # ring : hole : core, with the error that blur and slant make
_SMALLEST_AREA = 60
_MOST_OBLONG = 2.0


def finders(gray: Image) -> list[float]:
    """The module widths (pixels, mean of both directions) by each corner pattern in `gray`, dark or light."""
    dark = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    contours, hierarchy = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    if hierarchy is None:
        return []
    first_child = hierarchy[0][:, 2]
    widths = []
    for ring in range(len(contours)):
        hole = int(first_child[ring])
        core = int(first_child[hole]) if hole >= 0 else -1
        if core < 0:
            continue
        areas = [cv2.contourArea(contours[place]) for place in (ring, hole, core)]
        if areas[2] <= 0 or areas[0] < _SMALLEST_AREA:
            continue
        if any(
            abs(np.log(larger / smaller / ratio)) > error
            for larger, smaller, (ratio, error) in zip(areas[:2], areas[1:], _AREA_RATIOS, strict=True)
        ):
            continue
        _middle, (width, height), _angle = cv2.minAreaRect(contours[ring])
        if max(width, height) <= _MOST_OBLONG * min(width, height) and areas[0] > 0.8 * width * height:
            widths.append(float(areas[0]) ** 0.5 / _RING_MODULES)
    return widths
