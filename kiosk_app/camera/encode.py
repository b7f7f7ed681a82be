"""The picture as a file: one fixed quality, 300 dpi, and nothing else in it."""

import struct

import cv2

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.frames import Image
from kiosk_app.errors import KioskError

_MM_PER_INCH = 25.4
# Start of image, APP0 marker, its length, "JFIF\0", version; then one byte unit and the two densities.
_DENSITY_AT = 13
_DOTS_PER_INCH = 1


def encode_jpeg(bgr: Image, profile: PortraitProfile) -> bytes:
    """JPEG of a [H, W, 3] picture: the profile's quality, and the resolution that prints it at the profile's size.

    The encoder writes no metadata: no time, no place, no device. Raises KioskError `encode-failed`.
    """
    done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, profile.jpeg_quality])
    if not done or bytes(data[6:11]) != b"JFIF\0":
        raise KioskError("encode-failed", "The picture could not be made into a file.", "Take another photo.")
    density = round(profile.width_px / profile.width_mm * _MM_PER_INCH)
    header = struct.pack(">BHH", _DOTS_PER_INCH, density, density)
    jpeg = data.tobytes()
    return jpeg[:_DENSITY_AT] + header + jpeg[_DENSITY_AT + len(header) :]
