"""Is this you? The name is masked: others stand behind."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk_app.booth.admission import Admit
from kiosk_app.booth.facts import ArrivalFlag
from kiosk_app.booth.flow import Screen
from kiosk_app.booth.people import mask_name
from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.card import Card
from kiosk_app.ui.kit.icon_view import IconView
from kiosk_app.ui.kit.info_row import InfoRow
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView, Split
from kiosk_app.ui.theme.tokens import Role, Tone

_ROWS = (
    ("name", "confirm.name", "user-round"),
    ("number", "confirm.number", "id-card"),
    ("type", "confirm.type", "file-text"),
    ("slot", "confirm.slot", "calendar-clock"),
    ("place", "confirm.place", "map-pin"),
)
_SHOWN_OF_NUMBER = 4


def masked_number(code: str) -> str:
    """The last characters of a number, enough to know one's own: "•••• 1234"."""
    return f"•••• {code[-_SHOWN_OF_NUMBER:]}" if code else ""


class ConfirmScreen(ScreenView):
    """What is known of the booking, and the notice on personal data. It is a notice: nothing has to be agreed to."""

    confirmed = Signal()
    denied = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.CONFIRM)
        look, words = context.look, context.words
        self._decision: Admit | None = None
        self._notice = Banner(look)
        self._notice.setObjectName("confirm.notice")
        self._rows: dict[str, InfoRow] = {}
        facts = Card(look, emphasis=True)
        self._grid = QGridLayout()
        facts.column.addStretch(1)
        facts.column.addLayout(self._grid)
        facts.column.addStretch(1)
        facts.column.addWidget(context.label("confirm.lead", Role.CAPTION, Tone.MUTED))
        for name, key, icon in _ROWS:
            row = InfoRow(look, icon=icon)
            row.setObjectName(f"confirm.{name}")
            words.bind(row.set_label, key)
            self._rows[name] = row
        privacy = Card(look, sunken=True, gap="s")
        head = QWidget()
        line = Row(look, head, gap="m")
        line.addWidget(IconView(look, "shield-check", size="icon_m"))
        line.addWidget(context.label("prv.title", Role.STRONG), 1)
        self._rights = context.label("prv.rights", Role.CAPTION, Tone.MUTED)
        privacy.column.addWidget(head)
        privacy.column.addWidget(context.label("prv.body", Role.CAPTION))
        privacy.column.addWidget(self._rights)
        privacy.column.addStretch(1)
        beside = QWidget()
        column = Column(look, beside, gap="m")
        column.addWidget(self._notice)
        column.addWidget(privacy, 1)
        no = context.button("confirm.no", "btn.no", icon="x", kind=Kind.SECONDARY)
        yes = context.button("confirm.yes", "btn.yes", icon="check")
        no.clicked.connect(self.denied)
        yes.clicked.connect(self.confirmed)
        self.column.addWidget(Heading(context, "confirm.title"))
        self.column.addLayout(Split(look, facts, beside, (7, 5), gap="l"), 1)
        self.column.addWidget(Actions(look, no, yes))
        look.changed.connect(self.refresh)
        self.refresh()

    def show_decision(self, decision: Admit) -> None:
        """Shows what would be recorded."""
        self._decision = decision
        self.refresh()

    def clear(self) -> None:
        """Forgets it."""
        self._decision = None
        self.refresh()

    def refresh(self) -> None:
        """The rows that are known, and what else to know."""
        values = self._values()
        space = self.context.look.tokens.space
        self._grid.setHorizontalSpacing(space.xl)
        self._grid.setVerticalSpacing(space.m)
        columns = 1 if self.context.look.portrait else 2
        self._grid.setColumnStretch(0, 4)
        self._grid.setColumnStretch(1, 3 if columns > 1 else 0)
        shown = 0
        for name, row in self._rows.items():
            self._grid.removeWidget(row)
            row.set_value(values.get(name, ""))
            row.setVisible(name in values)
            if name in values:
                self._grid.addWidget(row, shown // columns, shown % columns)
                shown += 1
        notice = self._notice_key()
        self._notice.setVisible(bool(notice))
        self._rights.setVisible(not notice)
        self._notice.set_message(Mood.INFO, self.context.words.tr(notice) if notice else "")

    def _values(self) -> dict[str, str]:
        decision = self._decision
        if decision is None:
            return {}
        words, profile = self.context.words, self.context.profile()
        values: dict[str, str] = {}
        if decision.booking is not None:
            values["name"] = mask_name(decision.booking.name)
        elif decision.code is not None:
            values["number"] = masked_number(decision.code.key)
        appointment = decision.appointment
        if appointment is not None:
            service = profile.service(appointment.service)
            if service is not None:
                values["type"] = words.tr(service.title)
            day = words.formats.long_date(appointment.slot.astimezone(profile.zone).date())
            values["slot"] = f"{day}\n{words.formats.clock(appointment.slot, profile.zone)}"
            place = profile.place_by_id(appointment.place)
            if place is not None:
                values["place"] = place.name
        return values

    def _notice_key(self) -> str:
        flags = self._decision.flags if self._decision is not None else frozenset()
        if ArrivalFlag.LATE in flags:
            return "confirm.late"
        return "confirm.provisional" if ArrivalFlag.PROVISIONAL in flags else ""
