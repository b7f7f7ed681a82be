"""The colours of each theme, by what they are for. tests/ui/test_contrast.py measures every pair that meets."""

from dataclasses import dataclass
from enum import StrEnum


class ThemeName(StrEnum):
    """Standard for most; contrast for low vision (light on black); large for reading from afar."""

    STANDARD = "standard"
    CONTRAST = "contrast"
    LARGE = "large"


@dataclass(frozen=True)
class Colours:
    """Colours by role, as #RRGGBB. `*_soft` is the fill behind the text of the same name; `accent` only decorates."""

    background: str
    surface: str
    surface_sunken: str
    text: str
    text_muted: str
    text_disabled: str
    border: str
    divider: str
    primary: str
    primary_pressed: str
    primary_soft: str
    on_primary: str
    on_primary_muted: str
    strip: str
    on_strip: str
    on_strip_muted: str
    accent: str
    success: str
    success_soft: str
    success_bright: str
    on_success: str
    warning: str
    warning_soft: str
    error: str
    error_pressed: str
    error_soft: str
    on_error: str
    info: str
    info_soft: str
    focus: str
    focus_halo: str
    scrim: str
    camera: str
    on_camera: str
    paper: str
    ink: str


STANDARD = Colours(
    background="#F4F7FA",
    surface="#FFFFFF",
    surface_sunken="#E9EFF5",
    text="#13212E",
    text_muted="#465767",
    text_disabled="#5A6A78",
    border="#6F8191",
    divider="#D5DEE7",
    primary="#0B4F8A",
    primary_pressed="#083A66",
    primary_soft="#E2EDF7",
    on_primary="#FFFFFF",
    on_primary_muted="#D3E3F1",
    strip="#0A3D6B",
    on_strip="#FFFFFF",
    on_strip_muted="#C9DCEC",
    accent="#F2C14E",
    success="#14653B",
    success_soft="#E3F2E9",
    success_bright="#5BE08C",
    on_success="#FFFFFF",
    warning="#7A4A00",
    warning_soft="#FDF1D5",
    error="#A3231C",
    error_pressed="#7D1812",
    error_soft="#FBE9E7",
    on_error="#FFFFFF",
    info="#0B4F8A",
    info_soft="#E2EDF7",
    focus="#13212E",
    focus_halo="#F2C14E",
    scrim="#13212E",
    camera="#1B2733",
    on_camera="#FFFFFF",
    paper="#FFFFFF",
    ink="#000000",
)

CONTRAST = Colours(
    background="#000000",
    surface="#000000",
    surface_sunken="#1A1A1A",
    text="#FFFFFF",
    text_muted="#E4E4E4",
    text_disabled="#B0B0B0",
    border="#FFFFFF",
    divider="#8C8C8C",
    primary="#FFD84D",
    primary_pressed="#FFEFAF",
    primary_soft="#1A1A1A",
    on_primary="#000000",
    on_primary_muted="#1A1A1A",
    strip="#000000",
    on_strip="#FFFFFF",
    on_strip_muted="#E4E4E4",
    accent="#FFD84D",
    success="#86EBAA",
    success_soft="#06250F",
    success_bright="#86EBAA",
    on_success="#000000",
    warning="#FFCF70",
    warning_soft="#2B1D00",
    error="#FFA39B",
    error_pressed="#FFD0CB",
    error_soft="#330805",
    on_error="#000000",
    info="#9ED0FF",
    info_soft="#04203A",
    focus="#00E5FF",
    focus_halo="#000000",
    scrim="#000000",
    camera="#000000",
    on_camera="#FFFFFF",
    paper="#FFFFFF",
    ink="#000000",
)

PALETTES: dict[ThemeName, Colours] = {
    ThemeName.STANDARD: STANDARD,
    ThemeName.CONTRAST: CONTRAST,
    ThemeName.LARGE: STANDARD,
}
