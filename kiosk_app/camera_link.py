"""Between the camera's threads and the screens: orders one way, frozen values the other."""

import time
from collections.abc import Mapping

from kiosk_app.camera.code_advice import CodeAdvice
from kiosk_app.camera.components import as_evidence
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment
from kiosk_app.camera.sink import CAPTURE_FAULTS, Capture
from kiosk_app.camera.worker import CameraWorker
from kiosk_app.camera.worker import Watch as CameraWatch
from kiosk_app.ui.bridge import Bridge
from kiosk_app.ui.services import CaptureView, LiveView, PreviewImage, Watch

# While nobody needs the camera it goes on at the slow cadence: codes that it sees then are ignored by the screens.
_WATCHES = {
    Watch.REST: CameraWatch.IDLE,
    Watch.IDLE: CameraWatch.IDLE,
    Watch.CODES: CameraWatch.CODES,
    Watch.PORTRAIT: CameraWatch.PORTRAIT,
}


class CameraReports:
    """Fulfils `camera.sink.CameraSink`: hands everything to the bridge and returns at once."""

    def __init__(self, bridge: Bridge, models: Mapping[str, str]) -> None:
        self._bridge = bridge
        self._models = models

    def preview(self, bgra: Image) -> None:
        height, width = bgra.shape[:2]
        self._bridge.offer_preview(PreviewImage(bgra.data, width, height, bgra.strides[0]))

    def codes(self, contents: tuple[str, ...]) -> None:
        self._bridge.codesSeen.emit(contents)

    def code_advice(self, advice: CodeAdvice | None) -> None:
        self._bridge.codeAdvice.emit("" if advice is None else advice.value)

    def assessment(self, assessment: Assessment) -> None:
        self._bridge.offer_live(
            LiveView(
                faces=assessment.faces,
                measurements=assessment.measurements,
                verdicts=assessment.verdicts,
                acceptable=assessment.acceptable,
                at=time.monotonic(),
            )
        )

    def capture(self, capture: Capture) -> None:
        height, width = capture.crop.shape[:2]
        self._bridge.captured.emit(
            CaptureView(
                jpeg=capture.jpeg,
                picture=capture.picture,
                media_type=capture.media_type,
                width=width,
                height=height,
                measurements={**capture.assessment.measurements, **as_evidence(capture.assessment.components)},
                verdicts=capture.assessment.verdicts,
                models=self._models,
                acceptable=capture.assessment.acceptable,
            )
        )

    def fault(self, code: str) -> None:
        if code in CAPTURE_FAULTS:
            self._bridge.captureFailed.emit(code)
        else:
            self._bridge.cameraFault.emit(code)

    def recovered(self) -> None:
        self._bridge.cameraRecovered.emit()


class CameraOrders:
    """Fulfils `ui.services.CameraControl` over the worker."""

    def __init__(self, worker: CameraWorker) -> None:
        self._worker = worker

    def watch(self, what: Watch) -> None:
        self._worker.watch(_WATCHES[what])

    def set_preview(self, width: int, height: int, mirrored: bool) -> None:
        self._worker.set_preview(width, height, mirrored)

    def capture(self) -> None:
        self._worker.capture()
