"""What a camera gives (frames, faults) and what it must be able to do: the words that the whole camera wing shares."""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from kiosk_app.errors import KioskError

Image: TypeAlias = NDArray[np.uint8]

FaultCode = Literal[
    "camera-missing", "camera-busy", "camera-slow", "camera-frozen", "camera-black", "camera-format", "camera-ended"
]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of the stream: `bgr` uint8[H, W, 3] that nobody writes to, its number since the worker started, and
    the monotonic second at which it was read."""

    bgr: Image
    number: int
    at: float


class CameraFault(KioskError):
    """The camera gives no usable picture; `code` is one of `FaultCode`, under which screens have their own words."""

    def __init__(self, code: FaultCode, message: str, action: str) -> None:
        super().__init__(code, message, action)


class Source(Protocol):
    """A camera of any kind. One thread owns it; it may be opened again after `close`."""

    @property
    def name(self) -> str:
        """For people and logs: never an address with a password in it."""
        ...

    @property
    def live(self) -> bool:
        """Whether equal frames mean a fault: true where a sensor's noise makes every frame different."""
        ...

    def open(self) -> None:
        """Makes the camera ready; raises CameraFault."""
        ...

    def read(self) -> Image:
        """The next picture, BGR uint8[H, W, 3], at the camera's own pace; blocks about a second at most, then raises
        CameraFault. The array is the caller's: the source does not write to it again."""
        ...

    def close(self) -> None:
        """Gives the camera free; harmless when it is not open."""
        ...


def as_bgr(picture: MatLike) -> Image:
    """`picture` as BGR uint8[H, W, 3]: some cameras and image files give grey or an alpha plane. Raises CameraFault."""
    if picture.dtype != np.uint8 or picture.size == 0 or picture.ndim not in (2, 3):
        raise _no_picture()
    planes = 1 if picture.ndim == 2 else picture.shape[2]
    if planes == 3:
        return np.asarray(picture, dtype=np.uint8)
    if planes not in (1, 4):
        raise _no_picture()
    code = cv2.COLOR_GRAY2BGR if planes == 1 else cv2.COLOR_BGRA2BGR
    return np.asarray(cv2.cvtColor(picture, code), dtype=np.uint8)


def _no_picture() -> CameraFault:
    return CameraFault(
        "camera-format",
        "The camera gives something that is no 8-bit colour picture.",
        "Choose another camera or another picture format.",
    )
