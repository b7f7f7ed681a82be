"""How a visit ends: the outcome, and the reason where it does not end well."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk_app.booth.facts import Outcome
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.screens.base import ScreenContext
from kiosk_app.ui.screens.officer.choice_grid import Choice, ChoiceGrid

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

    `prefix` begins the object names ("done" -> "done.done", "done.reason.<key>"). `turned` comes when it begins to ask for
    the reason.
    """

    chosen = Signal(object, str)
    turned = Signal()

    def __init__(self, context: ScreenContext, prefix: str, outcomes: Sequence[Outcome], tiles: bool) -> None:
        super().__init__()
        self._context = context
        self._prefix = prefix
        self._outcomes = tuple(outcomes)
        self._outcome: Outcome | None = None
        self._choices = ChoiceGrid(context, tiles)
        self._choices.chosen.connect(self._choose)
        Column(context.look, self, gap="").addWidget(self._choices)
        self.refresh()

    @property
    def outcome(self) -> Outcome | None:
        """The outcome that was chosen and still wants its reason."""
        return self._outcome

    def reset(self) -> None:
        """Begins with the outcomes again."""
        self._outcome = None
        self.refresh()

    def refresh(self) -> None:
        """In the language and with the reasons of now."""
        outcome = self._outcome
        if outcome is None:
            self._choices.show_choices(
                [
                    Choice(
                        choice, OUTCOME_KEYS[choice], _ICONS[choice], f"{self._prefix}.{choice}", choice is Outcome.DONE
                    )
                    for choice in self._outcomes
                ]
            )
        else:
            self._choices.show_choices(
                [Choice(key, key, _ICONS[outcome], f"{self._prefix}.reason.{key}") for key in self._reasons()]
            )

    def _reasons(self) -> tuple[str, ...]:
        return self._context.profile().incomplete_reasons

    def _choose(self, value: str) -> None:
        if self._outcome is not None:
            self.chosen.emit(self._outcome, value)
        elif Outcome(value) is Outcome.DONE or not self._reasons():
            self.chosen.emit(Outcome(value), "")
        else:
            self._outcome = Outcome(value)
            self.refresh()
            self.turned.emit()
