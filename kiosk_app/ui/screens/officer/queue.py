"""Whose turn it is: the queue as one officer works on it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk_app.booth.desk import QueueView
from kiosk_app.booth.flow import Screen
from kiosk_app.booth.ports import OfficerSession
from kiosk_app.booth.visits import Visit, VisitState
from kiosk_app.ui.kit.button import Button, Kind
from kiosk_app.ui.kit.card import Card
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.kit.scroll import ScrollColumn
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView, Stage
from kiosk_app.ui.screens.officer.queue_line import QueueLine
from kiosk_app.ui.theme.tokens import Role, Tone


class QueueScreen(ScreenView):
    """`opened(visit, state)` for a row that was pressed: it is called, or opened again where it is at a desk."""

    nextWanted = Signal()
    opened = Signal(str, object)
    missed = Signal(str)
    broughtBack = Signal(str)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.QUEUE)
        look = context.look
        self._view: QueueView | None = None
        self._session: OfficerSession | None = None
        self._heading = Heading(context, "desk.title")
        self._counts = context.label(role=Role.BODY, tone=Tone.MUTED)
        self._counts.setObjectName("queue.counts")
        counts = Card(look, sunken=True)
        counts.column.addWidget(self._counts)
        head = QWidget()
        left = Column(look, head, gap="l")
        left.addWidget(self._heading)
        left.addWidget(counts)
        self.next = context.button("queue.next", "desk.call", icon="megaphone")
        self.next.clicked.connect(self.nextWanted)
        self._list = ScrollColumn(look, gap="s")
        self._lines: list[QWidget] = []
        self.column.addLayout(Stage(look, head, self._list, Actions(look, self.next), shares=(4, 9)), 1)
        self.refresh()

    def show_officer(self, session: OfficerSession | None) -> None:
        """Who works here."""
        self._session = session
        self.refresh()

    def show_queue(self, view: QueueView) -> None:
        """The queue as it is now."""
        if view != self._view:
            self._view = view
            self.refresh()

    def clear(self) -> None:
        """Nobody is logged in any more."""
        self._view = None
        self._session = None
        self.refresh()

    def refresh(self) -> None:
        """All rows."""
        words = self.context.words
        view, session = self._view, self._session
        self._heading.set_texts(words.tr("desk.title"), session.name if session is not None else "")
        for line in self._lines:
            self._list.column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = []
        self.next.setEnabled(view is not None and bool(view.waiting))
        if view is None:
            self._counts.setText("")
            return
        self._counts.setText(
            "\n".join(
                (
                    words.count("desk.waiting", len(view.waiting)),
                    words.count("desk.arrived", view.arrived),
                    words.count("desk.served", view.finished),
                    words.count("desk.turned_away", view.turned_away),
                )
            )
        )
        self._section("desk.current", view.at_desks)
        self._section("desk.queue", view.waiting)
        self._section("desk.missed", view.missed)
        if not (view.waiting or view.at_desks or view.missed):
            self._show(self.context.label("desk.empty", Role.HEADING))
            self._show(self.context.label("desk.empty.next", Role.BODY, Tone.MUTED))

    def _section(self, key: str, visits: tuple[Visit, ...]) -> None:
        if not visits:
            return
        self._show(self.context.label(key, Role.STRONG, Tone.MUTED))
        for visit in visits:
            self._show(self._line(visit))

    def _show(self, line: QWidget) -> None:
        self._lines.append(line)
        self._list.column.addWidget(line)

    def _line(self, visit: Visit) -> QWidget:
        line = QueueLine(self.context, visit)
        name, state = visit.id, visit.state
        button: Button | None = None
        if state is VisitState.MISSED:
            line.setEnabled(False)
            button = self._button(f"queue.back.{visit.number}", "desk.bring_back", "undo-2")
            button.clicked.connect(lambda: self.broughtBack.emit(name))
        else:
            line.clicked.connect(lambda: self.opened.emit(name, state))
            if state is VisitState.CALLED:
                button = self._button(f"queue.miss.{visit.number}", "desk.skip", "skip-forward")
                button.clicked.connect(lambda: self.missed.emit(name))
        if button is None:
            return line
        both = QWidget()
        row = Row(self.context.look, both, gap="gap")
        row.addWidget(line, 1)
        row.addWidget(button)
        return both

    def _button(self, name: str, key: str, icon: str) -> Button:
        return self.context.button(name, key, icon=icon, kind=Kind.SECONDARY, tall=False)
