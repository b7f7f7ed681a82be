"""The papers to have ready, on the ticket: with those that are often missing marked."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kiosk_app.booth.reception import Ticket
from kiosk_app.ui.kit.banner import Mood
from kiosk_app.ui.kit.card import Card
from kiosk_app.ui.kit.chip import Chip
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.kit.scroll import ScrollColumn
from kiosk_app.ui.screens.base import ScreenContext
from kiosk_app.ui.theme.tokens import Role, Tone


class TicketPapers(Card):
    """A list of documents as catalogue keys."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, gap="m")
        self._context = context
        self._lines: list[QWidget] = []
        self.column.addWidget(context.label("doc.title", Role.HEADING))
        self._list = ScrollColumn(context.look, gap="m")
        self.column.addWidget(self._list, 1)
        self._copy = context.label("doc.copy", Role.CAPTION, Tone.MUTED)
        self.column.addWidget(self._copy)

    def show_ticket(self, ticket: Ticket | None) -> None:
        """The papers of the ticket's service; where the service is not known yet, the ones everybody needs to show."""
        for line in self._lines:
            self._list.column.removeWidget(line)
            line.hide()
            line.deleteLater()
        documents = () if ticket is None else ticket.documents or ("doc.ktp", "doc.kk")
        often = () if ticket is None else ticket.often_missing
        self._lines = [self._line(key, key in often) for key in documents]
        for line in self._lines:
            self._list.column.addWidget(line)

    def _line(self, key: str, often_missing: bool) -> QWidget:
        look, words = self._context.look, self._context.words
        line = QWidget()
        row = Row(look, line, gap="m")
        row.addWidget(IconView(look, "file-check", size="icon_m"), 0, Qt.AlignmentFlag.AlignTop)
        column = Column(look, gap="xs")
        label = self._context.label(role=Role.BODY)
        label.setText(words.tr(key))
        column.addWidget(label)
        if often_missing:
            chip = Chip(look, words.tr("doc.often"), mood=Mood.WARNING, icon="triangle-alert")
            column.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(column, 1)
        return line
