"""What all screens share: the look and the words, how they forget a person, how they turn with the display."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QSizePolicy, QWidget

from kiosk_app.booth.flow import Screen
from kiosk_app.booth.ports import Clock
from kiosk_app.booth.profile import Profile
from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit.button import Button, Kind
from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role, Tone


@dataclass(frozen=True, slots=True)
class ScreenContext:
    """What every screen is given. `profile` gives the rules in force now."""

    look: Look
    words: Translator
    profile: Callable[[], Profile]
    clock: Clock

    def label(self, key: str = "", role: Role = Role.BODY, tone: Tone = Tone.NORMAL) -> Label:
        """A label whose words follow the language; without a key it is filled by the screen."""
        label = Label(self.look, "", role, tone=tone)
        if key:
            self.words.bind(label.setText, key)
        return label

    def button(
        self,
        name: str,
        key: str,
        icon: str = "",
        kind: Kind = Kind.PRIMARY,
        tall: bool = True,
        icon_after: bool = False,
    ) -> Button:
        """A button whose words follow the language, or are filled by the screen without a key; `name` is its object name."""
        button = Button(self.look, icon=icon, kind=kind, tall=tall, icon_after=icon_after)
        button.setObjectName(name)
        if key:
            self.words.bind(button.setText, key)
        return button


class ScreenView(QWidget):
    """One screen, a column of the page's width.

    What is about a person is kept as a value and shown by `refresh`, so that `clear` forgets it for good.
    """

    def __init__(self, context: ScreenContext, name: Screen) -> None:
        super().__init__()
        self.context = context
        self.name = name
        self.setObjectName(f"screen.{name.value}")
        self.column = Column(context.look, self, gap="l")
        context.look.changed.connect(self._spread)
        self._spread()
        context.words.languageChanged.connect(self._follow_language)

    def refresh(self) -> None:
        """Shows what the screen knows in the language now; called after each change of either."""

    def clear(self) -> None:
        """Forgets the person."""

    def entered(self) -> None:
        """The screen has come up."""

    def left(self, to: Screen) -> None:
        """The screen `to` has come up instead."""

    def _follow_language(self, _language: str) -> None:
        self.refresh()

    def _spread(self) -> None:
        space = self.context.look.tokens.space
        self.column.setContentsMargins(space.page, space.l, space.page, space.l)


class Heading(QWidget):
    """What the screen is for, and one sentence below it."""

    def __init__(self, context: ScreenContext, title: str = "", lead: str = "", role: Role = Role.TITLE) -> None:
        super().__init__()
        self.title = context.label(title, role)
        self.lead = context.label(lead, Role.LEAD, Tone.MUTED)
        self.lead.setVisible(bool(lead))
        column = Column(context.look, self, gap="s")
        column.addWidget(self.title)
        column.addWidget(self.lead)

    def set_texts(self, title: str, lead: str = "") -> None:
        """Other words."""
        self.title.setText(title)
        self.lead.setText(lead)
        self.lead.setVisible(bool(lead))


class Actions(QWidget):
    """The screen's buttons: beside each other, the main one at the right; with `stacked` below each other.

    A button that is alone, because the others are hidden, has the right half.
    """

    def __init__(self, look: Look, *buttons: QWidget, stacked: bool = False) -> None:
        super().__init__()
        self._look = look
        self._stacked = stacked
        self._buttons = buttons
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addStretch(0)
        for button in buttons:
            policy = button.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
            button.setSizePolicy(policy)
            self._layout.addWidget(button, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        look.changed.connect(self._turn)
        self._turn()

    def _turn(self) -> None:
        across = not (self._stacked or self._look.portrait)
        direction = QBoxLayout.Direction.LeftToRight if across else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(direction)
        self._make_room()
        self._layout.setSpacing(self._look.tokens.space.gap)

    def event(self, event: QEvent) -> bool:
        """Buttons come and go with what a screen shows."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._make_room()
        return super().event(event)

    def _make_room(self) -> None:
        alone = sum(not button.isHidden() for button in self._buttons) == 1
        room = 1 if alone and not (self._stacked or self._look.portrait) else 0
        if self._layout.stretch(0) != room:
            self._layout.setStretch(0, room)


class WithinReach(QWidget):
    """Holds a keypad at the top of its room on a lying display, at the bottom on an upright one: there the hands are."""

    def __init__(self, look: Look, widget: QWidget) -> None:
        super().__init__()
        self._look = look
        self._column = Column(look, self, gap="")
        self._column.addStretch(0)
        self._column.addWidget(widget, 100)
        self._column.addStretch(1)
        look.changed.connect(self._turn)
        self._turn()

    def _turn(self) -> None:
        upright = self._look.portrait
        self._column.setStretch(0, 1 if upright else 0)
        self._column.setStretch(2, 0 if upright else 1)


class Stage(QGridLayout):
    """Heading, one main thing, actions.

    On a lying display the main thing takes one side (`main_left`, with `shares` of heading and main), on an upright one
    everything stands below each other and the actions are lowest, within reach.
    """

    def __init__(
        self,
        look: Look,
        head: QWidget,
        main: QWidget,
        actions: QWidget,
        *,
        main_left: bool = False,
        shares: tuple[int, int] = (1, 1),
    ) -> None:
        super().__init__()
        self._look = look
        self._parts = (head, main, actions)
        self._main_left = main_left
        self._shares = shares
        self.setContentsMargins(0, 0, 0, 0)
        look.changed.connect(self._arrange)
        self._arrange()

    def _arrange(self) -> None:
        head, main, actions = self._parts
        space = self._look.tokens.space
        self.setHorizontalSpacing(space.xl)
        self.setVerticalSpacing(space.l)
        for part in self._parts:
            self.removeWidget(part)
        if self._look.portrait:
            for row, part in enumerate(self._parts):
                self.addWidget(part, row, 0, 1, 2)
            self._stretch(rows=(0, 1, 0), columns=(1, 0))
            return
        side, other = (1, 0) if self._main_left else (0, 1)
        self.addWidget(head, 0, side)
        self.addWidget(actions, 2, side)
        self.addWidget(main, 0, other, 3, 1)
        columns = self._shares if side == 0 else self._shares[::-1]
        self._stretch(rows=(0, 1, 0), columns=columns)

    def _stretch(self, rows: tuple[int, int, int], columns: tuple[int, int]) -> None:
        for row, share in enumerate(rows):
            self.setRowStretch(row, share)
        for column, share in enumerate(columns):
            self.setColumnStretch(column, share)


class Split(QBoxLayout):
    """Two halves: beside each other on a lying display, below each other on an upright one."""

    def __init__(
        self, look: Look, first: QWidget, second: QWidget, shares: tuple[int, int] = (1, 1), gap: str = "xl"
    ) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight)
        self._look = look
        self._gap = gap
        self.addWidget(first, shares[0])
        self.addWidget(second, shares[1])
        look.changed.connect(self._turn)
        self._turn()

    def _turn(self) -> None:
        upright = self._look.portrait
        self.setDirection(QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight)
        self.setSpacing(int(getattr(self._look.tokens.space, self._gap)))
