"""Widgets that say something: exactly what they were given, in the right colour, also to assistive technology."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit import (
    Banner,
    Card,
    Chip,
    Column,
    Countdown,
    IconView,
    InfoRow,
    Label,
    LinkState,
    Mood,
    Role,
    Row,
    ScrollColumn,
    StatusBar,
    StepIndicator,
    Tone,
)
from kiosk_app.ui.theme import Look, Metrics, ThemeName

from .conftest import colours_in

Stage = Callable[..., QWidget]


def test_a_label_never_reads_its_text_as_markup(look: Look, stage: Stage) -> None:
    name = "<b>Siti</b> &amp; <img src=x>"
    label = Label(look, name)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == name
    stage(label, 900, 60)
    plain = label.grab().toImage()
    label.setText("Siti & ")
    assert label.grab().toImage() != plain


def test_a_label_keeps_its_colour_and_size_when_the_theme_changes(look: Look, stage: Stage) -> None:
    label = Label(look, "Mohon tunggu", Role.HEADING, tone=Tone.ERROR)
    window = stage(label)
    assert look.tokens.colours.error in colours_in(window.grab().toImage())
    look.set_theme(ThemeName.CONTRAST)
    assert look.tokens.colours.error in colours_in(window.grab().toImage())
    label.set_tone(Tone.SUCCESS)
    label.set_role(Role.BODY)
    assert label.tone is Tone.SUCCESS
    assert label.font().pixelSize() == look.tokens.faces[Role.BODY].px
    assert look.tokens.colours.success in colours_in(window.grab().toImage())


def test_a_label_keeps_its_colour_when_its_window_is_dressed_later(look: Look, qapp: QApplication) -> None:
    window = QWidget()
    label = Label(look, "Mohon tunggu", Role.HEADING, tone=Tone.ERROR, parent=window)
    label.resize(400, 80)
    window.show()
    look.dress(window)
    assert look.tokens.colours.error in colours_in(window.grab().toImage())
    assert label.font().pixelSize() == look.tokens.faces[Role.HEADING].px
    window.close()


def test_a_wrapping_label_asks_for_one_line_and_gets_what_it_needs(look: Look) -> None:
    label = Label(look, "Tahan kode di depan kamera sampai nomor antrean Anda terbit pada layar ini")
    assert label.minimumSizeHint().height() < 2 * look.tokens.faces[Role.BODY].px
    assert label.heightForWidth(300) > label.heightForWidth(2000)
    whole = Label(look, "Kantor Imigrasi", wrap=False)
    assert whole.minimumSizeHint().width() > Label(look, "Kantor Imigrasi").minimumSizeHint().width()


@pytest.mark.parametrize("mood", list(Mood))
def test_a_banner_has_the_colour_of_its_mood_and_speaks(look: Look, stage: Stage, mood: Mood) -> None:
    banner = Banner(look)
    stage(banner, 900, 140)
    banner.set_message(mood, "Kamera tidak ditemukan", "Periksa kabel kamera.")
    painted = colours_in(banner.grab().toImage())
    assert getattr(look.tokens.colours, mood) in painted
    assert getattr(look.tokens.colours, f"{mood}_soft") in painted
    assert banner.accessibleName() == "Kamera tidak ditemukan Periksa kabel kamera."
    assert (banner.mood, banner.text) == (mood, "Kamera tidak ditemukan")


def test_a_banner_without_detail_is_one_line(look: Look) -> None:
    long = Banner(look, Mood.INFO, "Mohon tunggu", "Petugas akan membantu Anda.")
    short = Banner(look, Mood.INFO, "Mohon tunggu")
    assert short.heightForWidth(900) < long.heightForWidth(900)


def test_facts_in_a_card(look: Look, stage: Stage) -> None:
    card = Card(look, emphasis=True)
    row = InfoRow(look, "Nama", "SITI R*****", icon="user-round")
    card.column.addWidget(row)
    card.column.addWidget(Chip(look, "Prioritas", mood=Mood.WARNING, icon="clock"))
    window = stage(card, 700, 300)
    painted = colours_in(window.grab().toImage())
    assert {look.tokens.colours.surface, look.tokens.colours.primary, look.tokens.colours.warning} <= painted
    row.set_label("Jadwal")
    row.set_value("10.30")
    assert row.value == "10.30"
    assert window.grab().toImage().pixelColor(350, 150) == look.colour("surface")


def test_a_sunken_card_is_quieter(look: Look, stage: Stage) -> None:
    window = stage(Card(look, sunken=True), 300, 200)
    assert window.grab().toImage().pixelColor(150, 100) == look.colour("surface_sunken")


def test_a_chip_is_as_wide_as_its_words(look: Look, stage: Stage) -> None:
    chip = Chip(look, "Anak")
    narrow = chip.sizeHint().width()
    chip.set_text("NIK sudah hadir hari ini")
    assert chip.sizeHint().width() > narrow
    assert chip.accessibleName() == chip.text == "NIK sudah hadir hari ini"
    chip.set_mood(Mood.ERROR, "flag")
    stage(chip, 500, 60)
    assert look.tokens.colours.error in colours_in(chip.grab().toImage())


def test_the_strip_shows_whose_service_it_is(look: Look, stage: Stage) -> None:
    bar = StatusBar(look, "Kantor Imigrasi Kelas I TPI Palembang", "Direktorat Jenderal Imigrasi")
    stage(bar, 1920, 110)
    before = bar.grab().toImage()
    assert {look.tokens.colours.strip, look.tokens.colours.accent} <= colours_in(before)
    for change in (
        lambda: bar.set_clock("pukul 09.30 WIB", "Sabtu, 25 Januari 2025"),
        lambda: bar.set_link(LinkState.OFFLINE, "Tanpa jaringan"),
        lambda: bar.set_office("Kantor Imigrasi", "Kementerian"),
    ):
        change()
        now = bar.grab().toImage()
        assert now != before
        before = now


def test_the_strip_has_two_lines_on_an_upright_display(look: Look) -> None:
    bar = StatusBar(look, "Kantor Imigrasi", "Kementerian")
    bar.set_clock("pukul 09.30 WIB", "Sabtu, 25 Januari 2025")
    flat = bar.sizeHint()
    look.set_metrics(Metrics(1080, 1920))
    assert bar.sizeHint().height() > flat.height()
    assert bar.minimumSizeHint().width() <= 1080


def test_steps_mark_what_is_done_and_speak_what_is_now(look: Look, stage: Stage) -> None:
    steps = StepIndicator(look)
    stage(steps, 1200, 120)
    steps.set_steps(["Panggil", "Berkas", "Foto"], 0)
    first = steps.grab().toImage()
    steps.set_steps(["Panggil", "Berkas", "Foto"], 2)
    assert steps.grab().toImage() != first
    assert (steps.now, steps.accessibleName()) == (2, "Foto")
    steps.set_steps(["Panggil", "Berkas", "Foto"], 3)
    assert steps.accessibleName() == ""


@pytest.mark.parametrize(("left", "whole", "share"), [(15, 20, 0.75), (25, 20, 1.0), (-1, 20, 0.0), (5, 0, 0.0)])
def test_a_countdown_stays_between_full_and_empty(look: Look, left: float, whole: float, share: float) -> None:
    ring = Countdown(look)
    ring.set_left(left, whole, str(left))
    assert ring.share == share
    assert ring.accessibleName() == str(left)


def test_an_empty_ring_has_no_arc(look: Look, stage: Stage) -> None:
    ring = Countdown(look)
    stage(ring, 120, 120)
    ring.set_left(10, 20)
    assert look.tokens.colours.primary in colours_in(ring.grab().toImage())
    ring.set_left(0, 20)
    assert look.tokens.colours.primary not in colours_in(ring.grab().toImage())


def test_an_icon_stands_on_its_field(look: Look, stage: Stage) -> None:
    icon = IconView(look, "check", size="icon_l", tone=Tone.SUCCESS, well="success_soft")
    assert icon.sizeHint().width() == 2 * look.tokens.sizes.icon_l
    stage(icon, 128, 128)
    assert {look.tokens.colours.success, look.tokens.colours.success_soft} <= colours_in(icon.grab().toImage())
    icon.set_icon("x", Tone.ERROR, "")
    assert icon.sizeHint().width() == look.tokens.sizes.icon_l
    assert look.tokens.colours.error in colours_in(icon.grab().toImage())


def test_layouts_take_their_distances_from_the_tokens(look: Look) -> None:
    column, row = Column(look, gap="gap", margin="page"), Row(look, gap="")
    assert column.spacing() == look.tokens.space.gap
    assert column.contentsMargins().left() == look.tokens.space.page
    assert row.spacing() == 0
    look.set_metrics(Metrics(3840, 2160, 0.124))
    assert column.contentsMargins().left() == look.tokens.space.page == 128


def test_a_long_list_scrolls_and_keeps_to_the_top(look: Look, stage: Stage, words: Translator) -> None:
    scroll = ScrollColumn(look)
    for number in range(30):
        scroll.column.addWidget(Label(look, str(number)))
    stage(scroll, 400, 300)
    assert scroll.verticalScrollBar().maximum() > 0
    assert scroll.horizontalScrollBar().maximum() == 0
