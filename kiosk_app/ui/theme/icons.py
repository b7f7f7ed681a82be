"""Icons as pictures in a token's colour: Lucide's SVG strokes are `currentColor`, so a tint is one replacement."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer


class Icons:
    """Draws the icons of one folder and keeps what it drew.

    `pixmap` raises KeyError for an icon that is not in the folder: only the icons we use are shipped.
    """

    def __init__(self, folder: Path) -> None:
        self._sources = {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.svg"))}
        self._drawn: dict[tuple[str, str, int, float], QPixmap] = {}

    @property
    def names(self) -> frozenset[str]:
        """The icons there are."""
        return frozenset(self._sources)

    def pixmap(self, name: str, colour: str, px: int, ratio: float = 1.0) -> QPixmap:
        """The icon `px` logical pixels wide, in `colour` (#RRGGBB), for a display of that device pixel ratio."""
        key = (name, colour, px, ratio)
        if key not in self._drawn:
            self._drawn[key] = self._draw(*key)
        return self._drawn[key]

    def _draw(self, name: str, colour: str, px: int, ratio: float) -> QPixmap:
        source = self._sources[name].replace("currentColor", colour)
        renderer = QSvgRenderer(QByteArray(source.encode()))
        side = max(1, round(px * ratio))
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        picture.setDevicePixelRatio(ratio)
        return picture
