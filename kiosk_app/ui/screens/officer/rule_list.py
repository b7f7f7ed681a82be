"""The rules of the photo, each with how it stands: sign, colour and words, never colour alone."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk_app.booth.portrait_rules import RULES
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.kit.layout import Row
from kiosk_app.ui.screens.base import ScreenContext
from kiosk_app.ui.theme.tokens import Role, Tone

_MARKS = {
    "pass": ("circle-check", Tone.SUCCESS),
    "advice": ("circle-alert", Tone.WARNING),
    "officer": ("circle-user-round", Tone.INFO),
    "": ("hourglass", Tone.MUTED),
}
_COLUMNS = 2


class RuleList(QWidget):
    """One line a rule, in the order in which the rules help."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self._verdicts: dict[str, str] = {}
        self._lines: dict[str, tuple[IconView, Label]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for place, rule in enumerate(RULES):
            icon = IconView(context.look, "hourglass", size="icon_s", tone=Tone.MUTED)
            label = context.label(f"rule.{rule}", Role.CAPTION)
            label.setObjectName(f"rule.{rule}")
            line = QWidget()
            row = Row(context.look, line, gap="s")
            row.addWidget(icon, 0, Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(label, 1)
            self._lines[rule] = (icon, label)
            rows = -(-len(RULES) // _COLUMNS)
            self._grid.addWidget(line, place % rows, place // rows)
        context.look.changed.connect(self._space)
        self._space()

    @property
    def verdicts(self) -> Mapping[str, str]:
        """What is shown now."""
        return self._verdicts

    def show_verdicts(self, verdicts: Mapping[str, str]) -> None:
        """Rule -> "pass", "advice" or "officer"; a rule that is not in it was not judged."""
        if self._verdicts == dict(verdicts):
            return
        self._verdicts = dict(verdicts)
        for rule, (icon, label) in self._lines.items():
            verdict = self._verdicts.get(rule, "")
            name, tone = _MARKS[verdict]
            icon.set_icon(name, tone)
            label.set_tone(Tone.NORMAL if verdict in ("pass", "") else tone)
            label.setAccessibleDescription(self._context.words.tr(f"verdict.{verdict}") if verdict else "")

    def _space(self) -> None:
        space = self._context.look.tokens.space
        self._grid.setHorizontalSpacing(space.m)
        self._grid.setVerticalSpacing(space.xs)
