"""The real booth as a process of its own: everything that `kiosk-app run` starts, on an enrolled practice booth.

Reads one JSON object from stdin: `root`, the data folder; `attract_s`, seconds of the attract screen before the resident set is
read (0: not at all); `photo_s`, seconds of the photo screen with somebody sitting there before it is read again (0: never);
`code`, what that applicant holds up; `officer`, number and PIN. Prints the monotonic seconds of the steps to the first paint too.
"""

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from bench.children.probe import FirstPaint, live, resident_mb
from kiosk_app import log
from kiosk_app.app import KioskApp
from kiosk_app.booth.flow import Screen
from kiosk_app.camera.source import open_source
from kiosk_app.paths import BoothPaths
from kiosk_app.settings import load_settings
from kiosk_app.ui.theme.metrics import Metrics

if TYPE_CHECKING:
    from kiosk_app.camera.practice.stage import Stage

_WIDTH, _HEIGHT = 1920, 1080
_ASIDE_DEG = 20.0  # not yet a photo that passes: the screen stays, and every frame is judged


def main(order: dict[str, Any]) -> None:
    """Runs the booth as ordered and tells."""
    imported = time.monotonic()
    paths = BoothPaths(Path(order["root"]))
    settings = load_settings(paths.settings)
    log.configure(paths.log)
    application = QApplication(sys.argv[:1])
    stage = _stage() if order["photo_s"] else None
    kiosk = KioskApp(
        paths,
        settings,
        windowed=True,
        metrics=Metrics(_WIDTH, _HEIGHT),
        camera=lambda: open_source("practice", stage),
    )
    kiosk.window.resize(_WIDTH, _HEIGHT)
    built = time.monotonic()
    paint = FirstPaint(kiosk.window.screens.of(Screen.ATTRACT))
    kiosk.start()
    told: dict[str, float] = {"imported": imported, "built": built, "painted": paint.wait()}
    try:
        if order["attract_s"]:
            live(order["attract_s"])
            told["attract_mb"] = resident_mb()
        if stage is not None:
            _to_photo_screen(kiosk, stage, order["code"], *order["officer"])
            live(order["photo_s"])
            if kiosk.window.screen_name is not Screen.PHOTO:
                raise RuntimeError("The photo screen did not stay.")
            told["photo_mb"] = resident_mb()
    finally:
        kiosk.stop()
        application.processEvents()
    print(json.dumps(told))


def _stage() -> "Stage":
    from kiosk_app.camera.practice.stage import Stage  # a start that is timed does not pay for it

    return Stage()


def _to_photo_screen(kiosk: KioskApp, stage: "Stage", code: str, officer: str, pin: str) -> None:
    """One applicant comes in by code, is called and sits down; by touches on the real widgets."""
    from kiosk_app.camera.practice.person import Person
    from kiosk_app.rehearsal.hands import Hands

    hands = Hands(kiosk.window)
    person = Person.random(1)
    stage.hold_code(code, person)
    hands.wait_for(Screen.CONFIRM)
    stage.clear()
    hands.tap_to("confirm.yes", Screen.TICKET)
    hands.tap_to("ticket.done", Screen.ATTRACT)
    hands.hold("status.brand", Screen.LOGIN)
    for digit in officer:
        hands.tap(f"login.id.{digit}")
    hands.tap("login.next")
    for digit in pin:
        hands.tap(f"login.key.{digit}")
    hands.wait_for(Screen.QUEUE)
    hands.tap_to("queue.next", Screen.DOCUMENTS)
    for name in hands.names_beginning("documents.doc."):
        hands.tap(name)
    stage.sit(person, yaw=_ASIDE_DEG, dx=6.0)
    hands.tap_to("documents.done", Screen.PHOTO)


if __name__ == "__main__":
    main(json.load(sys.stdin))
