"""The first screen: always scanning, explains itself, starts with a touch anywhere."""

from datetime import datetime, time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.card import Card
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.screens.applicant.phone_art import PhoneArt
from kiosk_app.ui.screens.base import ScreenContext, ScreenView, Split
from kiosk_app.ui.theme.tokens import Role, Tone

_LOOK_AT_CLOCK_MS = 20_000


class AttractScreen(ScreenView):
    """Holds nothing about anybody. `touched` on any touch outside the footer."""

    touched = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.ATTRACT)
        self._online = True
        self._place = context.label(role=Role.STRONG, tone=Tone.PRIMARY)
        self._hours = context.label(role=Role.BODY)
        self._network = context.label("idle.offline", Role.CAPTION, Tone.MUTED)
        self._network_line = self._line("wifi-off", self._network)
        start = context.button("attract.start", "idle.touch", icon="hand")
        start.clicked.connect(self.touched)
        words = QWidget()
        left = Column(context.look, words, gap="l")
        left.addStretch(1)
        left.addWidget(self._place)
        left.addWidget(context.label("idle.title", Role.DISPLAY))
        left.addWidget(context.label("idle.lead", Role.LEAD, Tone.MUTED))
        left.addSpacing(context.look.tokens.space.m)
        start.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        left.addWidget(start, 0, Qt.AlignmentFlag.AlignLeft)
        left.addStretch(1)
        left.addWidget(self._line("clock", self._hours))
        left.addWidget(self._line("shield-check", context.label("fee.note")))
        left.addWidget(self._network_line)
        card = Card(context.look, margin="l")
        card.column.addWidget(PhoneArt(context.look), 1)
        self.column.addLayout(Split(context.look, words, card, (6, 5)), 1)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_AT_CLOCK_MS)
        self._timer.timeout.connect(self.refresh)
        self.show_online(True)
        self.refresh()

    def show_online(self, online: bool) -> None:
        """Whether the office can be reached; service goes on either way."""
        self._online = online
        self._network_line.setVisible(not online)

    def refresh(self) -> None:
        """The place, and when service is given today."""
        profile, words = self.context.profile(), self.context.words
        place = profile.place_by_id(profile.place)
        self._place.setText(words.tr("org.booth", place=place.name) if place else "")
        now = self.context.clock.now().astimezone(profile.zone)

        def said(at: time) -> str:
            return words.formats.time(datetime.combine(now.date(), at, profile.zone), profile.zone)

        if now.time() < profile.opens:
            self._hours.setText(words.tr("idle.open", t=said(profile.opens)))
        elif now.time() >= profile.closes:
            self._hours.setText(words.tr("idle.closed"))
        else:
            self._hours.setText(words.tr("idle.hours", t=said(profile.opens), u=said(profile.closes)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A touch anywhere begins."""
        event.accept()
        self.touched.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Looks at the clock from time to time."""
        super().showEvent(event)
        self._timer.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees the clock."""
        super().hideEvent(event)
        self._timer.stop()

    def _line(self, icon: str, label: Label) -> QWidget:
        line = QWidget()
        row = Row(self.context.look, line, gap="m")
        row.addWidget(IconView(self.context.look, icon, size="icon_m"))
        row.addWidget(label, 1)
        return line
