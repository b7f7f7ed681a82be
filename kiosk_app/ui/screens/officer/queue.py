"""Whose turn it is: the queue as one officer works on it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk_app.booth.desk import QueueView
from kiosk_app.booth.flow import Screen
from kiosk_app.booth.visits import Visit, VisitState
from kiosk_app.ui.kit.button import Button, Kind
from kiosk_app.ui.kit.card import Card
from kiosk_app.ui.kit.info_row import InfoRow
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.kit.scroll import ScrollColumn
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView, Stage
from kiosk_app.ui.screens.officer.queue_line import QueueLine
from kiosk_app.ui.services import SyncView
from kiosk_app.ui.theme.tokens import Role, Tone

_COUNTS = ("waiting", "arrived", "finished", "turned_away")


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
        self._link = SyncView()
        self._heading = Heading(context)
        counts = Card(look, sunken=True)
        grid = QGridLayout()
        grid.setSpacing(look.tokens.space.m)
        counts.column.addLayout(grid)
        self._counts: dict[str, InfoRow] = {}
        for place, name in enumerate(_COUNTS):
            row = InfoRow(look, role=Role.HEADING)
            row.setObjectName(f"queue.count.{name}")
            context.words.bind(row.set_label, f"desk.count.{name}")
            self._counts[name] = row
            grid.addWidget(row, place // 2, place % 2)
        head = QWidget()
        left = Column(look, head, gap="l")
        left.addWidget(self._heading)
        left.addWidget(counts)
        self.next = context.button("queue.next", "desk.call", icon="megaphone")
        self.next.clicked.connect(self.nextWanted)
        self._list = ScrollColumn(look, gap="s")
        self._list.column.setContentsMargins(0, 0, look.tokens.space.m, 0)
        self._lines: list[QWidget] = []
        self.column.addLayout(Stage(look, head, self._list, Actions(look, self.next, stacked=True), shares=(4, 9)), 1)
        self.refresh()

    def show_link(self, link: SyncView) -> None:
        """When the office was last heard, and what it does not have yet."""
        self._link = link
        self.refresh()

    def show_queue(self, view: QueueView) -> None:
        """The queue as it is now."""
        if view != self._view:
            self._view = view
            self.refresh()

    def clear(self) -> None:
        """Nobody is logged in any more."""
        self._view = None
        self.refresh()

    def refresh(self) -> None:
        """All rows."""
        words, view, link = self.context.words, self._view, self._link
        contact = ""
        if link.last_contact is not None:
            when = words.formats.time(link.last_contact, self.context.profile().zone)
            contact = words.tr("desk.contact", t=when)
        waiting = link.waiting + link.blobs_waiting
        sending = words.count("net.pending", waiting) if waiting else ""
        self._heading.set_texts(words.tr("desk.title"), "\n".join(part for part in (contact, sending) if part))
        for line in self._lines:
            self._list.column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = []
        self.next.setEnabled(view is not None and bool(view.waiting))
        numbers = (
            (len(view.waiting), view.arrived, view.finished, view.turned_away) if view is not None else (0, 0, 0, 0)
        )
        for row, number in zip(self._counts.values(), numbers, strict=True):
            row.set_value(words.formats.number(number))
        if view is None:
            return
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
            button = self._button(f"queue.back.{visit.number}", "desk.back", "undo-2")
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
