"""One person's way through the screens: follows the flow, does the slow work, and fails in kind words."""

import logging
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from kiosk_app.booth.flow import Event, Flow, Screen
from kiosk_app.errors import KioskError
from kiosk_app.log import event as log_event
from kiosk_app.ui.bridge import Bridge

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Navigator(QObject):
    """Where the person stands, and how anything gets done for them.

    `moved(Screen)` comes after every step, `noticed(KioskError)` when something failed on a screen that stays as it is. A session
    ends with `forget`: what was begun for one person never shows up on the screens of the next.
    """

    moved = Signal(object)
    noticed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._flow = Flow()
        self._session = 0
        self._under_way = 0
        self._failure: KioskError | None = None

    @property
    def screen(self) -> Screen:
        """The screen now."""
        return self._flow.screen

    @property
    def busy(self) -> bool:
        """Whether something is being done for this person: further wishes wait until it is done."""
        return self._under_way > 0

    @property
    def failure(self) -> KioskError | None:
        """What led to the trouble screen."""
        return self._failure

    def allows(self, event: Event) -> bool:
        """Whether the event means something here."""
        return self._flow.allows(event)

    def go(self, event: Event) -> bool:
        """Follows an event; False, and nothing happens, where it means nothing."""
        if not self._flow.handle(event):
            return False
        log_event(_log, "screen", screen=self._flow.screen.value)
        self.moved.emit(self._flow.screen)
        return True

    def run(
        self, work: Callable[[], T], then: Callable[[T], None], failed: Callable[[KioskError], None] | None = None
    ) -> None:
        """Does `work` on the ledger thread, then `then` here, unless the person has gone meanwhile.

        What fails goes to `failed`, else to `fail`.
        """
        session = self._session
        self._under_way += 1

        def done(result: T) -> None:
            if session == self._session:
                self._under_way -= 1
                then(result)

        def broken(error: KioskError) -> None:
            log_event(_log, "work-failed", logging.WARNING, code=error.code, screen=self.screen.value)
            if session == self._session:
                self._under_way -= 1
                (failed or self.fail)(error)

        self._bridge.run(work, done, broken)

    def fail(self, error: KioskError) -> None:
        """Shows that something did not work: applicants get the trouble screen, officers a notice where they are."""
        self._failure = error
        if not self.go(Event.FAILED):
            self.noticed.emit(error)

    def forget(self) -> None:
        """The person has gone: answers that are still under way are not for the next one."""
        self._session += 1
        self._under_way = 0
        self._failure = None
