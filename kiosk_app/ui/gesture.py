"""The way in for staff: press and hold one corner of the screen. It opens a log-in, never anything else."""

from PySide6.QtCore import QEvent, QObject, QRect, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

HOLD_MS = 3000


class HoldGesture(QObject):
    """Emits `held` when a press on `zone` (a widget that does nothing else) lasts `hold_ms` without leaving it."""

    held = Signal()

    def __init__(self, zone: QWidget, hold_ms: int = HOLD_MS) -> None:
        super().__init__(zone)
        self._zone = zone
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(hold_ms)
        self._timer.timeout.connect(self.held)
        zone.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follows the finger; every event goes on to its widget."""
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            self._timer.start()
        elif kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            if not QRect(0, 0, self._zone.width(), self._zone.height()).contains(event.position().toPoint()):
                self._timer.stop()
        elif kind in (QEvent.Type.MouseButtonRelease, QEvent.Type.Leave, QEvent.Type.Hide):
            self._timer.stop()
        return False
