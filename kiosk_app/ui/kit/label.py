"""Text on a screen. The only label the screens use, so that no text is ever read as markup."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role, Tone


class Label(QLabel):
    """Plain text in a role's font and a tone's colour; wraps unless told otherwise.

    Names and codes come from outside: QLabel would guess whether they are HTML, this one never does.
    """

    def __init__(
        self,
        look: Look,
        text: str = "",
        role: Role = Role.BODY,
        *,
        tone: Tone = Tone.NORMAL,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        wrap: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._role = role
        self._tone = tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setWordWrap(wrap)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Preferred)
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        look.changed.connect(self._dress)
        self._dress()
        self.setText(text)

    @property
    def tone(self) -> Tone:
        """Whose colour the text has."""
        return self._tone

    def minimumSizeHint(self) -> QSize:
        """The longest word, one line high; the layout asks `heightForWidth` for the rest.

        QLabel's own hint is the height of the text in a narrow column, which makes every window too high, and it takes a
        Chinese sentence for one word, so that layouts clip it.
        """
        if not self.wordWrap():
            return super().minimumSizeHint()
        metrics = self.fontMetrics()
        pieces = (piece for word in self.text().split() for piece in ([word] if word.isascii() else list(word)))
        longest = max(map(metrics.horizontalAdvance, pieces), default=0)
        return QSize(longest, metrics.height())

    def set_tone(self, tone: Tone) -> None:
        """Change the colour."""
        self._tone = tone
        self._dress()

    def set_role(self, role: Role) -> None:
        """Change size and weight."""
        self._role = role
        self._dress()

    def _dress(self) -> None:
        self.setFont(self._look.font(self._role))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._look.colour(self._tone))
        self.setPalette(palette)
