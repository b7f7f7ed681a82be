"""Hands and eyes for a rehearsed day: touches the real widgets with real events, waits for what they show."""

import contextlib
import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiosk_app.booth.flow import Screen
from kiosk_app.errors import KioskError
from kiosk_app.ui.kit.camera_preview import CameraPreview
from kiosk_app.ui.kit.keypad import Keypad
from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.window import KioskWindow

_WAIT_S = 20.0
_STEP_MS = 10
_TRIES = 10
_PATIENCE_S = 2.0
_LEFT = Qt.MouseButton.LeftButton


class Hands:
    """Whoever stands before the window. Everything raises KioskError "rehearsal-stuck" when it does not come to pass."""

    def __init__(self, window: KioskWindow) -> None:
        self._window = window

    @property
    def screen(self) -> Screen:
        """What the window shows now."""
        return self._window.screen_name

    def tap(self, name: str) -> None:
        """Touches the widget of that object name in its middle, once it can be touched."""
        self.wait(lambda: self._touchable(name) is not None, f"a touch on {name}")
        widget = self._touchable(name)
        if widget is not None:
            self._press(widget)
            self._release(widget)

    def tap_to(self, name: str, *screens: Screen) -> Screen:
        """Touches until one of the screens comes: a touch while the booth is still busy is ignored, as for anybody."""
        for _ in range(_TRIES):
            self.tap(name)
            with contextlib.suppress(KioskError):
                return self.wait_for(*screens, seconds=_PATIENCE_S)
        raise self._stuck(" or ".join(screen.value for screen in screens))

    def type_on(self, keypad: str, text: str) -> None:
        """Touches the keys of a keypad, one for each character."""
        pad = self._window.findChild(Keypad, keypad)
        if pad is None:
            raise self._stuck(f"the keypad {keypad}")
        for character in text:
            key = pad.key(character)
            self._press(key)
            self._release(key)

    def hold(self, name: str, until: Screen) -> None:
        """Keeps a finger on a widget until the screen comes up."""
        widget = self._window.findChild(QWidget, name)
        if widget is None:
            raise self._stuck(f"a finger on {name}")
        self._press(widget)
        try:
            self.wait_for(until)
        finally:
            self._release(widget)

    def can_tap(self, name: str) -> bool:
        """Whether a touch on it would do something now."""
        return self._touchable(name) is not None

    def names_beginning(self, prefix: str) -> list[str]:
        """The object names of touchable widgets that begin so."""
        found = (widget.objectName() for widget in self._window.findChildren(QWidget) if widget.isVisible())
        return [name for name in found if name.startswith(prefix)]

    def says(self, name: str, key: str) -> bool:
        """Whether a label has the words of the catalogue's `key`."""
        label = self._window.findChild(Label, name)
        return label is not None and label.text() == self._window.words.tr(key)

    def sees_picture(self) -> bool:
        """Whether the camera's picture is in a frame on the screen."""
        previews = self._window.findChildren(CameraPreview)
        return any(preview.isVisible() and preview.has_frame for preview in previews)

    def wait_for(self, *screens: Screen, seconds: float = _WAIT_S) -> Screen:
        """Waits until one of the screens is shown; which one."""
        self.wait(lambda: self.screen in screens, " or ".join(screen.value for screen in screens), seconds)
        return self.screen

    def wait(self, holds: Callable[[], bool], what: str, seconds: float = _WAIT_S) -> None:
        """Lets the window live until `holds`."""
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                raise self._stuck(what)
            self.look(_STEP_MS)

    def look(self, milliseconds: int) -> None:
        """Lets the window live for a while."""
        until = time.monotonic() + milliseconds / 1000
        while True:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, milliseconds)
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.005))

    def _touchable(self, name: str) -> QWidget | None:
        for widget in self._window.findChildren(QWidget, name):
            if widget.isVisible() and widget.isEnabled():
                return widget
        return None

    def _press(self, widget: QWidget) -> None:
        self._send(widget, QEvent.Type.MouseButtonPress, _LEFT)

    def _release(self, widget: QWidget) -> None:
        self._send(widget, QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton)

    def _send(self, widget: QWidget, kind: QEvent.Type, buttons: Qt.MouseButton) -> None:
        middle = QPoint(widget.width() // 2, widget.height() // 2)
        event = QMouseEvent(
            kind,
            QPointF(middle),
            QPointF(widget.mapToGlobal(middle)),
            _LEFT,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(widget, event)

    def _stuck(self, what: str) -> KioskError:
        return KioskError(
            "rehearsal-stuck",
            f"The rehearsal waited in vain for {what} on the screen '{self.screen.value}'.",
            "Run it again with --shots to see how far it came.",
        )
