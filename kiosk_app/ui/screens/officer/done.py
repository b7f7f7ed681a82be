"""How the visit ended, and on to the next one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from kiosk_app.booth.desk import VisitCard
from kiosk_app.booth.facts import Outcome
from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView
from kiosk_app.ui.screens.officer.outcome_panel import OUTCOME_KEYS, OutcomePanel
from kiosk_app.ui.theme.tokens import Role, Tone


class DoneScreen(ScreenView):
    """First the outcome (`closed(outcome, reason)`), then, when it was recorded, the way on."""

    closed = Signal(object, str)
    nextWanted = Signal()
    queueWanted = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.DONE)
        look = context.look
        self._card: VisitCard | None = None
        self._outcome: Outcome | None = None
        self._heading = Heading(context)
        self._outcomes = OutcomePanel(context, "done", tuple(Outcome), tiles=True)
        self._outcomes.chosen.connect(self.closed)
        self._outcomes.turned.connect(self.refresh)
        choice = QWidget()
        column = Column(look, choice, gap="l")
        column.addWidget(self._heading)
        column.addWidget(self._outcomes, 1)
        end = QWidget()
        last = Column(look, end, gap="l")
        last.addStretch(1)
        mark = IconView(look, "circle-check", size="icon_xl", tone=Tone.SUCCESS, well="success_soft")
        last.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
        self._title = context.label(role=Role.TITLE)
        self._title.setObjectName("done.title")
        self._lead = context.label(role=Role.LEAD, tone=Tone.MUTED)
        stored = context.label("done.stored", Role.BODY, Tone.MUTED)
        for label in (self._title, self._lead, stored):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            last.addWidget(label)
        last.addStretch(2)
        queue = context.button("done.queue", "desk.title", icon="list-checks", kind=Kind.SECONDARY)
        queue.clicked.connect(self.queueWanted)
        following = context.button("done.next", "done.next", icon="megaphone")
        following.clicked.connect(self.nextWanted)
        last.addWidget(Actions(look, queue, following))
        self._pages = QStackedWidget()
        self._pages.addWidget(choice)
        self._pages.addWidget(end)
        self.column.addWidget(self._pages, 1)
        self.refresh()

    def show_choice(self, card: VisitCard) -> None:
        """Asks how it ended."""
        self._card, self._outcome = card, None
        self._outcomes.reset()
        self._pages.setCurrentIndex(0)
        self.refresh()

    def show_closed(self, card: VisitCard, outcome: Outcome) -> None:
        """It was recorded."""
        self._card, self._outcome = card, outcome
        self._pages.setCurrentIndex(1)
        self.refresh()

    def clear(self) -> None:
        """Forgets the visit."""
        self._card = self._outcome = None
        self._outcomes.reset()
        self._pages.setCurrentIndex(0)
        self.refresh()

    def refresh(self) -> None:
        """All texts."""
        words = self.context.words
        number = self._card.visit.number if self._card is not None else ""
        key = "outcome.reason" if self._outcomes.outcome is not None else "outcome.title"
        self._heading.set_texts(words.tr(key), words.tr("done.for", q=number) if number else "")
        self._outcomes.refresh()
        self._title.setText(words.tr(OUTCOME_KEYS[self._outcome]) if self._outcome is not None else "")
        self._lead.setText(words.tr("done.lead", q=number) if number else "")
