"""What can be pressed: the common part of the kit's painted buttons."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kiosk_app.ui.theme.look import Look


class Pressable(QPushButton):
    """A QPushButton (so that assistive technology and the keyboard know it) whose whole face the kit paints.

    The keyboard presses it with Space only: a USB code scanner ends its code with Enter, which must never press
    whatever has the focus. The height follows the width, because text wraps.
    """

    def __init__(self, look: Look, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoDefault(False)
        look.changed.connect(self._follow_look)
        look.focusShown.connect(self._repaint)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Set the words; they are also the accessible name."""
        super().setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        self.updateGeometry()

    def words(self) -> str:
        """The text as it was given (`text()` has Qt's doubled ampersands)."""
        return self.text().replace("&&", "&")

    def hasHeightForWidth(self) -> bool:
        """True: text wraps."""
        return True

    def minimumSizeHint(self) -> QSize:
        """The same as the hint; a target never shrinks below it."""
        return self.sizeHint()

    def _follow_look(self) -> None:
        self.updateGeometry()
        self.update()

    def _repaint(self, _visible: bool) -> None:
        self.update()
