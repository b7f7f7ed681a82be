"""The demo: the real booth over a throw-away office, playing by itself or with a visitor."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from kiosk_app.app import KioskApp
from kiosk_app.assembly import locked
from kiosk_app.booth.facts import TurnedAway
from kiosk_app.booth.flow import Screen
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.stage import Stage
from kiosk_app.commands.common import answer
from kiosk_app.errors import KioskError
from kiosk_app.rehearsal.cast import PRACTICE_OFFICER, Manner
from kiosk_app.rehearsal.playhouse import Playhouse
from kiosk_app.rehearsal.screens import ScreenDay
from kiosk_app.rehearsal.shots import Shots
from kiosk_app.rehearsal.summary import Ledger, as_json, as_text
from kiosk_app.ui.qt_log import route_qt_messages
from kiosk_app.ui.theme.metrics import Metrics

_SYNC_S = 60.0
_STEP_MS = 4000


def play_alone(args: argparse.Namespace) -> int:
    """The scripted day with its summary; 1 when booth and office do not agree in the end."""
    width, height = _size(args.size)
    say = _Said(quiet=args.json)
    with _house(args.seed) as house, _running(house, width, height) as (kiosk, stage):
        shots = Shots(kiosk.window, args.shots)
        day = ScreenDay(kiosk.window, stage, shots, PRACTICE_OFFICER, _last_reason(kiosk), say)
        parts = house.cast(args.applicants)
        outage = _Outage(house, len(parts) // 2 if args.outage else len(parts) + 1, say)
        tally = day.play(parts, outage.look)
        outage.end()
        kiosk.sync.wake()
        emptied = kiosk.sync.wait_until_empty(_SYNC_S)
        counts = kiosk.bridge.call(kiosk.booth.outbox.counts)
        records, photos = house.received()
        ledger = Ledger(counts.captured, records, photos, counts.waiting)
    answer(args, as_json(tally, ledger), as_text(tally, ledger))
    if args.shots is not None:
        print(f"{shots.count} pictures in {args.shots}", file=sys.stderr)
    if not emptied or ledger.booth_records != ledger.office_records or ledger.office_photos != tally.photos:
        raise KioskError(
            "demo-unequal", "Booth and office do not hold the same.", "Tell the developers, with the summary."
        )
    return 0


def play_with_visitor(args: argparse.Namespace) -> int:
    """A window for a visitor, until it is closed."""
    width, height = _size(args.size)
    with _house(args.seed) as house, _running(house, width, height) as (kiosk, stage):
        print(
            "Practice people hold their codes to the camera by themselves; touch the screen to go on.\n"
            "Officer's side: hold the emblem at the top left for three seconds; number {}, PIN {}.\n"
            "Close the window to end.".format(*PRACTICE_OFFICER),
            file=sys.stderr,
        )
        director = _Director(kiosk, stage, house)
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101 - made by _running
        application.setQuitOnLastWindowClosed(True)
        signal.signal(signal.SIGINT, lambda *_: application.exit(0))
        director.start()
        return application.exec()


class _Director:
    """Sends the next practice person before the camera whenever the screen waits for one."""

    def __init__(self, kiosk: KioskApp, stage: Stage, house: Playhouse) -> None:
        self._kiosk = kiosk
        self._stage = stage
        self._parts = [part for part in house.cast(40) if part.manner is Manner.HOLDS_CODE]
        self._next = 0
        self._shown = False
        self._timer = QTimer()
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._turn)
        kiosk.window.screenChanged.connect(self._changed)

    def start(self) -> None:
        """From now on, every few seconds."""
        self._timer.start()

    def _turn(self) -> None:
        if self._kiosk.window.screen_name not in (Screen.ATTRACT, Screen.SCAN):
            return
        if self._shown:
            self._stage.clear()
        else:
            part = self._parts[self._next % len(self._parts)]
            self._next += 1
            self._stage.hold_code(part.text, Person.random(part.seed))
        self._shown = not self._shown

    def _changed(self, screen: Screen) -> None:
        if screen is Screen.PHOTO:
            self._stage.sit(Person.random(self._next), yaw=18.0)
            QTimer.singleShot(_STEP_MS, self._straighten)
        elif screen not in (Screen.ATTRACT, Screen.SCAN, Screen.REVIEW):
            self._stage.clear()
            self._shown = False

    def _straighten(self) -> None:
        if self._kiosk.window.screen_name is Screen.PHOTO:
            self._stage.sit(Person.random(self._next))


class _Outage:
    """Takes the office away once so many have come, and brings it back in the end."""

    def __init__(self, house: Playhouse, after: int, say: "_Said") -> None:
        self._house = house
        self._after = after
        self._say = say
        self._gone = False

    def look(self, came: int) -> None:
        """`came` people have come."""
        if came >= self._after and not self._gone:
            self._gone = True
            self._house.stop_office()
            self._say("the office is gone; the booth goes on")

    def end(self) -> None:
        """The office is back, if it was gone."""
        if self._gone:
            self._house.start_office()
            self._say("the office is back")


class _Said:
    """Progress for whoever watches the terminal."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    def __call__(self, line: str) -> None:
        if not self._quiet:
            print(line, file=sys.stderr)


def _last_reason(kiosk: KioskApp) -> Callable[[], str]:
    """Why the last person was turned away, as the journal has it."""

    def reason() -> str:
        facts = kiosk.bridge.call(lambda: kiosk.booth.journal.facts(kiosk.booth.today()))
        return next(record.fact.reason.value for record in reversed(facts) if isinstance(record.fact, TurnedAway))

    return reason


@contextmanager
def _house(seed: int) -> Iterator[Playhouse]:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ends by way of every `finally`, so that no folder is left
    house = Playhouse(seed)
    try:
        house.open()
        yield house
    finally:
        house.close()


@contextmanager
def _running(house: Playhouse, width: int, height: int) -> Iterator[tuple[KioskApp, Stage]]:
    route_qt_messages()
    application = QApplication.instance() or QApplication(["kiosk-app"])
    stage = Stage()
    with locked(house.booth):
        kiosk = KioskApp(
            house.booth,
            house.settings,
            windowed=True,
            metrics=Metrics(width, height),
            camera=lambda: PracticeCamera(stage),
        )
        kiosk.window.resize(width, height)
        kiosk.start()
        try:
            yield kiosk, stage
        finally:
            kiosk.stop()
            application.processEvents()


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 640 <= int(width) <= 7680 and 480 <= int(height) <= 7680):
        raise KioskError("demo-size", "This is not a size of a window.", "Give one like --size 1920x1080.")
    return int(width), int(height)
