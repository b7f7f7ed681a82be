"""The papers of the type, ticked as they are seen; what is missing leads to another outcome, not to a dead end."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from kiosk_app.booth.desk import VisitCard
from kiosk_app.booth.facts import Outcome
from kiosk_app.booth.flow import Screen
from kiosk_app.booth.visits import VisitState
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.check_row import CheckRow
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.kit.scroll import ScrollColumn
from kiosk_app.ui.screens.base import Actions, ScreenContext, ScreenView, Split
from kiosk_app.ui.screens.officer.outcome_panel import OutcomePanel
from kiosk_app.ui.screens.officer.visit_head import VisitHead
from kiosk_app.ui.theme.tokens import Role, Tone

_OTHER_OUTCOMES = (Outcome.INCOMPLETE, Outcome.REFERRED, Outcome.REFUSED)


class DocumentsScreen(ScreenView):
    """`checked(present)` goes on to the photo; `closed(present, outcome, reason)` ends the visit here."""

    checked = Signal(object)
    closed = Signal(object, object, str)
    recallWanted = Signal()
    missed = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.DOCUMENTS)
        look = context.look
        self._card: VisitCard | None = None
        self._recalled = False
        self._rows: dict[str, CheckRow] = {}
        self._head = VisitHead(context)
        self._recall = context.button(
            "documents.recall", "desk.recall", icon="megaphone", kind=Kind.SECONDARY, tall=False
        )
        self._recall.clicked.connect(self.recallWanted)
        self._miss = context.button("documents.miss", "desk.skip", icon="skip-forward", kind=Kind.SECONDARY, tall=False)
        self._miss.clicked.connect(self.missed)
        first = QWidget()
        left = Column(look, first, gap="l")
        about = ScrollColumn(look, gap="")
        about.column.addWidget(self._head)
        left.addWidget(about, 1)
        calls = Row(look, gap="gap")
        calls.addWidget(self._recall, 1)
        calls.addWidget(self._miss, 1)
        left.addLayout(calls)
        self._list = ScrollColumn(look, gap="s")
        self._outcomes = OutcomePanel(context, "documents", _OTHER_OUTCOMES, tiles=False)
        self._outcomes.chosen.connect(self._close)
        self._outcomes.turned.connect(self.refresh)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._list)
        self._pages.addWidget(self._outcomes)
        self._title = context.label(role=Role.HEADING)
        self._lead = context.label(role=Role.BODY, tone=Tone.MUTED)
        self._lead.setObjectName("documents.lead")
        second = QWidget()
        right = Column(look, second, gap="m")
        right.addWidget(self._title)
        right.addWidget(self._lead)
        right.addWidget(self._pages, 1)
        self._other = context.button(
            "documents.incomplete", "doc.incomplete", icon="clipboard-list", kind=Kind.SECONDARY
        )
        self._other.clicked.connect(self._show_outcomes)
        self._back = context.button("documents.back", "btn.back", icon="arrow-left", kind=Kind.SECONDARY)
        self._back.clicked.connect(self._show_list)
        self._next = context.button("documents.done", "photo.start", icon="camera")
        self._next.clicked.connect(lambda: self.checked.emit(self.present))
        right.addWidget(Actions(look, self._back, self._other, self._next))
        self.column.addLayout(Split(look, first, second, (5, 8)), 1)
        self.refresh()

    @property
    def present(self) -> tuple[str, ...]:
        """The catalogue keys that are ticked."""
        return tuple(key for key, row in self._rows.items() if row.isChecked())

    def show_card(self, card: VisitCard) -> None:
        """Shows a visit; papers seen before a break are still ticked."""
        self._card = card
        self._recalled = False
        self._outcomes.reset()
        self._pages.setCurrentWidget(self._list)
        self._make_rows(card)
        self.refresh()

    def show_recalled(self) -> None:
        """The number was called again."""
        self._recalled = True
        self.refresh()

    def clear(self) -> None:
        """Forgets the visit."""
        self._card = None
        self._recalled = False
        self._make_rows(None)
        self.refresh()

    def refresh(self) -> None:
        """All texts."""
        words, card = self.context.words, self._card
        self._head.show_card(card)
        for key, row in self._rows.items():
            row.setText(words.tr(key))
        lists = self._pages.currentWidget() is self._list
        self._title.setText(words.tr("doc.check" if lists else "outcome.title"))
        self._outcomes.refresh()
        self._other.setVisible(lists)
        self._next.setVisible(lists)
        self._back.setVisible(not lists)
        called = card is not None and card.visit.state is VisitState.CALLED
        self._recall.setVisible(called)
        self._miss.setVisible(called)
        text, tone = self._state()
        self._lead.setText(text)
        self._lead.set_tone(tone)

    def _state(self) -> tuple[str, Tone]:
        """What to do now, or how far it is."""
        words = self.context.words
        missing = len(self._rows) - len(self.present)
        if self._pages.currentWidget() is not self._list:
            return words.tr("outcome.reason" if self._outcomes.outcome is not None else "outcome.lead"), Tone.MUTED
        if self._recalled and self._card is not None:
            return words.tr("desk.recalled", q=self._card.visit.number), Tone.PRIMARY
        if not self.present:
            return words.tr("doc.check.lead"), Tone.MUTED
        return (words.count("doc.left", missing), Tone.WARNING) if missing else (words.tr("doc.all"), Tone.SUCCESS)

    def _make_rows(self, card: VisitCard | None) -> None:
        for row in self._rows.values():
            self._list.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = {}
        if card is None:
            return
        seen = card.visit.state in (VisitState.CHECKED, VisitState.PHOTOGRAPHED)
        for key in card.documents:
            row = CheckRow(self.context.look)
            row.setObjectName(f"documents.{key}")
            row.setChecked(seen and key not in card.visit.missing)
            row.toggled.connect(lambda _ticked: self._ticked())
            self._rows[key] = row
            self._list.column.addWidget(row)

    def _ticked(self) -> None:
        self._recalled = False
        self.refresh()

    def _show_outcomes(self) -> None:
        self._outcomes.reset()
        self._pages.setCurrentWidget(self._outcomes)
        self.refresh()

    def _show_list(self) -> None:
        self._pages.setCurrentWidget(self._list)
        self.refresh()

    def _close(self, outcome: Outcome, reason: str) -> None:
        self.closed.emit(self.present, outcome, reason)
