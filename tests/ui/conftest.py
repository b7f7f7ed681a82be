"""Qt without a display, our fonts, and a fresh look and fresh words for each test of the screens."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.theme import Look, Metrics
from kiosk_app.ui.theme.fonts import load_fonts
from tests.ui.rig import MakeRig, Rig

ASSETS = Path(__file__).resolve().parents[2] / "assets"


@pytest.fixture(autouse=True)
def _collected_here() -> Iterator[None]:
    """What a test leaves of Qt's objects goes now, in the main thread.

    Python's collector runs in whatever thread allocates next: the server thread of a later test would end the widgets, and with
    them the process.
    """
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # Qt takes a window down in its own order first
    gc.collect()


@pytest.fixture(scope="session")
def fonts(qapp: QApplication) -> list[str]:
    """The booth's fonts, loaded once."""
    return load_fonts(ASSETS / "fonts")


@pytest.fixture
def look(fonts: list[str]) -> Look:
    """The look of the reference display in the standard theme."""
    return Look(ASSETS / "icons", Metrics(1920, 1080))


@pytest.fixture
def words() -> Translator:
    """The catalogues; a missing text or value fails the test."""
    return Translator(ASSETS / "i18n", strict=True)


@pytest.fixture
def stage(qapp: QApplication, look: Look) -> Iterator[Callable[[QWidget, int, int], QWidget]]:
    """Puts a widget on a window of its size and shows it; returns the window.

    The window has no layout: one would ask the display for a least size, which the offscreen display warns about.
    """
    windows: list[QWidget] = []

    def put(widget: QWidget, width: int = 600, height: int = 200) -> QWidget:
        window = QWidget()
        windows.append(window)
        look.dress(window)
        window.resize(width, height)
        widget.setParent(window)
        widget.setGeometry(0, 0, width, height)
        window.show()
        widget.show()
        qapp.processEvents()
        return window

    yield put
    for window in windows:
        window.close()
        window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def colours_in(image: QImage) -> set[str]:
    """The colours of an image, as #rrggbb in upper case."""
    return {
        image.pixelColor(x, y).name().upper() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }


@pytest.fixture
def make_rig(fonts: list[str], qapp: QApplication) -> Iterator[MakeRig]:
    """Makes booths in memory with their windows, and takes them down again."""
    rigs: list[Rig] = []

    def make(**parts: object) -> Rig:
        rig = Rig(**parts)
        rigs.append(rig)
        rig.window.open()
        rig.settle()
        return rig

    yield make
    for rig in rigs:
        rig.close()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def rig(make_rig: MakeRig) -> Rig:
    """A booth with one booking."""
    return make_rig()
