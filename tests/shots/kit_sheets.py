"""The sheets of the kit gallery: every widget of the kit in the states that it can be in."""

import qrcode
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit import (
    Banner,
    Button,
    CameraPreview,
    Card,
    CheckRow,
    Chip,
    CodeField,
    Column,
    Countdown,
    Guide,
    GuideState,
    IconView,
    InfoRow,
    Keypad,
    KeySet,
    Kind,
    Label,
    Mood,
    PinPad,
    QrImage,
    Role,
    Row,
    StepIndicator,
    TileButton,
    Tone,
)
from kiosk_app.ui.theme import Look
from tests.shots.kit_page import Page


def menu(look: Look, t: Translator) -> QWidget:
    """Tiles, steps, a banner: as on a menu screen."""
    page = Page(look, t.tr("menu.title"), t.tr("idle.lead"))
    grid = QGridLayout()
    grid.setSpacing(look.tokens.space.gap)
    tiles = (
        ("menu.checkin", "scan-qr-code", True),
        ("menu.priority", "heart-handshake", False),
        ("menu.collect", "ticket", False),
        ("menu.info", "info", False),
    )
    for number, (key, icon, emphasis) in enumerate(tiles):
        tile = TileButton(look, t.tr(key), t.tr(f"{key}.sub"), icon=icon, emphasis=emphasis)
        grid.addWidget(tile, *((number, 0) if look.portrait else divmod(number, 2)))
    page.body.addStretch(1)
    page.body.addLayout(grid)
    page.body.addStretch(1)
    page.set_actions(
        Button(look, t.tr("btn.help"), icon="bell-ring", kind=Kind.SECONDARY),
        Button(look, t.tr("btn.next"), icon="arrow-right", icon_after=True),
    )
    return page


def typed(look: Look, t: Translator) -> QWidget:
    """A code field with the keypad of digits and letters, and the PIN pad."""
    page = Page(look, t.tr("code.title"), t.tr("code.lead"))
    row = Row(look, gap="xl") if not look.portrait else Column(look, gap="xl")
    left = Column(look, gap="l")
    field = CodeField(look)
    field.set_code("12345678901234")
    empty = CodeField(look)
    empty.set_hint(t.tr("code.hint"))
    wrong = CodeField(look)
    wrong.set_code("1234")
    wrong.set_invalid(True)
    for widget in (field, empty, wrong):
        left.addWidget(widget)
    left.addWidget(Banner(look, Mood.ERROR, t.tr("code.invalid")))
    left.addStretch(1)
    pad = PinPad(look, t)
    for digit in "123":
        pad.press(digit)
    row.addLayout(left, 3)
    row.addWidget(pad, 2)
    page.body.addLayout(row, 1)
    return page


def letters(look: Look, t: Translator) -> QWidget:
    """The keypad of codes with letters."""
    page = Page(look, t.tr("code.title"))
    field = CodeField(look)
    field.set_code("PLG7X29")
    page.body.addWidget(field)
    page.body.addWidget(Keypad(look, t, KeySet.CODE), 1)
    page.set_actions(
        Button(look, t.tr("btn.back"), icon="arrow-left", kind=Kind.SECONDARY), Button(look, t.tr("btn.check"))
    )
    return page


def ticket(look: Look, t: Translator) -> QWidget:
    """A ticket with its QR, chips, banners."""
    page = Page(look, t.tr("ticket.title"), t.tr("ticket.lead"))
    card = Card(look, emphasis=True)
    card.column.addWidget(Label(look, t.tr("queue.yours"), Role.LEAD, tone=Tone.MUTED))
    card.column.addWidget(Label(look, "A-017", Role.HERO, tone=Tone.PRIMARY))
    chips = Row(look, gap="s")
    chips.addWidget(Chip(look, t.tr("lane.priority"), mood=Mood.INFO, icon="heart-handshake"))
    chips.addWidget(Chip(look, t.tr("lane.late"), mood=Mood.WARNING, icon="clock"))
    chips.addWidget(Chip(look, t.tr("visit.completed"), mood=Mood.SUCCESS, icon="check"))
    chips.addWidget(Chip(look, t.tr("lane.booked")))
    chips.addStretch(1)
    card.column.addLayout(chips)
    facts = Column(look, gap="m") if look.portrait else Row(look, gap="l")
    facts.addWidget(InfoRow(look, t.tr("confirm.type"), t.tr("type.renew"), icon="id-card"), 3)
    facts.addWidget(InfoRow(look, t.tr("confirm.slot"), "10.30 – 11.00", icon="calendar-clock"), 2)
    card.column.addLayout(facts)
    card.column.addStretch(1)
    code = qrcode.QRCode(border=0)
    code.add_data("IMI1:contoh")
    code.make()
    image = QrImage(look, t.tr("ticket.qr"))
    image.set_modules(code.get_matrix())
    phone = Card(look)
    phone.column.addStretch(1)
    phone.column.addWidget(image, 0, Qt.AlignmentFlag.AlignHCenter)
    phone.column.addWidget(Label(look, t.tr("ticket.qr"), Role.CAPTION, align=Qt.AlignmentFlag.AlignHCenter))
    phone.column.addStretch(1)
    row = Column(look, gap="l") if look.portrait else Row(look, gap="l")
    row.addWidget(card, 2)
    row.addWidget(phone, 1)
    page.body.addLayout(row, 1)
    page.body.addWidget(Banner(look, Mood.WARNING, t.tr("ticket.stored"), t.tr("net.proof")))
    page.set_actions(Button(look, t.tr("btn.done"), icon="check"))
    return page


def camera(look: Look, t: Translator) -> QWidget:
    """The live picture with both guides and without a frame."""
    page = Page(look, t.tr("cam.title"))
    row = Column(look, gap="l") if look.portrait else Row(look, gap="l")
    shade = bytes((150, 140, 120, 255)) * (900 * 700)
    for guide, state in (
        (Guide.HEAD, GuideState.NEUTRAL),
        (Guide.HEAD, GuideState.GOOD),
        (Guide.CODE, GuideState.ADVICE),
    ):
        preview = CameraPreview(look, guide)
        preview.set_guide(guide, state)
        preview.set_frame(shade, 900, 700, 3600)
        preview.frameSizeWanted.connect(
            lambda w, h, p=preview: p.set_frame(bytes((150, 140, 120, 255)) * (w * h), w, h, 4 * w) if w else None
        )
        row.addWidget(preview, 1)
    none = CameraPreview(look, icon="camera")
    none.set_message(t.tr("scan.nocamera"))
    row.addWidget(none, 1)
    page.body.addLayout(row, 1)
    page.body.addWidget(Banner(look, Mood.INFO, t.tr("cam.closer")))
    page.body.addWidget(Banner(look, Mood.SUCCESS, t.tr("photo.hold")))
    return page


def desk(look: Look, t: Translator) -> QWidget:
    """The officer's rows, ticks, steps and buttons."""
    page = Page(look, t.tr("desk.title"))
    steps = StepIndicator(look)
    steps.set_steps([t.tr(key) for key in ("desk.call", "doc.check", "cam.title", "outcome.title")], 2)
    page.body.addWidget(steps)
    row = Column(look, gap="l") if look.portrait else Row(look, gap="l")
    left, right = Column(look, gap="s"), Column(look, gap="s")
    for mood, key in ((Mood.INFO, "desk.empty"), (Mood.WARNING, "err.camera-black"), (Mood.SUCCESS, "photo.hold")):
        left.addWidget(Banner(look, mood, t.tr(key)))
    for key in ("doc.ktp", "doc.kk", "doc.birth"):
        check = CheckRow(look, t.tr(key))
        check.setChecked(key != "doc.birth")
        right.addWidget(check)
    row.addLayout(left, 3)
    row.addLayout(right, 2)
    page.body.addLayout(row)
    kinds = Column(look, gap="gap") if look.portrait else Row(look, gap="gap")
    busy = Button(look, t.tr("btn.done"), kind=Kind.PRIMARY, tall=False)
    busy.set_busy(True)
    off = Button(look, t.tr("btn.done"), tall=False)
    off.setEnabled(False)
    for button in (
        Button(look, t.tr("desk.call"), icon="megaphone", tall=False),
        Button(look, t.tr("desk.skip"), icon="skip-forward", kind=Kind.SECONDARY, tall=False),
        Button(look, t.tr("officer.logout"), icon="log-out", kind=Kind.QUIET, tall=False),
        Button(look, t.tr("btn.cancel"), icon="x", kind=Kind.DANGER, tall=False),
        busy,
        off,
    ):
        kinds.addWidget(button)
    page.body.addLayout(kinds)
    ring = Countdown(look)
    ring.set_left(14, 20, "14")
    tail = Row(look, gap="l")
    tail.addWidget(ring)
    tail.addWidget(Label(look, t.tr("idle.wipe", n=14), Role.HEADING), 1)
    tail.addWidget(IconView(look, "circle-check", size="icon_l", tone=Tone.SUCCESS, well="success_soft"))
    page.body.addLayout(tail)
    page.body.addStretch(1)
    return page


SHEETS = {"menu": menu, "typed": typed, "letters": letters, "ticket": ticket, "camera": camera, "desk": desk}
