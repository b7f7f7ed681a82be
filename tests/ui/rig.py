"""A booth in memory behind the real window: real rules, real screens, ports held in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field

import qrcode
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from kiosk_app.booth.desk import Desk
from kiosk_app.booth.flow import Screen
from kiosk_app.booth.ports import OfficerSession
from kiosk_app.booth.reception import Reception, Ticket
from kiosk_app.errors import KioskError
from kiosk_app.ui.bridge import Bridge
from kiosk_app.ui.kit.chip import Chip
from kiosk_app.ui.kit.code_field import CodeField
from kiosk_app.ui.kit.keypad import Keypad
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
        self.window.resize(self.metrics.width, self.metrics.height)

    def make_desk(self, session: OfficerSession) -> Desk:
        return Desk(self.journal, self.roster, self.profile, self.safe, self.clock, "1", session.officer)

    def settle(self) -> None:
        """Waits until everything that was begun is done and shown."""
        way = self.window.controller.way
        for _ in range(20):
            reached: list[bool] = []
            self.bridge.run(lambda: True, reached.append, lambda _error: None)
            for _turn in range(2000):
                if reached:
                    break
                QTest.qWait(1)
            assert reached, "the ledger thread did not answer"
            if not way.busy:
                QTest.qWait(1)  # new widgets are shown with the events of the next turn
                QApplication.processEvents()
                return
        raise AssertionError("the booth never came to rest")

    def find(self, name: str) -> QWidget:
        """The one widget of that name that can be seen now."""
        found = [widget for widget in self.window.findChildren(QWidget, name) if widget.isVisible()]
        assert len(found) == 1, f"{len(found)} visible widgets are called {name}"
        return found[0]

    def shown(self, name: str) -> bool:
        """Whether such a widget can be seen now."""
        return any(widget.isVisible() for widget in self.window.findChildren(QWidget, name))

    def press(self, name: str) -> None:
        """A finger on the middle of a widget, and what comes of it."""
        widget = self.find(name)
        assert widget.isEnabled(), f"{name} cannot be pressed"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())
        self.settle()

    def keys(self, name: str, characters: str) -> None:
        """Characters on the keypad of that name."""
        pad = self.find(name)
        assert isinstance(pad, Keypad)
        for character in characters:
            key = pad.key(character)
            QTest.mouseClick(key, Qt.MouseButton.LeftButton, pos=key.rect().center())
        self.settle()

    def see(self, *codes: str) -> None:
        """The camera reads codes in one frame."""
        self.bridge.codesSeen.emit(codes)
        self.settle()

    def log_in(self, officer: str = "1001", pin: str = "246810") -> None:
        """Through the officers' door, with real presses."""
        self.window.controller.officer_wanted()
        for digit in officer:
            self.press(f"login.id.{digit}")
        self.press("login.next")
        for digit in pin:
            self.press(f"login.key.{digit}")

    @property
    def screen(self) -> Screen:
        return self.window.screen_name

    def texts(self) -> str:
        """All that can be read on the window now, a line each."""
        return "\n".join(text_of(widget) for widget in self.window.findChildren(QWidget) if widget.isVisible())

    def everything(self) -> str:
        """All texts in the window, seen or not: what a person left behind would be among them."""
        return "\n".join(text_of(widget) for widget in self.window.findChildren(QWidget))

    def close(self) -> None:
        self.window.allow_close()
        self.window.close()
        assert self.bridge.stop()
        self.window.deleteLater()


def text_of(widget: QWidget) -> str:
    """Every text that a widget holds, for the eye or for a screen reader."""
    texts = [widget.accessibleName(), widget.accessibleDescription()]
    if isinstance(widget, QLabel | QAbstractButton):
        texts.append(widget.text())
    if isinstance(widget, CodeField):
        texts.append(widget.code)
    if isinstance(widget, Chip):
        texts.append(widget.text)
    return " ".join(text for text in texts if text)


MakeRig = Callable[..., Rig]
