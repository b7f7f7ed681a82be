"""The scaffold of a sheet of the gallery: title above, content in the middle, actions below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role, Tone


class Page(QWidget):
    """Title and lead text, `body` (a Column to fill), and `actions` (widgets given to `set_actions`).

    Actions stand in one row at the bottom; on an upright display below each other, the last (main) one lowest.
    """

    def __init__(self, look: Look, title: str = "", lead: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._title = Label(look, title, Role.TITLE)
        self._lead = Label(look, lead, Role.LEAD, tone=Tone.MUTED)
        self._outer = outer = Column(look, self, gap="l")
        head = Column(look, gap="s")
        head.addWidget(self._title)
        head.addWidget(self._lead)
        outer.addLayout(head)
        self.body = Column(look, gap="m")
        outer.addLayout(self.body, 1)
        self._bar = Row(look, gap="gap")
        outer.addLayout(self._bar)
        self.set_lead(lead)
        look.changed.connect(self._turn)
        self._turn()

    def set_title(self, title: str) -> None:
        """What this screen is for."""
        self._title.setText(title)

    def set_lead(self, lead: str) -> None:
        """One sentence below the title; "" takes it away."""
        self._lead.setText(lead)
        self._lead.setVisible(bool(lead))

    def set_actions(self, *buttons: QWidget) -> None:
        """The actions from left to right, the main one last. Replaces the actions before."""
        while self._bar.count():
            item = self._bar.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.setParent(None)
        for button in buttons:
            policy = button.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
            button.setSizePolicy(policy)
            self._bar.addWidget(button, 1)
        self._turn()

    def _turn(self) -> None:
        upright = self._look.portrait
        space = self._look.tokens.space
        self._outer.setContentsMargins(space.page, space.xl if upright else space.l, space.page, space.l)
        self._bar.setDirection(QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight)
        self._bar.setAlignment(Qt.AlignmentFlag.AlignBottom)
