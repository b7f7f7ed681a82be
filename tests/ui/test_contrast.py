"""Every pair of colours that meets on a screen can be told apart, in every theme (WCAG 2.2, 1.4.3 and 1.4.11)."""

import pytest
from PySide6.QtGui import QColor

from kiosk_app.ui.theme.palettes import PALETTES, Colours, ThemeName

TEXT = 4.5
SHAPE = 3.0
"""Least contrast of text, and of what shows the shape or the state of a control, or of large text and icons."""

TEXT_PAIRS = [
    *[
        (ink, ground)
        for ink in ("text", "text_muted")
        for ground in ("background", "surface", "surface_sunken", "primary_soft")
    ],
    *[("primary", ground) for ground in ("background", "surface", "primary_soft")],
    *[(mood, f"{mood}_soft") for mood in ("info", "success", "warning", "error")],
    *[("text", f"{mood}_soft") for mood in ("info", "success", "warning", "error")],
    *[(mood, "surface") for mood in ("info", "success", "warning", "error")],
    *[("text_muted", f"{mood}_soft") for mood in ("info", "success", "warning", "error")],
    ("text_disabled", "surface"),
    ("text_disabled", "surface_sunken"),
    ("on_primary", "primary"),
    ("on_primary", "primary_pressed"),
    ("on_primary_muted", "primary"),
    ("on_primary_muted", "primary_pressed"),
    ("on_success", "success"),
    ("on_error", "error"),
    ("on_error", "error_pressed"),
    ("on_strip", "strip"),
    ("on_strip_muted", "strip"),
    ("on_camera", "camera"),
    ("ink", "paper"),
]
SHAPE_PAIRS = [
    *[("border", ground) for ground in ("background", "surface", "surface_sunken")],
    *[("primary", ground) for ground in ("background", "surface")],
    *[(state, ground) for state in ("success", "error") for ground in ("background", "surface")],
    ("focus", "background"),
    ("focus", "surface"),
    ("accent", "camera"),
    ("success_bright", "camera"),
    ("accent", "strip"),
]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2), 0 black to 1 white."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_measure_against_known_ratios() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#FFFFFF", "#0B4F8A") == pytest.approx(8.4, abs=0.1)
    assert contrast("#8899A8", "#FFFFFF") == pytest.approx(2.9, abs=0.05)


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_is_readable(theme: ThemeName, ink: str, ground: str) -> None:
    colours = PALETTES[theme]
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= TEXT


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_shapes_stand_out(theme: ThemeName, shape: str, ground: str) -> None:
    colours = PALETTES[theme]
    assert contrast(getattr(colours, shape), getattr(colours, ground)) >= SHAPE


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("under", ["primary", "surface", "background", "error", "success_soft"])
def test_one_focus_ring_stands_out_from_whatever_is_behind(theme: ThemeName, under: str) -> None:
    colours = PALETTES[theme]
    ground = getattr(colours, under)
    assert max(contrast(colours.focus, ground), contrast(colours.focus_halo, ground)) >= SHAPE


@pytest.mark.parametrize("theme", list(ThemeName))
def test_every_colour_is_six_digits_and_takes_part_in_a_pair(theme: ThemeName) -> None:
    decoration = {"divider", "scrim", "focus_halo"}
    """The halo is measured with its ring; dividers and the scrim carry no meaning of their own."""
    paired = {name for pair in TEXT_PAIRS + SHAPE_PAIRS for name in pair}
    names = set(Colours.__dataclass_fields__)
    assert names - paired - decoration == set()
    assert all(
        QColor(getattr(PALETTES[theme], name)).name().upper() == getattr(PALETTES[theme], name) for name in names
    )
