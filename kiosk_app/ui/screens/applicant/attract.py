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
from kiosk_app.ui.screens.base import ScreenContext, ScreenView, Stage
from kiosk_app.ui.theme.tokens import Role, Tone

_LOOK_AT_CLOCK_MS = 20_000


class AttractScreen(ScreenView):
    """Holds nothing about anybody. `touched` on any touch outside the footer."""

    touched = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.ATTRACT)
        self._place = context.label(role=Role.STRONG, tone=Tone.PRIMARY)
        self._place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hours = context.label(role=Role.CAPTION)
        self._offline = self._line("wifi-off", context.label("idle.offline", Role.CAPTION))
        self._locked = False
        self._start = start = context.button("attract.start", "idle.touch", icon="hand")
        start.clicked.connect(self.touched)
        head = QWidget()
        said = Column(context.look, head, gap="m")
        said.addWidget(context.label("idle.title", Role.DISPLAY))
        self._lead = context.label(role=Role.LEAD, tone=Tone.MUTED)
        said.addWidget(self._lead)
        start.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        below = QWidget()
        lines = Column(context.look, below, gap="s")
        lines.addWidget(start)
        lines.addSpacing(context.look.tokens.space.s)
        lines.addWidget(self._line("clock", self._hours))
        lines.addWidget(self._line("shield-check", context.label("fee.note", Role.CAPTION)))
        lines.addWidget(self._offline)
        card = Card(context.look, margin="l")
        self._art = PhoneArt(context.look)
        self._no_camera = IconView(context.look, "camera", size="icon_xl", tone=Tone.MUTED)
        card.column.addWidget(self._art, 1)
        card.column.addWidget(self._no_camera, 1, Qt.AlignmentFlag.AlignCenter)
        card.column.addWidget(self._place)
        self.column.addLayout(Stage(context.look, head, card, below, shares=(6, 5)), 1)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_AT_CLOCK_MS)
        self._timer.timeout.connect(self.refresh)
        self.show_online(True)
        self.show_camera_fault("")  # says the words, too

    def show_online(self, online: bool) -> None:
        """Whether the office can be reached; service goes on either way."""
        self._offline.setVisible(not online)

    def show_locked(self, locked: bool) -> None:
        """Whether this booth may serve nobody at all."""
        self._locked = locked
        self._start.setVisible(not locked)
        self.refresh()

    def show_camera_fault(self, code: str) -> None:
        """Without a camera nobody is asked to hold a code up to it; "" when it is well."""
        self._fault = code
        self.refresh()

    def refresh(self) -> None:
        """What to do, the place, and when service is given today."""
        profile, words = self.context.profile(), self.context.words
        place = profile.place_by_id(profile.place)
        self._art.setVisible(not (self._fault or self._locked))
        self._no_camera.setVisible(bool(self._fault) and not self._locked)
        key = "idle.locked" if self._locked else "idle.nocamera" if self._fault else "idle.lead"
        self._lead.setText(words.tr(key))
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
        if not self._locked:
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
        row.addWidget(IconView(self.context.look, icon, size="icon_s"))
        row.addWidget(label, 1)
        return line
