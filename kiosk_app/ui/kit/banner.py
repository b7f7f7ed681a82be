"""A message on a screen: its kind as icon and colour, what it is, what to do."""

from enum import StrEnum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role, Tone


class Mood(StrEnum):
    """What kind of message; the value is its tone."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


ICONS = {Mood.INFO: "info", Mood.SUCCESS: "circle-check", Mood.WARNING: "triangle-alert", Mood.ERROR: "octagon-alert"}


class Banner(QWidget):
    """An icon, one sentence, and below it what happens next; the second line is left out when it is empty."""

    def __init__(
        self, look: Look, mood: Mood = Mood.INFO, text: str = "", detail: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._mood = mood
        self._icon = IconView(look, ICONS[mood], size="icon_m")
        self._text = Label(look, text, Role.STRONG)
        self._detail = Label(look, detail, Role.BODY)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        row = Row(look, self, gap="m", margin="m")
        row.addWidget(self._icon)
        column = Column(look, gap="xs")
        column.addStretch(1)
        column.addWidget(self._text)
        column.addWidget(self._detail)
        column.addStretch(1)
        row.addLayout(column, 1)
        self.set_message(mood, text, detail)

    @property
    def mood(self) -> Mood:
        """The kind of message now."""
        return self._mood

    @property
    def text(self) -> str:
        """The sentence now."""
        return self._text.text()

    def set_message(self, mood: Mood, text: str, detail: str = "") -> None:
        """Change the message."""
        self._mood = mood
        tone = Tone(mood.value)
        self._icon.set_icon(ICONS[mood], tone)
        self._text.setText(text)
        self._text.set_tone(tone)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self.setAccessibleName(f"{text} {detail}".strip())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the field and the bar at its left edge."""
        sizes, colour = self._look.tokens.sizes, self._look.colour
        painter = painting.start(self)
        area = QRectF(self.rect())
        edge = colour(self._mood)
        painting.box(painter, area, sizes.radius_m, colour(f"{self._mood}_soft"), edge, sizes.border)
        painter.end()
