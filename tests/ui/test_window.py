"""The window itself: no way out, the staff's door, the practice mark, languages on every screen."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.bridge import Bridge
from kiosk_app.ui.gesture import HoldGesture
from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.window import KioskWindow
from tests import memory
from tests.shots.scenes import PROFILE, SCENES
from tests.ui.rig import MakeRig, Rig


def test_nobody_closes_it_from_the_outside(rig: Rig) -> None:
    window = KioskWindow(rig.services, Bridge(), metrics=rig.metrics)
    bridge = window.controller.way._bridge
    window.open()
    assert window.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert window.isFullScreen()
    window.close()
    assert window.isVisible()
    window.allow_close()
    window.close()
    assert not window.isVisible()
    assert bridge.stop()
    window.deleteLater()


def test_there_is_no_menu_behind_a_long_press(rig: Rig) -> None:
    assert rig.window.contextMenuPolicy() is Qt.ContextMenuPolicy.PreventContextMenu


def test_the_staff_gesture_wants_a_long_press_in_the_corner(rig: Rig) -> None:
    strip, brand = rig.find("status"), rig.find("status.brand")
    gesture = rig.window.findChild(HoldGesture)
    assert gesture is not None
    gesture._timer.setInterval(30)

    def hold(widget: QWidget, at: QPoint) -> None:
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=at)
        QTest.qWait(60)

    QTest.mouseClick(brand, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.qWait(60)
    assert rig.screen is Screen.ATTRACT
    QTest.mousePress(brand, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.mouseMove(brand, QPoint(20, brand.height() + 50))
    QTest.qWait(60)
    QTest.mouseRelease(brand, Qt.MouseButton.LeftButton, pos=QPoint(20, brand.height() + 50))
    assert rig.screen is Screen.ATTRACT
    hold(strip, QPoint(strip.width() - 20, 20))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() - 20, 20))
    assert rig.screen is Screen.ATTRACT
    label = brand.findChildren(Label)[0]
    QTest.mousePress(label, Qt.MouseButton.LeftButton, pos=label.rect().center())
    for _ in range(100):
        if rig.screen is Screen.LOGIN:
            break
        QTest.qWait(5)
    QTest.mouseRelease(label, Qt.MouseButton.LeftButton, pos=label.rect().center())
    assert rig.screen is Screen.LOGIN


@pytest.mark.parametrize("scene", ["attract", "confirm", "ticket", "queue", "photo_ready", "trouble"])
def test_practice_is_marked_on_every_screen(scene: str, make_rig: MakeRig) -> None:
    rig = make_rig(practice=True, profile=memory.FixedProfile(PROFILE))
    SCENES[scene](rig)
    assert rig.shown("practice")
    assert rig.window.words.tr("practice.mark") in rig.texts()


def test_a_real_booth_has_no_practice_mark(rig: Rig) -> None:
    assert not rig.shown("practice")


def test_a_picture_of_the_screen(rig: Rig) -> None:
    picture = rig.window.grab_screen().toImage()
    assert (picture.width(), picture.height()) == (1920, 1080)
    assert picture.format() is not QImage.Format.Format_Invalid
    assert len({picture.pixelColor(x, 600).name() for x in range(0, 1920, 7)}) > 2


def test_the_fonts_are_loaded_once(rig: Rig, make_rig: MakeRig) -> None:
    app = QApplication.instance()
    assert app is not None
    assert app.property("kiosk_fonts") is True
    make_rig()


def test_a_missing_icon_would_be_seen_here(rig: Rig) -> None:
    """Painting with an icon that is not shipped would abort; so every screen is painted once."""
    for view in rig.window.screens.views:
        view.resize(1200, 800)
        assert not view.grab().isNull()
