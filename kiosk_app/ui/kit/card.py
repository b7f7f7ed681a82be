"""Fields that hold things together: a card, and the quieter sunken panel."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.theme.look import Look


class Card(QFrame):
    """A white field with a column in it: `card.column.addWidget(...)`. `sunken` is a grey one without a border."""

    def __init__(
        self,
        look: Look,
        *,
        gap: str = "m",
        margin: str = "l",
        sunken: bool = False,
        emphasis: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kit", "sunken" if sunken else "card")
        self.setProperty("emphasis", emphasis)
        self.column = Column(look, self, gap=gap, margin=margin)
