"""Who is at the desk: number, name, type, and what to know about the visit."""

from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk_app.booth.desk import VisitCard
from kiosk_app.ui.kit.chip import Chip
from kiosk_app.ui.kit.code_field import grouped
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.screens.base import ScreenContext
from kiosk_app.ui.screens.officer.flags import flag_texts, service_text
from kiosk_app.ui.theme.tokens import Role, Tone

_CHIPS_PER_ROW = 2


class VisitHead(QWidget):
    """Filled with a card; emptied with None. `numbered` shows the application number large, for the other PC."""

    def __init__(self, context: ScreenContext, numbered: bool = True) -> None:
        super().__init__()
        self._context = context
        self._numbered = numbered
        self._number = context.label(role=Role.DISPLAY, tone=Tone.PRIMARY)
        self._number.setObjectName("visit.number")
        self._name = context.label(role=Role.HEADING)
        self._name.setObjectName("visit.name")
        self._service = context.label(role=Role.BODY, tone=Tone.MUTED)
        self._caption = context.label("desk.number", Role.CAPTION, Tone.MUTED)
        self._application = context.label(role=Role.HEADING)
        self._application.setObjectName("visit.application")
        self._flags = QGridLayout()
        self._flags.setColumnStretch(_CHIPS_PER_ROW, 1)
        self._chips: list[Chip] = []
        column = Column(context.look, self, gap="s")
        for label in (self._number, self._name, self._service):
            column.addWidget(label)
        column.addLayout(self._flags)
        column.addSpacing(context.look.tokens.space.m)
        column.addWidget(self._caption)
        column.addWidget(self._application)

    def show_card(self, card: VisitCard | None) -> None:
        """Shows a visit."""
        words, profile = self._context.words, self._context.profile()
        for chip in self._chips:
            self._flags.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        application = card.application_number if card is not None else ""
        self._number.setText(card.visit.number if card is not None else "")
        self._name.setText((card.name or words.tr("desk.name.unknown")) if card is not None else "")
        self._application.setText(grouped(application))
        for label in (self._caption, self._application):
            label.setVisible(self._numbered and bool(application))
        if card is None:
            self._service.setText("")
            return
        parts = [service_text(card.service_title, words)]
        if card.slot is not None:
            parts.append(words.formats.moment(card.slot, profile.zone))
        self._service.setText("\n".join(parts))
        self._flags.setSpacing(self._context.look.tokens.space.s)
        for place, (text, mood) in enumerate(flag_texts(card.flags, words)):
            chip = Chip(self._context.look, text, mood=mood)
            self._chips.append(chip)
            self._flags.addWidget(chip, place // _CHIPS_PER_ROW, place % _CHIPS_PER_ROW)
