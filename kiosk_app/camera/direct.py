"""A camera read in step with the caller, without threads: for rehearsed days and commands, with the same reader and rules."""

from collections.abc import Iterator

import cv2
import numpy as np

from kiosk_app.booth.portrait_rules import HoldTimer
from kiosk_app.camera.analysis import Assessor, best_capture
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Frame, Source
from kiosk_app.camera.sink import Capture

_STEP_S = 0.1  # one analysed frame of the play stands for a tenth of a second, as on a busy booth PC


class DirectCamera:
    """Reads `source` frame by frame; `frames` counts what was read."""

    def __init__(self, source: Source, reader: CodeReader, assessor: Assessor) -> None:
        self._source = source
        self._reader = reader
        self._assessor = assessor
        self.frames = 0

    def open(self) -> None:
        """Makes the camera ready; raises CameraFault."""
        self._source.open()

    def close(self) -> None:
        """Gives the camera free."""
        self._source.close()

    def read_code(self, tries: int) -> str | None:
        """The content of the code nearest the centre, looking at up to `tries` frames."""
        for frame in self._next(tries):
            gray = np.asarray(cv2.cvtColor(frame.bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
            contents = self._reader.read(gray)
            if contents:
                return contents[0]
        return None

    def take_portrait(self, tries: int) -> Capture | None:
        """The photo once all rules hold for half a second of the play; None when they did not within `tries` frames."""
        hold = HoldTimer()
        recent: list[Frame] = []
        for frame in self._next(tries):
            acceptable = self._assessor.assess_live(frame.bgr).acceptable
            recent = [*recent[-2:], frame] if acceptable else []
            if hold.update(acceptable, frame.at):
                capture = best_capture(self._assessor, recent[::-1])
                if capture is not None and capture.assessment.acceptable:
                    return capture
                hold.reset()
        return None

    def _next(self, count: int) -> Iterator[Frame]:
        for _ in range(count):
            self.frames += 1
            yield Frame(self._source.read(), self.frames, self.frames * _STEP_S)
