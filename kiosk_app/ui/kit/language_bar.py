"""The three languages, each written in itself, on every screen."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from kiosk_app.ui.i18n import LANGUAGES, Translator
from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.layout import Row
from kiosk_app.ui.kit.pressable import Pressable
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role


class LanguageBar(QWidget):
    """One button a language; the current one is marked. Pressing one changes the language of the translator."""

    def __init__(self, look: Look, translator: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._translator = translator
        self._group = QButtonGroup(self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._buttons: dict[str, _LanguageButton] = {}
        row = Row(look, self, gap="gap")
        for language in LANGUAGES:
            button = _LanguageButton(look, translator.tr(f"lang.name.{language}"))
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, chosen=language: translator.set_language(chosen))
            self._group.addButton(button)
            self._buttons[language] = button
            row.addWidget(button)
        self._mark(translator.language)
        translator.languageChanged.connect(self._mark)

    def button(self, language: str) -> Pressable:
        """The button of a language."""
        return self._buttons[language]

    def _mark(self, language: str) -> None:
        self._buttons[language].setChecked(True)


class _LanguageButton(Pressable):
    """A pill; filled when it is the language now."""

    def sizeHint(self) -> QSize:
        space, sizes = self._look.tokens.space, self._look.tokens.sizes
        words = QFontMetrics(self._look.font(Role.CHIP)).horizontalAdvance(self.words())
        return QSize(max(sizes.target, words + 2 * (space.m if self._look.portrait else space.l)), sizes.target)

    def heightForWidth(self, _width: int) -> int:
        return self._look.tokens.sizes.target

    def paintEvent(self, _event: QPaintEvent) -> None:
        sizes, colour = self._look.tokens.sizes, self._look.colour
        chosen = self.isChecked()
        painter = painting.start(self)
        radius = sizes.radius_m
        fill = "primary" if chosen else "primary_soft" if self.isDown() else "surface"
        painting.box(
            painter, QRectF(self.rect()), radius, colour(fill), colour("primary" if chosen else "border"), sizes.border
        )
        painter.setFont(self._look.font(Role.CHIP))
        painting.text(
            painter, self.rect(), self.words(), Qt.AlignmentFlag.AlignCenter, colour("on_primary" if chosen else "text")
        )
        painting.focus_ring(painter, self, self._look, radius)
        painter.end()
