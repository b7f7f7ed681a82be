"""A booth in memory behind the real window: real rules, real screens, ports held in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field

import qrcode

from kiosk_app.booth.desk import Desk
from kiosk_app.booth.ports import OfficerSession
from kiosk_app.booth.reception import Reception, Ticket
from kiosk_app.errors import KioskError
from kiosk_app.ui.bridge import Bridge
from kiosk_app.ui.services import Services, Watch
from kiosk_app.ui.theme import Metrics
from kiosk_app.ui.window import KioskWindow
from tests import memory

REFERENCE = Metrics(1920, 1080)


@dataclass
class FakeCamera:
    """Notes what it is asked for."""

    watches: list[Watch] = field(default_factory=list)
    sizes: list[tuple[int, int, bool]] = field(default_factory=list)
    captures: int = 0

    def watch(self, what: Watch) -> None:
        self.watches.append(what)

    def set_preview(self, width: int, height: int, mirrored: bool) -> None:
        self.sizes.append((width, height, mirrored))

    def capture(self) -> None:
        self.captures += 1


@dataclass
class FakeSync:
    """Counts the wakes."""

    wakes: int = 0

    def wake(self) -> None:
        self.wakes += 1


@dataclass
class FakePrinter:
    """Makes the code of a paperless ticket, or fails."""

    broken: KioskError | None = None

    def issue(self, ticket: Ticket) -> tuple[tuple[bool, ...], ...]:
        if self.broken is not None:
            raise self.broken
        code = qrcode.QRCode(border=0)
        code.add_data(f"IMI-T:{ticket.number}:{ticket.visit[:8]}")
        return tuple(tuple(bool(cell) for cell in row) for row in code.get_matrix())


@dataclass
class Rig:
    """All parts of a booth, and the window over them. `close` stops the ledger thread and the window."""

    practice: bool = False
    profile: memory.FixedProfile = field(default_factory=memory.FixedProfile)
    metrics: Metrics = REFERENCE
    key_warning: str = ""

    def __post_init__(self) -> None:
        self.clock = memory.ManualClock()
        self.journal = memory.MemoryJournal(self.clock)
        self.roster = memory.MemoryRoster([memory.booking()])
        self.officers = memory.MemoryOfficers()
        self.safe = memory.MemorySafe()
        self.camera = FakeCamera()
        self.sync = FakeSync()
        self.printer = FakePrinter()
        self.bridge = Bridge()
        reception = Reception(self.journal, self.roster, self.profile, memory.NoVerifier(), self.clock)
        self.services = Services(
            reception=reception,
            officers=self.officers,
            profiles=self.profile,
            make_desk=self.make_desk,
            camera=self.camera,
            sync=self.sync,
            printer=self.printer,
            clock=self.clock,
            booth_name="PTC Mall A",
            key_warning=self.key_warning,
            practice=self.practice,
        )
        self.window = KioskWindow(self.services, self.bridge, windowed=True, metrics=self.metrics, strict=True)
        self.window.setFixedSize(self.metrics.width, self.metrics.height)

    def make_desk(self, session: OfficerSession) -> Desk:
        return Desk(self.journal, self.roster, self.profile, self.safe, self.clock, "1", session.officer)

    def close(self) -> None:
        self.window.allow_close()
        self.window.close()
        assert self.bridge.stop()
        self.window.deleteLater()


MakeRig = Callable[..., Rig]
