"""The booth with its screens: starts and stops every part in order, and is the only place that knows them all."""

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QTimer

from kiosk_app import __version__, log
from kiosk_app.assembly import Booth, open_own_booth
from kiosk_app.booth.desk import Desk
from kiosk_app.booth.facts import Incident
from kiosk_app.booth.ports import OfficerSession
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.components import judged_by
from kiosk_app.camera.frames import Source
from kiosk_app.camera.late import LateAssessor
from kiosk_app.camera.limits import Limits
from kiosk_app.camera.source import open_source
from kiosk_app.camera.worker import CameraWorker
from kiosk_app.camera_link import CameraOrders, CameraReports
from kiosk_app.clock import Clock, SystemClock
from kiosk_app.errors import KioskError
from kiosk_app.paths import BoothPaths
from kiosk_app.printing.paperless import PaperlessPrinter
from kiosk_app.settings import Settings
from kiosk_app.store.keeper import EVERY_S, StoreState
from kiosk_app.sync_link import SyncLink
from kiosk_app.ui.bridge import Bridge
from kiosk_app.ui.services import Services
from kiosk_app.ui.theme.metrics import Metrics
from kiosk_app.ui.window import KioskWindow

_logger = logging.getLogger(__name__)
# Practice people are drawn by this very PC: when it is busy a frame may be long in coming without any fault.
_REHEARSED_SILENCE_S = 10.0
# A journal that the disk spoiled is made anew before anybody is served: every record is read, checked and signed.
_OPENING_S = 900.0
_STORE_WORDS = {"disk-stop": "err.store-full", "disk-warn": "err.store-full", "records-lost": "err.store-damaged",
                "put-aside": "err.store-damaged", "photos-damaged": "err.store-damaged"}  # fmt: skip


class KioskApp:
    """One running booth. Needs a QApplication, and the data folder's lock held by the caller.

    `camera` stands in for the settings' camera (a rehearsal's stage), `metrics` for the display's own.
    """

    def __init__(
        self,
        paths: BoothPaths,
        settings: Settings,
        *,
        windowed: bool = False,
        clock: Clock | None = None,
        camera: Callable[[], Source] | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self.bridge = Bridge()
        try:
            self.booth: Booth = self.bridge.call(lambda: open_own_booth(paths, self._clock), _OPENING_S)
        except BaseException:
            self.bridge.stop()
            raise
        self._settings = settings
        self._keeper = self.booth.keeper()
        self._looking = QTimer()
        self._looking.timeout.connect(lambda: self.bridge.run(self._keeper.look, self._store_seen, self._failed))
        self._leases = self.booth.lease_desk()
        self._looking.timeout.connect(lambda: self.bridge.run(self._leases.give_back, lambda _: None, self._failed))
        self._assessor = LateAssessor(lambda: self.booth.rules.current().portrait)
        self._worker = CameraWorker(
            camera or (lambda: open_source(settings.camera.spec)),
            CameraReports(self.bridge, judged_by()),
            self._assessor,
            CodeReader(),
            Limits(silence_s=_REHEARSED_SILENCE_S) if camera is not None else None,
        )
        self.sync = SyncLink(self.booth, settings, self.bridge)
        self.booth.journal.on_record = self.sync.recorded
        self.booth.officers.on_opened = self.sync.wake
        self.window = KioskWindow(self._services(), self.bridge, windowed=windowed, metrics=metrics)
        self.bridge.cameraFault.connect(lambda code: self._note(Incident("camera", code)))

    def start(self) -> None:
        """Shows the attract screen, then wakes the rest of the house behind it."""
        self.window.open()
        self._worker.start()
        self.sync.start()
        threading.Thread(target=self._assessor.warm_up, name="assessor-warm-up", daemon=True).start()
        self.bridge.run(self._keeper.begin, self._store_seen, self._failed)
        self._note(Incident("start", __version__))
        self._looking.start(round(EVERY_S * 1000))

    def stop(self) -> None:
        """Ends everything in reverse order; what was confirmed is on disk already."""
        self._looking.stop()
        self.window.allow_close()
        self.window.close()
        self.sync.stop()
        self._worker.stop()
        self.bridge.call(self.booth.close)
        self.bridge.stop()

    def _services(self) -> Services:
        booth = self.booth
        return Services(
            reception=booth.reception(claims=self.sync),
            officers=booth.officers,
            profiles=booth.rules,
            make_desk=self._make_desk,
            camera=CameraOrders(self._worker),
            sync=self.sync,
            printer=PaperlessPrinter(booth.identity.name),
            clock=self._clock,
            booth_name=booth.identity.name,
            key_warning=booth.keys.warning,
            practice=booth.identity.practice,
        )

    def _make_desk(self, session: OfficerSession) -> Desk:
        return self.booth.desk(self._settings.display.desk, session)

    def _note(self, fact: Incident) -> None:
        self.bridge.run(lambda: self.booth.journal.append(fact), lambda _: None, self._failed)

    def _store_seen(self, state: StoreState) -> None:
        """Staff is shown the worst of it where they are shown how the keys are held."""
        self.window.screens.sync.show_key_warning(_STORE_WORDS.get(state.problem, self.booth.keys.warning))

    def _failed(self, error: KioskError) -> None:
        log.event(_logger, "background-work-failed", logging.ERROR, code=error.code)
