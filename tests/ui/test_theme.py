"""Tokens follow the display; the look follows tokens; fonts and icons are really ours."""

import ast
import itertools
from dataclasses import fields
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFontInfo, QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiosk_app.ui.theme import Look, Metrics, Role, ThemeName
from kiosk_app.ui.theme.fonts import load_fonts
from kiosk_app.ui.theme.icons import Icons
from kiosk_app.ui.theme.metrics import REFERENCE_MM_PER_PX
from kiosk_app.ui.theme.palettes import PALETTES
from kiosk_app.ui.theme.qss import qss_for
from kiosk_app.ui.theme.tokens import tokens_for

from .conftest import ASSETS, colours_in

DISPLAYS = [
    Metrics(1920, 1080),
    Metrics(1080, 1920),
    Metrics(1366, 768, 0.2528),
    Metrics(1280, 1024, 0.264),
    Metrics(1920, 1080, 0.18),
    Metrics(3840, 2160, 0.124),
]


@pytest.mark.parametrize("metrics", DISPLAYS, ids=str)
@pytest.mark.parametrize("theme", list(ThemeName))
def test_targets_are_20_mm_and_gaps_5_mm_on_every_display(metrics: Metrics, theme: ThemeName) -> None:
    tokens = tokens_for(metrics, theme)
    for name in ("target", "action", "key", "key_max", "row"):
        assert getattr(tokens.sizes, name) * metrics.mm_per_px >= 20 - 1e-9, name
    assert tokens.space.gap * metrics.mm_per_px >= 5 - 1e-9


@pytest.mark.parametrize("theme", list(ThemeName))
def test_text_on_the_reference_display_is_large_enough(theme: ThemeName) -> None:
    tokens = tokens_for(Metrics(1920, 1080), theme)
    capitals = 0.745 * REFERENCE_MM_PER_PX
    """Height of a capital in mm a pixel of size: Plus Jakarta Sans has a cap height of 0.745 em."""
    instructing = [face for role, face in tokens.faces.items() if role not in (Role.STRIP, Role.STRIP_SMALL)]
    assert min(face.px for face in instructing) * capitals >= 4.8
    if theme is ThemeName.LARGE:
        assert tokens.faces[Role.BODY].px * capitals >= 7.3
    assert tokens.sizes.action >= 120


def test_sizes_scale_with_the_tighter_side() -> None:
    kiosk, upright, large = (tokens_for(m) for m in (DISPLAYS[0], DISPLAYS[1], DISPLAYS[5]))
    assert kiosk.faces == upright.faces
    assert large.faces[Role.BODY].px == 2 * kiosk.faces[Role.BODY].px
    assert large.sizes.radius_l == 2 * kiosk.sizes.radius_l
    assert not kiosk.metrics.portrait
    assert upright.metrics.portrait


def test_text_grows_a_little_on_a_physically_small_display() -> None:
    usual, small = tokens_for(Metrics(1920, 1080)), tokens_for(Metrics(1920, 1080, 0.18))
    assert 1 < small.faces[Role.BODY].px / usual.faces[Role.BODY].px <= 1.15


@pytest.mark.parametrize(("width", "height", "mm"), [(0, 10, 0.2), (10, -1, 0.2), (10, 10, 0.0), (10, 10, 3.0)])
def test_an_impossible_display_is_refused(width: int, height: int, mm: float) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        Metrics(width, height, mm)


def test_metrics_of_the_display_there_is(qapp: QApplication) -> None:
    screen = qapp.primaryScreen()
    assert Metrics.of_screen(screen).width == screen.geometry().width()


def test_every_token_is_positive_and_every_theme_has_every_colour() -> None:
    for theme, metrics in itertools.product(ThemeName, DISPLAYS):
        tokens = tokens_for(metrics, theme)
        for group in (tokens.space, tokens.sizes):
            assert all(getattr(group, field.name) > 0 for field in fields(group))
        assert set(tokens.faces) == set(Role)
        assert tokens.colours is PALETTES[theme]


def test_the_style_sheet_is_made_of_tokens_alone() -> None:
    tokens = tokens_for(Metrics(1920, 1080), ThemeName.CONTRAST)
    sheet = qss_for(tokens)
    assert tokens.colours.surface in sheet
    assert f"{tokens.sizes.radius_l}px" in sheet
    assert sheet.count("{") == sheet.count("}")


def test_our_fonts_are_used_with_their_real_weights(look: Look, fonts: list[str]) -> None:
    assert "Noto Sans SC" in " ".join(fonts)
    body, heading = look.font(Role.BODY), look.font(Role.HEADING)
    assert QFontInfo(body).family().startswith("Plus Jakarta Sans")
    heading.setPixelSize(body.pixelSize())
    words = "Silakan pindai kode QR Anda"
    assert QFontMetrics(heading).horizontalAdvance(words) > QFontMetrics(body).horizontalAdvance(words)


def test_every_sign_of_every_text_is_in_our_fonts() -> None:
    known: set[int] = set()
    for file in (ASSETS / "fonts").glob("*_500Medium.ttf"):
        known |= set(TTFont(file).getBestCmap())
    for catalogue in (ASSETS / "i18n").glob("*.json"):
        missing = {
            sign for sign in catalogue.read_text(encoding="utf-8") if ord(sign) not in known and sign.isprintable()
        }
        assert missing == set(), catalogue.name


def test_missing_or_broken_fonts_are_named(tmp_path: Path, qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError, match="no font"):
        load_fonts(tmp_path)
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    with pytest.raises(ValueError, match=r"broken\.ttf"):
        load_fonts(tmp_path)


def test_icons_are_drawn_in_the_colour_of_their_role(look: Look) -> None:
    picture = look.icon("check", "error", 48).toImage()
    painted = {c for c in colours_in(picture) if c != "#000000"}
    assert look.tokens.colours.error in painted
    assert look.icon("check", "error", 48).cacheKey() == look.icon("check", "error", 48).cacheKey()
    assert look.icon("check", "error", 48, 2.0).width() == 96


def test_every_icon_can_be_drawn_and_an_unknown_one_is_an_error(qapp: QApplication) -> None:
    icons = Icons(ASSETS / "icons")
    for name in icons.names:
        assert not icons.pixmap(name, "#13212E", 24).toImage().allGray()
    with pytest.raises(KeyError):
        icons.pixmap("no-such-icon", "#13212E", 24)


def test_the_icons_there_are_are_the_icons_that_are_used() -> None:
    said: set[str] = set()
    wanted: set[str] = set()
    for file in (ASSETS.parent / "kiosk_app").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
            elif isinstance(node, ast.keyword) and node.arg == "icon" and isinstance(node.value, ast.Constant):
                wanted.add(str(node.value.value))
    there = {file.stem for file in (ASSETS / "icons").glob("*.svg")}
    assert wanted - {""} <= there, "add them to tools/vendor_icons.py and run it"
    assert there <= said, "take them out of tools/vendor_icons.py and run it"


def test_a_change_of_theme_reaches_the_window(look: Look) -> None:
    window = QWidget()
    look.dress(window)
    before = window.styleSheet()
    look.set_theme(ThemeName.CONTRAST)
    assert window.styleSheet() != before
    assert window.palette().window().color() == look.colour("background")
    heard: list[bool] = []
    look.changed.connect(lambda: heard.append(True))
    look.set_theme(ThemeName.CONTRAST)
    assert heard == []
    look.set_metrics(Metrics(1080, 1920))
    assert heard == [True]
    assert look.portrait


def test_focus_shows_after_the_keyboard_and_hides_after_touch(look: Look) -> None:
    heard: list[bool] = []
    look.focusShown.connect(heard.append)
    widget = QWidget()

    def press(key: Qt.Key) -> None:
        look.eventFilter(widget, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))

    press(Qt.Key.Key_4)
    assert not look.focus_visible
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Tab)
    assert look.focus_visible
    left = Qt.MouseButton.LeftButton
    at = QPointF(1, 1)
    touch = QMouseEvent(QEvent.Type.MouseButtonPress, at, at, left, left, Qt.KeyboardModifier.NoModifier)
    look.eventFilter(widget, touch)
    assert heard == [True, False]
