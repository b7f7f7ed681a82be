"""One fact: what it is, and the value."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role, Tone


class InfoRow(QWidget):
    """A label, its value below, an icon at the left if given."""

    def __init__(
        self,
        look: Look,
        label: str = "",
        value: str = "",
        *,
        icon: str = "",
        role: Role = Role.LEAD,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label = Label(look, label, Role.CAPTION, tone=Tone.MUTED)
        self._value = Label(look, value, role)
        row = Row(look, self, gap="m")
        if icon:
            row.addWidget(IconView(look, icon, tone=Tone.PRIMARY), 0, Qt.AlignmentFlag.AlignTop)
        column = Column(look, gap="xs")
        column.addWidget(self._label)
        column.addWidget(self._value)
        column.addStretch(1)
        row.addLayout(column, 1)

    @property
    def value(self) -> str:
        """The value now."""
        return self._value.text()

    def set_label(self, label: str) -> None:
        """What the value is."""
        self._label.setText(label)

    def set_value(self, value: str) -> None:
        """The value."""
        self._value.setText(value)
