"""The bottom of every screen: the languages, and an officer's help."""

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.button import Button, Kind
from kiosk_app.ui.kit.language_bar import LanguageBar
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.theme.look import Look


class FootBar(QWidget):
    """Languages at the left, "Panggil Petugas" at the right; `helpWanted` when that is pressed. Works offline.

    Where both do not fit beside each other (large letters on an upright display) help stands above the languages.
    """

    helpWanted = Signal()

    def __init__(self, look: Look, translator: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.languages = LanguageBar(look, translator)
        self.help = Button(look, icon="hand-helping", kind=Kind.SECONDARY, tall=False)
        translator.bind(self.help.setText, "btn.help")
        translator.languageChanged.connect(self._pad)
        self.help.clicked.connect(lambda: self.helpWanted.emit())
        self._row = Row(look, gap="gap")
        self._row.addWidget(self.help)
        self._row.addStretch(1)
        self._row.addWidget(self.languages)
        Column(look, self).addLayout(self._row)
        look.changed.connect(self._pad)
        self._pad()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the field and the line above it."""
        painter = painting.start(self)
        painter.fillRect(self.rect(), self._look.colour("surface"))
        line = QRect(0, 0, self.width(), self._look.tokens.sizes.border)
        painter.fillRect(line, self._look.colour("divider"))
        painter.end()

    def _pad(self, _language: str = "") -> None:
        space = self._look.tokens.space
        self._row.setContentsMargins(space.page, space.s, space.page, space.s)
        needed = self.help.minimumSizeHint().width() + self.languages.minimumSizeHint().width()
        fits = needed + space.gap + 2 * space.page <= self._look.tokens.metrics.width
        self._row.setDirection(QBoxLayout.Direction.RightToLeft if fits else QBoxLayout.Direction.TopToBottom)
