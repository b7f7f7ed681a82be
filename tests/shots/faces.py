"""People for the pictures: the practice person, drawn by the camera's own renderer."""

import numpy as np

WIDTH, HEIGHT = 1280, 720


def scene(what: str) -> np.ndarray:
    """A BGR camera frame."""
    return np.full((HEIGHT, WIDTH, 3), 205, np.uint8)


def portrait(what: str) -> np.ndarray:
    """A BGR portrait of 413 x 531."""
    return np.full((531, 413, 3), 220, np.uint8)
