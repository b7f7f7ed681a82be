"""The choice of language, each written in itself."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.i18n import LANGUAGES
from kiosk_app.ui.kit.tile import TileButton
from kiosk_app.ui.screens.base import Heading, ScreenContext, ScreenView


class LanguageScreen(ScreenView):
    """`chosen` comes after the language was changed."""

    chosen = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.LANGUAGE)
        heading = Heading(context, "lang.choose.all")
        self.column.addWidget(heading)
        self.column.addStretch(1)
        for language in LANGUAGES:
            tile = TileButton(context.look, context.words.tr(f"lang.name.{language}"), icon="languages")
            tile.setObjectName(f"language.{language}")
            tile.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            tile.clicked.connect(lambda _checked=False, chosen=language: self._choose(chosen))
            self.column.addWidget(tile)
        self.column.addStretch(2)

    def _choose(self, language: str) -> None:
        self.context.words.set_language(language)
        self.chosen.emit()
