"""No code: the priority groups get a number, everybody else learns how to book. Asked, never to be proved here."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.tile import TileButton
from kiosk_app.ui.screens.base import Heading, ScreenContext, ScreenView


class NoCodeScreen(ScreenView):
    """`answered` with whether the person needs priority."""

    answered = Signal(bool)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.NO_CODE)
        self.column.addWidget(Heading(context, "prio.ask", "prio.lead"))
        self.column.addStretch(1)
        self.column.addWidget(self._tile("no_code.yes", "prio.yes", "prio.who", "heart-handshake", True))
        self.column.addWidget(self._tile("no_code.no", "prio.no", "prio.no.sub", "calendar", False))
        self.column.addStretch(2)

    def _tile(self, name: str, title: str, line: str, icon: str, answer: bool) -> TileButton:
        words = self.context.words
        tile = TileButton(self.context.look, icon=icon, emphasis=answer)
        tile.setObjectName(name)
        tile.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        words.bind(tile.setText, title)
        words.bind(tile.set_subtitle, line)
        tile.clicked.connect(lambda: self.answered.emit(answer))
        return tile
