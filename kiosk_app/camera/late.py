"""The assessor that is built when it is first needed: the attract screen must not wait for the face models."""

import threading
from collections.abc import Callable

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment, PortraitAssessor


class LateAssessor:
    """Stands for a PortraitAssessor with the rules that `profile` gives; builds another when the rules have changed.

    Threads may share it. `warm_up` builds it beforehand, for instance from a thread of its own.
    """

    def __init__(self, profile: Callable[[], PortraitProfile]) -> None:
        self._wanted = profile
        self._built: PortraitAssessor | None = None
        self._lock = threading.Lock()

    @property
    def profile(self) -> PortraitProfile:
        return self._wanted()

    def assess(self, bgr: Image) -> Assessment:
        return self.warm_up().assess(bgr)

    def assess_live(self, bgr: Image) -> Assessment:
        return self.warm_up().assess_live(bgr)

    def warm_up(self) -> PortraitAssessor:
        """The assessor for the rules in force, built now if need be."""
        with self._lock:
            if self._built is None or self._built.profile != self._wanted():
                self._built = PortraitAssessor(self._wanted())
            return self._built
