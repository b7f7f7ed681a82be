"""One screen for every reason why there is no number here and now: what it means, where and when to go, what to do next."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk_app.booth.admission import TurnAway
from kiosk_app.booth.facts import Reason
from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.card import Card
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.kit.info_row import InfoRow
from kiosk_app.ui.kit.layout import Row
from kiosk_app.ui.screens.applicant.refusals import Refusal, explain
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView, Split
from kiosk_app.ui.theme.tokens import Role, Tone


class TurnedAwayScreen(ScreenView):
    """Never blames: the first thing said is where the way goes on."""

    finished = Signal()
    typingWanted = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.TURNED_AWAY)
        look = context.look
        self._decision: TurnAway | None = None
        self._mark = IconView(look, "info", size="icon_l", tone=Tone.INFO, well="info_soft")
        self._heading = Heading(context)
        top = QWidget()
        row = Row(look, top, gap="l")
        row.addWidget(self._mark)
        row.addWidget(self._heading, 1)
        self._card = Card(look, emphasis=True, gap="l")
        self._facts = [InfoRow(look, role=Role.HEADING, icon=icon) for icon in ("calendar-clock", "map-pin")]
        for number, fact in enumerate(self._facts):
            fact.setObjectName(f"away.fact.{number}")
        self._card.column.addLayout(Split(look, self._facts[0], self._facts[1], gap="l"))
        self._next = context.label(role=Role.LEAD)
        self._next.setObjectName("away.next")
        following = QWidget()
        line = Row(look, following, gap="m")
        line.addWidget(IconView(look, "arrow-right", size="icon_m"))
        line.addWidget(self._next, 1)
        self._card.column.addWidget(following)
        self._typing = context.button("away.type", "scan.manual", icon="keyboard", kind=Kind.SECONDARY)
        self._typing.clicked.connect(self.typingWanted)
        done = context.button("away.done", "btn.done", icon="check")
        done.clicked.connect(self.finished)
        self.column.addWidget(top)
        self.column.addWidget(self._card)
        self.column.addStretch(1)
        self.column.addWidget(
            Actions(look, context.label("away.counted", Role.CAPTION, Tone.MUTED), self._typing, done)
        )
        self.refresh()

    def show_decision(self, decision: TurnAway) -> None:
        """Shows why, and the way on."""
        self._decision = decision
        self.refresh()

    def clear(self) -> None:
        """Forgets it."""
        self._decision = None
        self.refresh()

    def refresh(self) -> None:
        """All texts of the reason."""
        decision = self._decision
        told = (
            Refusal()
            if decision is None
            else explain(decision, self.context.profile(), self.context.words, self._today())
        )
        self._heading.set_texts(told.title, told.text)
        self._mark.set_icon(told.icon, Tone.INFO)
        for fact, (label, value) in zip(
            self._facts, ((told.when_label, told.when), (told.where_label, told.where)), strict=True
        ):
            fact.set_label(label)
            fact.set_value(value)
            fact.setVisible(bool(value))
        self._next.setText(told.next)
        self._typing.setVisible(decision is not None and decision.reason is Reason.UNKNOWN)

    def _today(self) -> date:
        return self.context.clock.now().astimezone(self.context.profile().zone).date()
