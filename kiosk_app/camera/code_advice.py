"""What would help the camera to read a code that it sees."""

from enum import StrEnum


class CodeAdvice(StrEnum):
    """One thing that the person who holds the code can do."""

    CLOSER = "closer"
    BACK = "back"
    STILL = "still"
    BRIGHT = "bright"
    TILT = "tilt"
