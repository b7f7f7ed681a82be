"""The photo: one advice at a time, taken by itself when all is well, three tries, then the officer helps."""

from collections.abc import Callable, Mapping
from typing import cast

from PySide6.QtCore import QObject, QTimer

from kiosk_app.booth.desk import Portrait
from kiosk_app.booth.flow import Event, Screen
from kiosk_app.booth.portrait_rules import AdviceChooser, HoldTimer, Verdict
from kiosk_app.errors import KioskError
from kiosk_app.ui.navigator import Navigator
from kiosk_app.ui.screens.all import ScreenSet
from kiosk_app.ui.services import CaptureView, LiveView, Services

TRIES = 3
_CAPTURE_MS = 6000


class Studio(QObject):
    """Connects the photo and review screens with the camera.

    `accept` is called with the portrait that somebody accepted; nothing is kept of one that was not.
    """

    def __init__(
        self,
        services: Services,
        way: Navigator,
        screens: ScreenSet,
        accept: Callable[[Portrait], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._way = way
        self._screens = screens
        self._accept = accept
        self._hold = HoldTimer()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_CAPTURE_MS)
        self._patience.timeout.connect(self._no_capture)
        self.forget()
        screens.photo.captureWanted.connect(lambda: self._capture(automatic=False))
        screens.review.retakeWanted.connect(self._retake)
        screens.review.accepted.connect(self._accepted)

    def forget(self) -> None:
        """The next applicant's photo begins anew."""
        self._advice = AdviceChooser(self._services.profiles.current().portrait)
        self._hold.reset()
        self._patience.stop()
        self._attempts = 0
        self._automatic = False
        self._photo: CaptureView | None = None

    def begin(self) -> None:
        """The photo screen has come up."""
        self._advice.reset()
        self._hold.reset()
        self._photo = None
        self._screens.photo.show_attempts(self._attempts, TRIES)

    def live(self, view: LiveView) -> None:
        """An analysed frame."""
        if self._way.screen is not Screen.PHOTO or self._patience.isActive():
            return
        verdicts = cast("Mapping[str, Verdict]", view.verdicts)
        advice = self._advice.update(verdicts, view.measurements, view.at)
        self._screens.photo.show_live(view.verdicts, advice or "", view.acceptable)
        if self._hold.update(view.acceptable, view.at) and self._attempts < TRIES:
            self._capture(automatic=True)

    def captured(self, view: CaptureView) -> None:
        """The camera has taken the photo."""
        if not self._patience.isActive():
            return
        self._patience.stop()
        self._screens.photo.show_busy(False)
        if self._way.allows(Event.CAPTURED):
            self._attempts += 1
            self._photo = view
            self._screens.review.show_photo(view)
            self._way.go(Event.CAPTURED)

    def capture_failed(self, _code: str) -> None:
        """No photo came of this try: the advice goes on, and the next calm half second is another one."""
        if self._patience.isActive():
            self._patience.stop()
            self._screens.photo.show_busy(False)
            self._hold.reset()

    def _capture(self, automatic: bool) -> None:
        if self._way.screen is Screen.PHOTO and not self._patience.isActive():
            self._automatic = automatic
            self._patience.start()
            self._screens.photo.show_busy(True)
            self._services.camera.capture()

    def _no_capture(self) -> None:
        self._screens.photo.show_busy(False)
        self._hold.reset()
        self._way.fail(KioskError("camera-frozen", "The camera gave no photo.", "Check the camera and try again."))

    def _retake(self) -> None:
        if not self._way.busy and self._way.go(Event.RETAKE):
            self._screens.review.clear()

    def _accepted(self, override_reason: str) -> None:
        photo = self._photo
        if photo is None or self._way.busy:
            return
        self._accept(
            Portrait(
                picture=photo.picture,
                media_type=photo.media_type,
                width=photo.width,
                height=photo.height,
                measurements=photo.measurements,
                verdicts=photo.verdicts,
                models=photo.models,
                attempts=self._attempts,
                automatic=self._automatic,
                override_reason=override_reason,
                practice=self._services.practice,
            )
        )
