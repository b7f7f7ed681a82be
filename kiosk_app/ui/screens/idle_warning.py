"""Are you still there? Over whatever is on the screen, answered by a touch anywhere."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk_app.ui.kit.card import Card
from kiosk_app.ui.kit.countdown import Countdown
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.screens.base import Actions, ScreenContext
from kiosk_app.ui.theme.tokens import Role, Tone

_DIM = 0.72


class IdleWarning(QWidget):
    """`continued` by the button or a touch beside it. Its owner keeps it as large as the window."""

    continued = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._seconds = 0
        self.setObjectName("idle")
        card = Card(context.look, gap="l", margin="xl")
        self._ring = Countdown(context.look)
        card.column.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignHCenter)
        self._title = context.label("idle.still", Role.TITLE)
        self._text = context.label(role=Role.LEAD, tone=Tone.MUTED)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            card.column.addWidget(label)
        going_on = context.button("idle.continue", "btn.still", icon="hand")
        going_on.clicked.connect(self.continued)
        card.column.addWidget(Actions(context.look, going_on, stacked=True))
        row = Row(context.look, gap="")
        row.addStretch(1)
        row.addWidget(card, 8 if context.look.portrait else 3)
        row.addStretch(1)
        column = Column(context.look, self)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        context.words.languageChanged.connect(self._say)
        self.setVisible(False)

    def show_left(self, seconds: int, whole: int) -> None:
        """Comes up, or counts on."""
        self._seconds = seconds
        self._say()
        self._ring.set_left(seconds, whole, str(seconds))
        if not self.isVisible():
            self.setVisible(True)
            self.raise_()

    def _say(self, _language: str = "") -> None:
        self._text.setText(self._context.words.tr("idle.wipe", n=self._seconds))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A touch anywhere is an answer."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The same; only now, so that the touch does not fall through to the screen below."""
        event.accept()
        self.continued.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dims the screen."""
        painter = QPainter(self)
        dim = QColor(self._context.look.colour("scrim"))
        dim.setAlphaF(_DIM)
        painter.fillRect(self.rect(), dim)
        painter.end()
