"""How a visit ends where it does not end well: the outcome, then the reason."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.booth.facts import Outcome
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.kit.scroll import ScrollColumn
from kiosk_app.ui.kit.tile import TileButton
from kiosk_app.ui.screens.base import ScreenContext

OUTCOME_KEYS = {
    Outcome.DONE: "outcome.completed",
    Outcome.INCOMPLETE: "outcome.incomplete",
    Outcome.REFERRED: "outcome.referred",
    Outcome.REFUSED: "outcome.refused",
}
_ICONS = {
    Outcome.DONE: "circle-check",
    Outcome.INCOMPLETE: "clipboard-list",
    Outcome.REFERRED: "building-2",
    Outcome.REFUSED: "ban",
}


class OutcomePanel(QWidget):
    """`chosen(outcome, reason)`; the reason is a catalogue key, "" for a visit that is done or an office without reasons.

    `prefix` begins the object names ("done" -> "done.done", "done.reason.<key>").
    """

    chosen = Signal(object, str)

    def __init__(self, context: ScreenContext, prefix: str, outcomes: Sequence[Outcome]) -> None:
        super().__init__()
        self._context = context
        self._prefix = prefix
        self._outcomes = tuple(outcomes)
        self._outcome: Outcome | None = None
        column = Column(context.look, self, gap="")
        self._list = ScrollColumn(context.look, gap="gap")
        column.addWidget(self._list)
        self._tiles: list[TileButton] = []
        self.reset()

    @property
    def outcome(self) -> Outcome | None:
        """The outcome that was chosen and still wants its reason."""
        return self._outcome

    def reset(self) -> None:
        """Begins with the outcomes again."""
        self._outcome = None
        self._fill()

    def refresh(self) -> None:
        """In the language and with the reasons of now."""
        self._fill()

    def choose(self, outcome: Outcome) -> None:
        """As if its tile was pressed."""
        reasons = self._context.profile().incomplete_reasons
        if outcome is Outcome.DONE or not reasons:
            self.chosen.emit(outcome, "")
        else:
            self._outcome = outcome
            self._fill()

    def _fill(self) -> None:
        for tile in self._tiles:
            self._list.column.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._tiles = []
        outcome = self._outcome
        if outcome is None:
            for choice in self._outcomes:
                tile = self._tile(f"{self._prefix}.{choice.value}", OUTCOME_KEYS[choice], _ICONS[choice])
                tile.clicked.connect(lambda _checked=False, choice=choice: self.choose(choice))
            return
        for key in self._context.profile().incomplete_reasons:
            tile = self._tile(f"{self._prefix}.reason.{key}", key, _ICONS[outcome])
            tile.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(outcome, key))

    def _tile(self, name: str, key: str, icon: str) -> TileButton:
        first = self._outcome is None and not self._tiles and self._outcomes[0] is Outcome.DONE
        tile = TileButton(self._context.look, self._context.words.tr(key), icon=icon, emphasis=first)
        tile.setObjectName(name)
        tile.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._tiles.append(tile)
        self._list.column.addWidget(tile)
        return tile
