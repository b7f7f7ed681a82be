"""The keys on the screen: digits, or digits and letters. There is no system keyboard at a kiosk."""

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.pressable import Pressable
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role


class KeySet(StrEnum):
    """Which characters there are."""

    DIGITS = "digits"
    CODE = "code"


DELETE = "<"
CLEAR = "x"
"""Signs of the two keys that type nothing; the characters are upper case, so both are free."""

_ROWS = {
    KeySet.DIGITS: ("123", "456", "789", "x0<"),
    KeySet.CODE: ("1234567890", "QWERTYUIOP", "ASDFGHJKL-", "ZXCVBNM<x"),
}
"""One sign a key; the clearing key takes what is left of its row."""


class Keypad(QWidget):
    """Emits `typed(str)` for each character, `deleted()` for the last one away, `cleared()` for all of them."""

    typed = Signal(str)
    deleted = Signal()
    cleared = Signal()

    def __init__(
        self, look: Look, translator: Translator, keys: KeySet = KeySet.DIGITS, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._keys: dict[str, Pressable] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for row, characters in enumerate(_ROWS[keys]):
            for column, character in enumerate(characters):
                left = len(_ROWS[keys][0]) - len(characters) if character == CLEAR else 0
                self._grid.addWidget(self._key(character, translator), row, column, 1, 1 + left)
        look.changed.connect(self._space)
        self._space()

    def key(self, character: str) -> Pressable:
        """The key of a character; DELETE, CLEAR. Raises KeyError when this key set has none."""
        return self._keys[character]

    def _key(self, character: str, translator: Translator) -> "Key":
        if character == DELETE:
            key = Key(self._look, "", icon="delete")
            translator.bind(key.setAccessibleName, "key.delete")
            key.clicked.connect(lambda: self.deleted.emit())
        elif character == CLEAR:
            key = Key(self._look, "", role=Role.CAPTION)
            translator.bind(key.setText, "key.clear")
            key.clicked.connect(lambda: self.cleared.emit())
        else:
            key = Key(self._look, character)
            key.clicked.connect(lambda: self.typed.emit(character))
        self._keys[character] = key
        return key

    def _space(self) -> None:
        """Keys lie closer than other targets: gaps of 1 to 3 mm make no difference to errors (Colle, Hiszem 2004)."""
        gap, rows = self._look.tokens.space.s, self._grid.rowCount()
        self._grid.setSpacing(gap)
        self.setMaximumHeight(rows * self._look.tokens.sizes.key_max + (rows - 1) * gap)


class Key(Pressable):
    """One key: a character, a word or an icon; quiet when it is no character. Takes no focus by touch."""

    def __init__(
        self, look: Look, text: str, *, icon: str = "", role: Role = Role.KEY, parent: QWidget | None = None
    ) -> None:
        self._icon = icon
        self._role = role
        super().__init__(look, text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        """The usual key."""
        side = self._look.tokens.sizes.key
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """The least target."""
        side = self._look.tokens.sizes.target
        return QSize(side, side)

    def hasHeightForWidth(self) -> bool:
        """False: a key takes the room its grid has."""
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the key."""
        sizes, colour = self._look.tokens.sizes, self._look.colour
        painter = painting.start(self)
        quiet = bool(self._icon) or self._role is not Role.KEY
        fill = "primary_soft" if self.isDown() else "surface_sunken" if quiet else "surface"
        edge = colour("primary" if self.isDown() else "border")
        painting.box(painter, QRectF(self.rect()), sizes.radius_m, colour(fill), edge, sizes.border)
        ink = "text" if self.isEnabled() else "text_disabled"
        if self._icon:
            painting.icon(painter, self._look, self._icon, ink, QPointF(QRectF(self.rect()).center()), sizes.icon_m)
        else:
            painter.setFont(self._look.font(self._role))
            painting.text(painter, self.rect(), self.words(), Qt.AlignmentFlag.AlignCenter, colour(ink))
        painting.focus_ring(painter, self, self._look, sizes.radius_m)
        painter.end()
