"""A few large choices, remade whenever what can be chosen changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from kiosk_app.ui.kit.button import Button, Kind
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.kit.scroll import ScrollColumn
from kiosk_app.ui.kit.tile import TileButton
from kiosk_app.ui.screens.base import ScreenContext

_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` is what is emitted, `key` the words, `name` the object name; `main` is the usual one."""

    value: str
    key: str
    icon: str
    name: str
    main: bool = False


class ChoiceGrid(QWidget):
    """Two beside each other on a lying display, below each other on an upright one; scrolls when there are many.

    `tiles` makes them large, with an icon; else they are buttons, for where there is less room.
    """

    chosen = Signal(str)

    def __init__(self, context: ScreenContext, tiles: bool) -> None:
        super().__init__()
        self._context = context
        self._large = tiles
        self._choices: tuple[Choice, ...] = ()
        self._tiles: list[Button | TileButton] = []
        self._list = ScrollColumn(context.look, gap="")
        self._grid = QGridLayout()
        self._list.column.addLayout(self._grid)
        Column(context.look, self, gap="").addWidget(self._list)
        context.look.changed.connect(self._arrange)

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """What can be chosen now; the same again changes only the words."""
        if tuple(choices) != self._choices:
            self._remake(tuple(choices))
        for tile, choice in zip(self._tiles, self._choices, strict=True):
            tile.setText(self._context.words.tr(choice.key))

    def _remake(self, choices: tuple[Choice, ...]) -> None:
        for tile in self._tiles:
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._choices = choices
        self._tiles = [self._tile(choice) for choice in choices]
        self._arrange()

    def _tile(self, choice: Choice) -> Button | TileButton:
        look = self._context.look
        tile: Button | TileButton = Button(look, kind=Kind.SECONDARY)
        if self._large:
            tile = TileButton(look, icon=choice.icon, emphasis=choice.main)
        tile.setObjectName(choice.name)
        tile.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        tile.clicked.connect(lambda: self.chosen.emit(choice.value))
        return tile

    def _arrange(self) -> None:
        look = self._context.look
        self._grid.setSpacing(look.tokens.space.gap)
        self._list.column.setContentsMargins(0, 0, look.tokens.space.m, 0)
        columns = 1 if look.portrait else _COLUMNS
        for place, tile in enumerate(self._tiles):
            self._grid.removeWidget(tile)
            self._grid.addWidget(tile, place // columns, place % columns)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
