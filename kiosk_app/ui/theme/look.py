"""The look of one window: its tokens, fonts and icons, and the news that they changed.

A booth has windows on displays of different sizes (applicant, officer, queue board), so a look belongs to a window, not
to the program: every kit widget is given the look of its window.
"""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from kiosk_app.ui.theme.fonts import font_of
from kiosk_app.ui.theme.icons import Icons
from kiosk_app.ui.theme.metrics import Metrics
from kiosk_app.ui.theme.palettes import ThemeName
from kiosk_app.ui.theme.qss import qss_for
from kiosk_app.ui.theme.tokens import Role, Tokens, Tone, tokens_for

_MOVES_FOCUS = {Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right}
"""Keys that show the focus ring. Letters and digits do not: a USB code scanner types them."""


class Look(QObject):
    """Tokens, fonts and icons of one window.

    `icons` is the folder of SVG files. `changed` is sent after a change of theme or display, `focusShown` when focus
    rings appear or disappear; kit widgets follow both by themselves.
    """

    changed = Signal()
    focusShown = Signal(bool)
    _restyled = Signal()

    def __init__(
        self, icons: Path, metrics: Metrics, theme: ThemeName = ThemeName.STANDARD, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._icons = Icons(icons)
        self._tokens = tokens_for(metrics, theme)
        self._focus_visible = False

    @property
    def tokens(self) -> Tokens:
        """The tokens now."""
        return self._tokens

    @property
    def portrait(self) -> bool:
        """True on a display that stands upright."""
        return self._tokens.metrics.portrait

    @property
    def focus_visible(self) -> bool:
        """True after the focus was moved by a keyboard or an assistive keypad, until the next touch."""
        return self._focus_visible

    def set_theme(self, theme: ThemeName) -> None:
        """Change the theme of everything that has this look."""
        self._become(tokens_for(self._tokens.metrics, theme))

    def set_metrics(self, metrics: Metrics) -> None:
        """Follow the window to another display or size."""
        self._become(tokens_for(metrics, self._tokens.theme))

    def font(self, role: Role) -> QFont:
        """The font of a text role."""
        return font_of(self._tokens.faces[role], even_digits=role is Role.KEY)

    def colour(self, name: str) -> QColor:
        """A colour by its role: a field of `Colours` or a `Tone`."""
        return QColor(getattr(self._tokens.colours, name))

    def icon(self, name: str, colour: str, px: int, ratio: float = 1.0) -> QPixmap:
        """An icon in the colour of a role, `px` logical pixels wide."""
        return self._icons.pixmap(name, getattr(self._tokens.colours, colour), px, ratio)

    def dress(self, window: QWidget) -> None:
        """Give a top-level widget its style sheet, palette and font, now and after each change."""
        dresser = _Dresser(self, window)
        self._restyled.connect(dresser.dress)
        dresser.dress()

    def watch_focus(self, app: QApplication) -> None:
        """Show focus rings only while somebody uses a keyboard."""
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice which way the focus is moved; every event goes on to its widget."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _MOVES_FOCUS:
            self._show_focus(True)
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin):
            self._show_focus(False)
        return False

    def _show_focus(self, visible: bool) -> None:
        if visible != self._focus_visible:
            self._focus_visible = visible
            self.focusShown.emit(visible)

    def _become(self, tokens: Tokens) -> None:
        if tokens != self._tokens:
            self._tokens = tokens
            self._restyled.emit()  # windows first: a new style sheet resets the palettes of what is in them
            self.changed.emit()


class _Dresser(QObject):
    """Dresses one window; as its child it goes when the window goes."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._window = window

    def dress(self) -> None:
        look, window = self._look, self._window
        palette = QPalette()
        for role, name in (
            (QPalette.ColorRole.Window, "background"),
            (QPalette.ColorRole.Base, "surface"),
            (QPalette.ColorRole.WindowText, Tone.NORMAL),
            (QPalette.ColorRole.Text, Tone.NORMAL),
            (QPalette.ColorRole.Highlight, "primary"),
            (QPalette.ColorRole.HighlightedText, "on_primary"),
        ):
            palette.setColor(role, look.colour(name))
        window.setPalette(palette)
        window.setAutoFillBackground(True)
        window.setFont(look.font(Role.BODY))
        window.setStyleSheet(qss_for(look.tokens))
