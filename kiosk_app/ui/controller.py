"""Glue: what the workers say and what people touch becomes steps of the flow; each screen gets its camera and its patience."""

import logging

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk_app.booth.flow import OFFICER_SCREENS, SCANNING_SCREENS, Event, Screen
from kiosk_app.log import event as log_event
from kiosk_app.ui.bridge import Bridge
from kiosk_app.ui.checkin import CheckIn
from kiosk_app.ui.code_gate import CodeGate
from kiosk_app.ui.counter import Counter
from kiosk_app.ui.i18n import FIRST, Translator
from kiosk_app.ui.idle import IdleGuard
from kiosk_app.ui.navigator import Navigator
from kiosk_app.ui.screens.all import ScreenSet
from kiosk_app.ui.services import CaptureView, LiveView, PreviewImage, Services, SyncView, Watch

_QUEUE_RELOAD_MS = 5000
_OFFICER_WARNING_S = 20


def watch_on(screen: Screen) -> Watch:
    """What the camera looks for on a screen."""
    if screen is Screen.ATTRACT:
        return Watch.IDLE
    if screen in SCANNING_SCREENS:
        return Watch.CODES
    return Watch.PORTRAIT if screen is Screen.PHOTO else Watch.REST


class Controller(QObject):
    """The booth behind its screens.

    `screenChanged(Screen)` comes after the screen was filled; `linkChanged` after news of the network or a new profile.
    """

    screenChanged = Signal(object)
    linkChanged = Signal()

    def __init__(
        self, services: Services, bridge: Bridge, screens: ScreenSet, words: Translator, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._screens = screens
        self._words = words
        self._watching = Watch.REST
        self._locked = False
        self._advice = ""
        self.link = SyncView()
        self.way = Navigator(bridge, self)
        self.idle = IdleGuard(services.clock.monotonic, self)
        self._gate = CodeGate(services.clock.monotonic)
        self.check_in = CheckIn(services, self.way, screens, self)
        self.counter = Counter(services, self.way, screens, self)
        self._reload = QTimer(self)
        self._reload.setInterval(_QUEUE_RELOAD_MS)
        self._reload.timeout.connect(self._reload_queue)
        self.way.moved.connect(self._arrive)
        self.idle.ticked.connect(self._ticked)
        self.idle.expired.connect(self._expired)
        screens.help.backWanted.connect(lambda: self.way.go(Event.BACK))
        screens.sync.tryNowWanted.connect(services.sync.wake)
        for preview in (screens.scan.preview, screens.photo.preview):
            preview.frameSizeWanted.connect(self._preview_wanted)
        bridge.codesSeen.connect(self._codes)
        bridge.codeAdvice.connect(self._code_advice)
        bridge.previewReady.connect(self._preview)
        bridge.liveSeen.connect(self._live)
        bridge.captured.connect(self._captured)
        bridge.captureFailed.connect(self.counter.studio.capture_failed)
        bridge.cameraFault.connect(self._camera_fault)
        bridge.cameraRecovered.connect(self._camera_recovered)
        bridge.syncChanged.connect(self._sync_changed)
        bridge.profileChanged.connect(self._profile_changed)
        bridge.boothRevoked.connect(self._lock_front)

    def start(self) -> None:
        """The attract screen, as after every visit."""
        self._arrive(self.way.screen)

    def touched(self) -> None:
        """Somebody touched anything at all."""
        self.idle.touch()

    def help_wanted(self) -> None:
        """The help button, which is on every applicant's screen."""
        self.check_in.help_wanted()

    def back_wanted(self) -> None:
        """The back button."""
        if not self.way.busy:
            self.way.go(Event.BACK)

    def finish_wanted(self) -> None:
        """Whoever wants to stop can do so on every step."""
        if not self.way.busy:
            self.way.go(Event.FINISHED)

    def officer_wanted(self) -> None:
        """The staff's gesture."""
        if not self.way.busy:
            self.way.go(Event.OFFICER_GESTURE)

    def log_out_wanted(self) -> None:
        """The officer's button."""
        if not self.way.busy:
            self.counter.log_out("button")

    def sync_wanted(self) -> None:
        """The officer wants to see how the booth stands with the office."""
        if not self.way.busy:
            self.way.go(Event.SYNC_WANTED)

    def _arrive(self, screen: Screen) -> None:
        if screen is Screen.ATTRACT:
            self._wipe()
        elif screen is Screen.TROUBLE and self.way.failure is not None:
            self._screens.trouble.show_failure(self.way.failure)
        elif screen is Screen.QUEUE:
            for view in (self._screens.documents, self._screens.photo, self._screens.review, self._screens.done):
                view.clear()
            self._words.set_language(FIRST)  # whatever language the applicant before had chosen
            self.counter.reload()
        elif screen is Screen.PHOTO:
            self.counter.studio.begin()
        elif screen is Screen.SYNC:
            self._screens.sync.show_link(self.link)
        self._reload.start() if screen is Screen.QUEUE else self._reload.stop()
        self._be_patient(screen)
        self._look(watch_on(screen))
        if screen is Screen.SCAN and self._advice:
            self._screens.scan.show_advice(self._advice)  # a code may be held up since before
        self.screenChanged.emit(screen)

    def _wipe(self) -> None:
        """Nothing of the last person stays."""
        self.way.forget()
        self.check_in.forget()
        self.counter.forget()
        self._screens.clear()
        self._words.set_language(FIRST)

    def _be_patient(self, screen: Screen) -> None:
        rules = self._services.profiles.current().screens
        if screen is Screen.ATTRACT:
            self.idle.rest()
        elif screen is Screen.TICKET:
            self.idle.watch(rules.ticket_seconds, 0)
        elif screen in OFFICER_SCREENS:
            self.idle.watch(rules.officer_idle_seconds, _OFFICER_WARNING_S)
        else:
            self.idle.watch(rules.idle_seconds, rules.warning_seconds)

    def _look(self, what: Watch) -> None:
        scans = (Watch.IDLE, Watch.CODES)
        if what in scans and self._watching not in scans:
            self._gate.resume()
        self._watching = what
        self._services.camera.watch(what)

    def _ticked(self, left: float) -> None:
        if self.way.screen is Screen.TICKET:
            self._screens.ticket.show_left(left, self._services.profiles.current().screens.ticket_seconds)

    def _expired(self) -> None:
        log_event(logging.getLogger(__name__), "idle", screen=self.way.screen.value)
        if self.way.screen in OFFICER_SCREENS:
            self.counter.log_out("idle")
        else:
            self.way.go(Event.IDLE)

    def _codes(self, texts: tuple[str, ...]) -> None:
        if self._locked or self.way.screen not in SCANNING_SCREENS or self.way.busy:
            return
        fresh = self._gate.news(texts)
        if fresh:
            self.idle.touch()
            self.check_in.offered(fresh)

    def _code_advice(self, advice: str) -> None:
        self._advice = advice
        if self._locked or self.way.screen not in SCANNING_SCREENS or self.way.busy:
            return
        self.check_in.unread(advice)

    def _preview_wanted(self, width: int, height: int) -> None:
        self._services.camera.set_preview(width, height, mirrored=True)

    def _preview(self, image: PreviewImage) -> None:
        if self.way.screen is Screen.SCAN:
            self._screens.scan.show_frame(image)
        elif self.way.screen is Screen.PHOTO:
            self._screens.photo.show_frame(image)

    def _live(self, view: LiveView) -> None:
        self.counter.studio.live(view)

    def _captured(self, view: CaptureView) -> None:
        self.counter.studio.captured(view)

    def _camera_fault(self, code: str) -> None:
        self._screens.attract.show_camera_fault(code)
        self._screens.scan.show_camera_fault(code)
        self._screens.photo.show_camera_fault(code)

    def _camera_recovered(self) -> None:
        self._camera_fault("")

    def _sync_changed(self, link: SyncView) -> None:
        self.link = link
        self.check_in.online = link.online
        self._screens.attract.show_online(link.online)
        self._screens.sync.show_link(link)
        self._screens.queue.show_link(link)
        self.linkChanged.emit()

    def _lock_front(self, locked: bool) -> None:
        """A booth that the office has revoked serves nobody: whoever is there is sent to an officer, officers may still work."""
        self._locked = locked
        self._screens.attract.show_locked(locked)
        if locked and self.way.screen in SCANNING_SCREENS and self.way.screen is not Screen.ATTRACT:
            self.way.go(Event.FINISHED)

    def _profile_changed(self) -> None:
        for view in self._screens.views:
            view.refresh()
        self.linkChanged.emit()

    def _reload_queue(self) -> None:
        if self.way.screen is Screen.QUEUE and not self.way.busy:
            self.counter.reload()
