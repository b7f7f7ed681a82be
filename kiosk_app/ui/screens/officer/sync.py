"""How the booth stands with the office: the exact step that is broken, and what to do about it."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.card import Card
from kiosk_app.ui.kit.info_row import InfoRow
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.messages import step_keys
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView
from kiosk_app.ui.services import SyncView
from kiosk_app.ui.theme.tokens import Role, Tone

_ROWS = (
    ("acked", "sync.acked", "cloud-check"),
    ("waiting", "sync.waiting", "cloud-upload"),
    ("blobs", "sync.blobs", "image"),
    ("quarantined", "sync.quarantined", "shield-check"),
    ("contact", "sync.contact", "history"),
    ("roster", "sync.roster", "users-round"),
    ("next", "sync.next", "refresh-cw"),
)


class SyncScreen(ScreenView):
    """Nothing here is about a person."""

    tryNowWanted = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.SYNC)
        look, words = context.look, context.words
        self._link = SyncView()
        self._warning = ""
        self._state = Banner(look)
        self._state.setObjectName("sync.state")
        self._keys = Banner(look)
        self._keys.setObjectName("sync.keys")
        self._rows: dict[str, InfoRow] = {}
        card = Card(look, margin="m")
        self._grid = QGridLayout()
        self._lanes = context.label(role=Role.CAPTION, tone=Tone.MUTED)
        self._lanes.setObjectName("sync.lanes")
        card.column.addLayout(self._grid)
        card.column.addWidget(self._lanes)
        card.column.addStretch(1)
        for name, key, icon in _ROWS:
            row = InfoRow(look, icon=icon, role=Role.STRONG)
            row.setObjectName(f"sync.{name}")
            words.bind(row.set_label, key)
            self._rows[name] = row
        middle = QWidget()
        column = Column(look, middle, gap="m")
        column.addWidget(self._state)
        column.addWidget(card, 1)
        now = context.button("sync.now", "sync.now", icon="cloud-upload")
        now.clicked.connect(self.tryNowWanted)
        self.column.addWidget(Heading(context, "sync.title", role=Role.HEADING))
        self.column.addWidget(middle, 1)
        self.column.addWidget(Actions(look, self._keys, now))
        look.changed.connect(self._arrange)
        self._arrange()
        self.refresh()

    def show_link(self, link: SyncView) -> None:
        """News of the sync."""
        self._link = link
        self.refresh()

    def show_key_warning(self, key: str) -> None:
        """How the booth's keys are held: a catalogue key, "" when there is nothing to warn of."""
        self._warning = key
        self.refresh()

    def refresh(self) -> None:
        """All values."""
        words, link = self.context.words, self._link
        number = words.formats.number
        mood = Mood.SUCCESS if link.online else Mood.INFO if link.step == "unknown" else Mood.WARNING
        told = words.tr(step_keys(link.step, words)[1])
        if link.clock and link.online:  # one thing at a time, and without a way the clock is the smaller one
            told, mood = words.tr(f"sync.clock.{link.clock}"), Mood.WARNING
        self._state.set_message(mood, told)
        values = {
            "acked": number(link.acked),
            "waiting": number(link.waiting),
            "blobs": number(link.blobs_waiting),
            "quarantined": number(link.quarantined),
            "contact": self._moment(link.last_contact),
            "roster": self._moment(link.roster_read_at),
            "next": self._moment(link.next_try_at),
        }
        for name, row in self._rows.items():
            row.set_value(values[name] or ("–" if name == "next" else words.tr("sync.roster.none")))
        # While the way is broken the lanes all wait for it, and which rung it is says more.
        broken = "broken" in link.ladder.values()
        rungs = [self._rung(rung, state) for rung, state in link.ladder.items()]
        lanes = [self._lane(lane, mode) for lane, mode in link.lanes.items()]
        self._lanes.setText(" · ".join(rungs if broken else lanes))
        self._keys.setVisible(bool(self._warning))
        self._keys.set_message(Mood.WARNING, words.tr(self._warning) if self._warning else "")

    def _lane(self, lane: str, mode: str) -> str:
        words = self.context.words
        return f"{words.tr(f'sync.lane.{lane}')}: {words.tr(f'sync.mode.{mode}')}"

    def _rung(self, rung: str, state: str) -> str:
        words = self.context.words
        return f"{words.tr(f'net.rung.{rung}')}: {words.tr(f'net.state.{state}')}"

    def _moment(self, moment: datetime | None) -> str:
        """A time of today, or the day too."""
        if moment is None:
            return ""
        zone, said = self.context.profile().zone, self.context.words.formats
        today = self.context.clock.now().astimezone(zone).date() == moment.astimezone(zone).date()
        return said.clock(moment, zone) if today else said.moment(moment, zone)

    def _arrange(self) -> None:
        space = self.context.look.tokens.space
        self._grid.setHorizontalSpacing(space.xl)
        self._grid.setVerticalSpacing(space.m)
        columns = 2 if self.context.look.portrait else 4
        for place, row in enumerate(self._rows.values()):
            self._grid.removeWidget(row)
            self._grid.addWidget(row, place // columns, place % columns)
