"""Columns and rows whose distances are tokens and follow a change of theme or display."""

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk_app.ui.theme.look import Look


def _space(look: Look, name: str) -> int:
    return int(getattr(look.tokens.space, name)) if name else 0


def _spread(layout: QBoxLayout, look: Look, gap: str, margin: str) -> None:
    edge = _space(look, margin)
    layout.setSpacing(_space(look, gap))
    layout.setContentsMargins(edge, edge, edge, edge)


class Column(QVBoxLayout):
    """Things below each other. `gap` and `margin` name a field of `Space` ("m", "gap", "page"), "" is none."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, gap: str = "m", margin: str = "") -> None:
        super().__init__()
        self._measures = (look, gap, margin)
        look.changed.connect(self._spread)
        self._spread()
        if parent is not None:
            parent.setLayout(self)

    def _spread(self) -> None:
        _spread(self, *self._measures)


class Row(QHBoxLayout):
    """Things beside each other. `gap` and `margin` as in `Column`."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, gap: str = "m", margin: str = "") -> None:
        super().__init__()
        self._measures = (look, gap, margin)
        look.changed.connect(self._spread)
        self._spread()
        if parent is not None:
            parent.setLayout(self)

    def _spread(self) -> None:
        _spread(self, *self._measures)
