"""What stands around every screen: the practice mark, the footer of applicants, the footer of officers."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk_app.booth.flow import OFFICER_SCREENS, Screen
from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.chip import Chip
from kiosk_app.ui.kit.language_bar import LanguageBar
from kiosk_app.ui.kit.layout import Row
from kiosk_app.ui.screens.base import ScreenContext
from kiosk_app.ui.theme.tokens import Role, Tone


class ApplicantFooter(QWidget):
    """Back or stop, the languages, and the officer: the same place on every screen."""

    backWanted = Signal()
    finishWanted = Signal()
    helpWanted = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        row = Row(context.look, self, gap="gap")
        self._back = context.button("footer.back", "btn.back", icon="arrow-left", kind=Kind.SECONDARY, tall=False)
        self._back.clicked.connect(self.backWanted)
        self._stop = context.button("footer.cancel", "btn.cancel", icon="x", kind=Kind.SECONDARY, tall=False)
        self._stop.clicked.connect(self.finishWanted)
        self.languages = LanguageBar(context.look, context.words)
        for language in ("id", "en", "zh"):
            self.languages.button(language).setObjectName(f"footer.lang.{language}")
        self._help = context.button("footer.help", "btn.help", icon="bell-ring", kind=Kind.SECONDARY, tall=False)
        self._help.clicked.connect(self.helpWanted)
        for widget in (self._back, self._stop):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.languages)
        row.addStretch(1)
        row.addWidget(self._help)

    def follow(self, back: bool, stop: bool, wants_help: bool) -> None:
        """Which of the buttons mean something now."""
        self._back.setVisible(back)
        self._stop.setVisible(stop and not back)
        self._help.setVisible(wants_help)


class OfficerFooter(QWidget):
    """The queue, the sync, who is logged in, and out."""

    queueWanted = Signal()
    syncWanted = Signal()
    logOutWanted = Signal()

    def __init__(self, context: ScreenContext, booth_name: str) -> None:
        super().__init__()
        self._context = context
        row = Row(context.look, self, gap="gap")
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
        self.setObjectName("practice")
        row = Row(context.look, self, gap="")
        self._chip = Chip(context.look, mood=Mood.WARNING, icon="triangle-alert")
        context.words.bind(self._chip_text, "practice.mark")
        row.addStretch(1)
        row.addWidget(self._chip)
        row.addStretch(1)

    def _chip_text(self, text: str) -> None:
        self._chip.set_text(text)


class Notice(Banner):
    """What failed on an officer's screen that stays as it is."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, Mood.ERROR)
        self.setObjectName("notice")
        self.setVisible(False)
