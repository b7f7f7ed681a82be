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


_ROWS = {
    KeySet.DIGITS: ("123", "456", "789", "<0x"),
    KeySet.CODE: ("1234567890", "QWERTYUIOP", "ASDFGHJKL-", "xZXCVBNM<"),
}
"""One character a key; `<` deletes the last character, `x` clears all. Letters are upper case, so x is free."""

_ICONS = {"<": ("delete", "key.delete"), "x": ("x", "key.clear")}


class Keypad(QWidget):
    """Emits `typed(str)` for each character, `deleted()` for the last one away, `cleared()` for all of them."""

    typed = Signal(str)
    deleted = Signal()
    cleared = Signal()

    def __init__(
        self,
        look: Look,
        translator: Translator,
        keys: KeySet = KeySet.DIGITS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._keys: dict[str, Pressable] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for row, characters in enumerate(_ROWS[keys]):
            for column, character in enumerate(characters):
                self._grid.addWidget(self._key(character, translator), row, column)
        look.changed.connect(self._space)
        self._space()

    def key(self, character: str) -> Pressable:
        """The key of a character; "<" deletes, "x" clears. Raises KeyError when this key set has none."""
        return self._keys[character]

    def _key(self, character: str, translator: Translator) -> "Key":
        icon, name = _ICONS.get(character, ("", ""))
        key = Key(self._look, "" if icon else character, icon=icon)
        if name:
            translator.bind(key.setAccessibleName, name)
        signal = {"<": self.deleted, "x": self.cleared}.get(character)
        if signal is not None:
            key.clicked.connect(lambda: signal.emit())
        else:
            key.clicked.connect(lambda: self.typed.emit(character))
        self._keys[character] = key
        return key

    def _space(self) -> None:
        self._grid.setSpacing(self._look.tokens.space.s)


class Key(Pressable):
    """One key: a character or an icon. Takes no focus by touch, so the field above keeps it."""

    def __init__(
        self,
        look: Look,
        character: str,
        *,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._icon = icon
        super().__init__(look, character, parent)
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
        quiet = bool(self._icon)
        fill = "primary_soft" if self.isDown() else "surface_sunken" if quiet else "surface"
        edge = colour("primary" if self.isDown() else "border")
        painting.box(
            painter,
            QRectF(self.rect()),
            sizes.radius_m,
            colour(fill),
            edge,
            sizes.border,
        )
        ink = "text" if self.isEnabled() else "text_disabled"
        if self._icon:
            painting.icon(
                painter,
                self._look,
                self._icon,
                ink,
                QPointF(QRectF(self.rect()).center()),
                sizes.icon_m,
            )
        else:
            painter.setFont(self._look.font(Role.KEY))
            painting.text(
                painter,
                self.rect(),
                self.words(),
                Qt.AlignmentFlag.AlignCenter,
                colour(ink),
            )
        painting.focus_ring(painter, self, self._look, sizes.radius_m)
        painter.end()
