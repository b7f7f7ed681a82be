"""What stands around every screen: the practice mark, the footer of applicants, the footer of officers."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from kiosk_app.booth.flow import OFFICER_SCREENS, Screen
from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.language_bar import LanguageBar
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.screens.base import ScreenContext
from kiosk_app.ui.theme.tokens import Role, Tone


class Footer(QWidget):
    """A white bar with a line above it; buttons in a row."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self.context = context
        self.row = Row(context.look, gap="gap")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        Column(context.look, self, gap="").addLayout(self.row)
        context.look.changed.connect(self._pad)
        self._pad()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the bar and its line."""
        look = self.context.look
        painter = painting.start(self)
        painter.fillRect(self.rect(), look.colour("surface"))
        painter.fillRect(QRect(0, 0, self.width(), look.tokens.sizes.border), look.colour("divider"))
        painter.end()

    def _pad(self) -> None:
        space = self.context.look.tokens.space
        self.row.setContentsMargins(space.page, space.s, space.page, space.s)


class ApplicantFooter(Footer):
    """Back or stop, the languages, and the officer: the same place on every screen."""

    backWanted = Signal()
    finishWanted = Signal()
    helpWanted = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._back = context.button("footer.back", "btn.back", icon="arrow-left", kind=Kind.SECONDARY, tall=False)
        self._back.clicked.connect(self.backWanted)
        self._stop = context.button("footer.cancel", "btn.cancel", icon="x", kind=Kind.SECONDARY, tall=False)
        self._stop.clicked.connect(self.finishWanted)
        self._leave = QWidget()
        leave = Row(context.look, self._leave, gap="")
        leave.addWidget(self._back)
        leave.addWidget(self._stop)
        self.languages = LanguageBar(context.look, context.words)
        for language in ("id", "en", "zh"):
            self.languages.button(language).setObjectName(f"footer.lang.{language}")
        self._help = context.button("footer.help", "btn.help", icon="bell-ring", kind=Kind.SECONDARY, tall=False)
        self._help.clicked.connect(self.helpWanted)
        self._grid = QGridLayout()
        self.row.addLayout(self._grid)
        context.look.changed.connect(self._arrange)
        self._arrange()

    def _arrange(self) -> None:
        """One row; on an upright display the languages have their own."""
        upright = self.context.look.portrait
        self._grid.setSpacing(self.context.look.tokens.space.gap)
        for widget in (self._leave, self.languages, self._help):
            self._grid.removeWidget(widget)
        self._grid.addWidget(self._leave, 0, 0)
        self._grid.addWidget(self.languages, 1 if upright else 0, 0 if upright else 1, 1, 4 if upright else 1)
        self._grid.addWidget(self._help, 0, 3)
        self._grid.setColumnStretch(2, 1)
        self._grid.setAlignment(self.languages, Qt.AlignmentFlag.AlignLeft)

    def follow(self, back: bool, stop: bool, wants_help: bool) -> None:
        """Which of the buttons mean something now."""
        self._back.setVisible(back)
        self._stop.setVisible(stop)
        self._leave.setVisible(back or stop)
        self._help.setVisible(wants_help)


class OfficerFooter(Footer):
    """The queue, the sync, who is logged in, and out."""

    queueWanted = Signal()
    syncWanted = Signal()
    logOutWanted = Signal()

    def __init__(self, context: ScreenContext, booth_name: str) -> None:
        super().__init__(context)
        row = self.row
        self._queue = context.button("officer.queue", "desk.title", icon="list-checks", kind=Kind.SECONDARY, tall=False)
        self._queue.clicked.connect(self.queueWanted)
        self._sync = context.button("officer.sync", "desk.sync", icon="cloud-upload", kind=Kind.SECONDARY, tall=False)
        self._sync.clicked.connect(self.syncWanted)
        self._who = context.label(role=Role.CAPTION, tone=Tone.MUTED)
        self._booth = booth_name
        out = context.button("officer.logout", "officer.logout", icon="log-out", kind=Kind.SECONDARY, tall=False)
        out.clicked.connect(self.logOutWanted)
        row.addWidget(self._queue)
        row.addWidget(self._sync)
        row.addWidget(self._who, 1)
        row.addWidget(out)

    def follow(self, screen: Screen, officer: str) -> None:
        """Which screen this is, and who works here."""
        self._queue.setVisible(screen in OFFICER_SCREENS and screen is not Screen.QUEUE)
        self._sync.setVisible(screen is Screen.QUEUE)
        self._who.setText(" · ".join(part for part in (officer, self._booth) if part))


class PracticeMark(QWidget):
    """On every screen of a booth that only practises: nobody may take a practice number for a real one."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._look = context.look
        self.setObjectName("practice")
        label = context.label("practice.mark", Role.STRIP_SMALL, Tone.WARNING)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = Row(context.look, self, gap="m", margin="xs")
        row.addWidget(label, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the band."""
        painter = painting.start(self)
        painter.fillRect(self.rect(), self._look.colour("warning_soft"))
        painter.end()


class Notice(Banner):
    """What failed on an officer's screen that stays as it is."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, Mood.ERROR)
        self.setObjectName("notice")
        self.setVisible(False)
