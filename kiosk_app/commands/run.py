"""`kiosk-app run`: the booth, full screen."""

import argparse
import os
import signal
import sys

from kiosk_app import log
from kiosk_app.assembly import locked
from kiosk_app.commands.common import Subparsers, add_command, booth_paths
from kiosk_app.errors import KioskError
from kiosk_app.paths import BoothPaths
from kiosk_app.settings import Settings, load_settings


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "run",
        run,
        "the booth, full screen",
        "Shows the attract screen and serves. Officers get in by holding the emblem at the top left for three seconds.\n"
        "Ends when it is told to by the system (SIGTERM, Ctrl+C), never by a touch.",
    )
    parser.add_argument(
        "--camera",
        metavar="SPEC",
        help="0, 1 ... or name:NAME, a webcam; a video file or a folder of images; http://... an MJPEG stream; practice[:SCRIPT]",
    )
    parser.add_argument("--windowed", action="store_true", help="in a window instead of full screen, for developers")


def require_display() -> None:
    """Qt ends the whole program where it finds no display; this says why instead. Raises KioskError "no-display"."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in named):
        raise KioskError(
            "no-display",
            "There is no display to show the booth on.",
            "Start it in the kiosk's session, or set DISPLAY; `kiosk-app demo` needs none.",
        )


def run(args: argparse.Namespace) -> int:
    """Serves until told to end."""
    paths = booth_paths(args)
    with locked(paths):
        settings = load_settings(paths.settings).with_camera(args.camera)
        log.configure(paths.log)
        require_display()
        return _serve(paths, settings, args.windowed)


def _serve(paths: BoothPaths, settings: Settings, windowed: bool) -> int:
    from PySide6.QtCore import QTimer  # only commands with screens load Qt
    from PySide6.QtWidgets import QApplication

    from kiosk_app.app import KioskApp
    from kiosk_app.ui.qt_log import route_qt_messages

    route_qt_messages()
    application = QApplication(["kiosk-app"])
    application.setQuitOnLastWindowClosed(False)
    kiosk = KioskApp(paths, settings, windowed=windowed)
    for signum in (signal.SIGINT, signal.SIGTERM):
        # exit, not quit: quit asks the window first, and the booth's window never agrees to close
        signal.signal(signum, lambda *_: application.exit(0))
    ticking = QTimer()  # Python looks at signals only between its own steps
    ticking.timeout.connect(lambda: None)
    ticking.start(200)
    kiosk.start()
    try:
        return application.exec()
    finally:
        kiosk.stop()
