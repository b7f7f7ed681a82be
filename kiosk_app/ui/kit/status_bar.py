"""The official strip at the top of every screen: whose service this is, what time it is, how the network does."""

from enum import StrEnum

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role, Tone


class LinkState(StrEnum):
    """How the way to the office does, as its icon."""

    ONLINE = "cloud-check"
    SENDING = "cloud-upload"
    OFFLINE = "wifi-off"
    TROUBLE = "cloud-alert"


class StatusBar(QWidget):
    """Office and ministry at the left, state of the network and the clock at the right, a gold line below.

    All texts are given: they come from the profile and the catalogue. `set_link` shows an icon and always words too. On
    an upright display network and clock have their own line.
    """

    def __init__(self, look: Look, office: str = "", ministry: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._office = Label(look, office, Role.STRIP, tone=Tone.ON_STRIP, wrap=False)
        self._ministry = Label(look, ministry, Role.STRIP_SMALL, tone=Tone.ON_STRIP_MUTED, wrap=False)
        self._date = Label(look, "", Role.STRIP_SMALL, tone=Tone.ON_STRIP_MUTED, wrap=False)
        self._time = Label(look, "", Role.STRIP, tone=Tone.ON_STRIP, wrap=False)
        self._words = Label(look, "", Role.STRIP_SMALL, tone=Tone.ON_STRIP, wrap=False)
        self._mark = IconView(look, LinkState.ONLINE, size="icon_s", tone=Tone.ON_STRIP)
        self.brand = self._group(
            IconView(look, "landmark", size="icon_l", tone=Tone.ON_STRIP), self._office, self._ministry
        )
        self._middle = self._group(self._mark, self._words)
        self._right = self._group(None, self._time, self._date)
        self._grid = QGridLayout(self)
        look.changed.connect(self._arrange)
        self._arrange()

    def set_office(self, office: str, ministry: str) -> None:
        """The office's name, and the ministry's below it."""
        self._office.setText(office)
        self._ministry.setText(ministry)

    def set_clock(self, time: str, date: str) -> None:
        """Time and date as they are to be read."""
        self._time.setText(time)
        self._date.setText(date)

    def set_link(self, state: LinkState, words: str) -> None:
        """The state of the network and what it means in a few words."""
        self._mark.set_icon(state)
        self._words.setText(words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the strip and the gold line."""
        painter = painting.start(self)
        line = self._look.tokens.sizes.gold_line
        painter.fillRect(self.rect(), self._look.colour("strip"))
        painter.fillRect(QRect(0, self.height() - line, self.width(), line), self._look.colour("accent"))
        painter.end()

    def _group(self, mark: IconView | None, *lines: Label) -> QWidget:
        group = QWidget()
        row = Row(self._look, group, gap="m")
        if mark is not None:
            row.addWidget(mark)
        column = Column(self._look, gap="")
        for line in lines:
            column.addWidget(line)
        row.addLayout(column)
        return group

    def _arrange(self) -> None:
        space, sizes = self._look.tokens.space, self._look.tokens.sizes
        self._grid.setContentsMargins(space.l, space.s, space.l, space.s + sizes.gold_line)
        self._grid.setHorizontalSpacing(space.xl)
        self._grid.setVerticalSpacing(space.s)
        upright = self._look.portrait
        self._grid.addWidget(self.brand, 0, 0, 1, 3 if upright else 1)
        self._grid.addWidget(self._middle, 1 if upright else 0, 0 if upright else 1)
        self._grid.addWidget(self._right, 1 if upright else 0, 2, alignment=Qt.AlignmentFlag.AlignRight)
        self._grid.setColumnStretch(0 if not upright else 1, 1)
        self._grid.setColumnStretch(1 if not upright else 0, 0)
        self._grid.setRowMinimumHeight(0, sizes.strip - 2 * space.s - sizes.gold_line)
