"""The number: as large as it goes, with the wait, what to have ready, and a code to take it along."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kiosk_app.booth.facts import Lane
from kiosk_app.booth.flow import Screen
from kiosk_app.booth.reception import Ticket
from kiosk_app.booth.visits import VisitState
from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.card import Card
from kiosk_app.ui.kit.countdown import Countdown
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.kit.qr_image import QrImage
from kiosk_app.ui.screens.applicant.ticket_papers import TicketPapers
from kiosk_app.ui.screens.base import ScreenContext, ScreenView, Split
from kiosk_app.ui.theme.tokens import Role, Tone

_LANE_KEYS = {Lane.PRIORITY: "lane.priority", Lane.LATE: "lane.late"}


class TicketScreen(ScreenView):
    """Shown only after the arrival was recorded; goes by itself after a while, a touch gives it more time."""

    finished = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.TICKET)
        look = context.look
        self._ticket: Ticket | None = None
        self._online = True
        self._already = False
        self._mismatch = False
        self._no_paper = False
        self._modules: Sequence[Sequence[bool]] = ()
        centred = Qt.AlignmentFlag.AlignHCenter
        self._caption = context.label(role=Role.BODY, tone=Tone.MUTED)
        self._number = context.label(role=Role.HERO, tone=Tone.PRIMARY)
        self._number.setObjectName("ticket.number")
        self._number.setWordWrap(False)
        self._ahead = context.label(role=Role.HEADING)
        self._ahead.setObjectName("ticket.ahead")
        self._time = context.label(role=Role.LEAD)
        self._time.setObjectName("ticket.time")
        self._lane = context.label(role=Role.STRONG, tone=Tone.PRIMARY)
        number = Card(look, emphasis=True, gap="xs", margin="m")
        number.column.addStretch(1)
        for label in (self._caption, self._number, self._lane, self._ahead, self._time):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            number.column.addWidget(label)
        number.column.addStretch(1)
        self._notice = Banner(look)
        self._notice.setObjectName("ticket.notice")
        first = QWidget()
        left = Column(look, first, gap="l")
        left.addWidget(number, 1)
        left.addWidget(self._notice)
        self._papers = TicketPapers(context)
        self._code = QrImage(look)
        self._code.setObjectName("ticket.qr")
        self._code_hint = context.label("ticket.qr", Role.CAPTION, Tone.MUTED)
        self._code_hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._coded = QWidget()
        coded = Column(look, self._coded, gap="s")
        coded.addWidget(self._code, 0, centred)
        coded.addWidget(self._code_hint)
        coded.addStretch(1)
        content = QWidget()
        row = Row(look, content, gap="l")
        row.addWidget(self._papers, 1)
        row.addWidget(self._coded)
        self._left = Countdown(look)
        done = context.button("ticket.done", "btn.done", icon="check")
        done.clicked.connect(self.finished)
        end = QWidget()
        bar = Row(look, end, gap="l")
        bar.addWidget(self._left)
        bar.addWidget(done, 1)
        second = QWidget()
        right = Column(look, second, gap="l")
        right.addWidget(content, 1)
        right.addWidget(end)
        self.column.addLayout(Split(look, first, second, (1, 1)), 1)
        self.refresh()

    def show_ticket(self, ticket: Ticket, *, online: bool, already: bool = False, mismatch: bool = False) -> None:
        """Shows a number that was recorded. `already` for one given before, `mismatch` where an officer will compare the data."""
        self._ticket, self._online, self._already, self._mismatch = ticket, online, already, mismatch
        self._no_paper = False
        self._modules = ()
        self.refresh()

    def set_code(self, modules: Sequence[Sequence[bool]]) -> None:
        """The QR code of the paperless ticket."""
        if self._ticket is not None:
            self._modules = modules
            self.refresh()

    def show_no_paper(self) -> None:
        """Neither paper nor code could be made; the number stands."""
        self._no_paper = True
        self.refresh()

    def show_left(self, left: float, whole: float) -> None:
        """How many seconds the ticket stays."""
        self._left.set_left(left, whole, str(round(left)))

    def clear(self) -> None:
        """Forgets the number."""
        self._ticket = None
        self._no_paper = False
        self._modules = ()
        self.refresh()

    def refresh(self) -> None:
        """The number and all that belongs to it."""
        words, ticket = self.context.words, self._ticket
        self._papers.show_ticket(ticket)
        self._code.set_modules(self._modules)
        self._code_hint.setFixedWidth(self._code.sizeHint().width())
        self._coded.setVisible(bool(self._modules))
        if ticket is None:
            for label in (self._caption, self._number, self._lane, self._ahead, self._time):
                label.setText("")
            self._notice.setVisible(False)
            return
        zone = self.context.profile().zone
        self._caption.setText(words.tr("queue.yours"))
        self._number.setText(ticket.number)
        lane = _LANE_KEYS.get(ticket.lane, "")
        self._lane.setText(words.tr(lane) if lane else "")
        self._lane.setVisible(bool(lane))
        waits = ticket.state is VisitState.WAITING
        self._ahead.setVisible(waits)
        self._time.setVisible(waits)
        self._ahead.setText(words.count("queue.ahead", ticket.ahead))
        self._time.setText(words.tr("queue.eta", t=words.formats.time(ticket.call_at, zone)))
        self._show_notice(ticket)

    def _show_notice(self, ticket: Ticket) -> None:
        """The one thing to know besides the number."""
        words = self.context.words
        arrived = words.formats.time(ticket.arrived_at, self.context.profile().zone)
        if self._no_paper:
            self._notice.set_message(Mood.WARNING, words.tr("ticket.nopaper"))
        elif self._mismatch:
            self._notice.set_message(Mood.WARNING, words.tr("confirm.mismatch"), words.tr("ticket.mismatch"))
        elif ticket.state is VisitState.FINISHED:
            self._notice.set_message(Mood.INFO, words.tr("ticket.finished"), words.tr("end.thanks"))
        elif ticket.state is not VisitState.WAITING:
            self._notice.set_message(Mood.WARNING, words.tr("queue.missed"))
        elif self._already:
            self._notice.set_message(
                Mood.INFO, words.tr("ticket.again"), words.tr("st.already", t=arrived, q=ticket.number)
            )
        elif not self._online:
            self._notice.set_message(Mood.INFO, words.tr("ticket.stored"), words.tr("net.proof"))
        elif ticket.provisional:
            self._notice.set_message(Mood.INFO, words.tr("lane.provisional"), words.tr("ticket.provisional"))
        else:
            self._notice.set_message(Mood.SUCCESS, words.tr("ticket.title"), words.tr("queue.wait"))
        self._notice.setVisible(True)
