"""Every size on a screen, computed from the display and the theme. Widgets and screens hold no figure of their own.

The figures are those of the reference display (21.5 inch, 1920 x 1080) and scale with `Metrics`. Touch sizes are given
in millimetres: 20 mm is the size below which errors rise for users with disabilities (Duff et al. 2010), 5 mm the gap
between targets; main actions are 30 mm high on the reference display. Caption is the smallest text that instructs: its
capitals are 4.8 mm high there (ADA 707.7.2).
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk_app.ui.theme.metrics import Metrics
from kiosk_app.ui.theme.palettes import PALETTES, Colours, ThemeName

TARGET_MM = 20
GAP_MM = 5

FAMILIES = ("Plus Jakarta Sans", "Noto Sans SC")
"""Latin text, then the face that has what the first lacks (Chinese)."""


class Role(StrEnum):
    """What a text is for; it decides size and weight."""

    HERO = "hero"
    DISPLAY = "display"
    TITLE = "title"
    HEADING = "heading"
    LEAD = "lead"
    BODY = "body"
    STRONG = "strong"
    CAPTION = "caption"
    NUMBER = "number"
    BUTTON = "button"
    KEY = "key"
    CHIP = "chip"
    STRIP = "strip"
    STRIP_SMALL = "strip_small"


class Tone(StrEnum):
    """Whose colour a text or an icon takes: the name of a field of `Colours`."""

    NORMAL = "text"
    MUTED = "text_muted"
    PRIMARY = "primary"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
    INFO = "info"
    ON_PRIMARY = "on_primary"
    ON_STRIP = "on_strip"
    ON_STRIP_MUTED = "on_strip_muted"
    ON_CAMERA = "on_camera"


@dataclass(frozen=True)
class Face:
    """Size in logical pixels and weight (100-900) of a role."""

    px: int
    weight: int


@dataclass(frozen=True)
class Space:
    """Distances between things, in logical pixels. `gap` is the least distance between two touch targets."""

    xs: int
    s: int
    m: int
    l: int  # noqa: E741 - the usual name in a spacing scale
    xl: int
    gap: int
    page: int


@dataclass(frozen=True)
class Sizes:
    """Measures of things, in logical pixels."""

    target: int
    action: int
    tile: int
    strip: int
    key: int
    key_max: int
    row: int
    radius_s: int
    radius_m: int
    radius_l: int
    border: int
    border_strong: int
    focus: int
    icon_s: int
    icon_m: int
    icon_l: int
    icon_xl: int
    gold_line: int
    ring: int
    ring_stroke: int
    dot: int
    step: int
    qr: int
    outline: int
    scroll_bar: int


@dataclass(frozen=True)
class Tokens:
    """All that a theme on one display decides."""

    theme: ThemeName
    metrics: Metrics
    colours: Colours
    faces: dict[Role, Face]
    space: Space
    sizes: Sizes


_TEXT: dict[Role, tuple[float, float, int]] = {
    # role: (standard px, large px, weight)
    Role.HERO: (168, 184, 800),
    Role.DISPLAY: (84, 92, 800),
    Role.TITLE: (58, 66, 700),
    Role.HEADING: (40, 52, 700),
    Role.LEAD: (36, 48, 500),
    Role.BODY: (30, 42, 500),
    Role.STRONG: (30, 42, 700),
    Role.CAPTION: (26, 36, 500),
    Role.NUMBER: (120, 136, 800),
    Role.BUTTON: (32, 44, 700),
    Role.KEY: (44, 54, 700),
    Role.CHIP: (26, 36, 700),
    Role.STRIP: (28, 32, 700),
    Role.STRIP_SMALL: (22, 26, 500),
}


def tokens_for(metrics: Metrics, theme: ThemeName = ThemeName.STANDARD) -> Tokens:
    """The tokens of a theme on a display."""
    large = theme is ThemeName.LARGE
    scale = metrics.scale

    def px(reference: float) -> int:
        return max(1, round(reference * scale))

    def touch(reference: float, millimetres: float) -> int:
        return max(px(reference), metrics.px_of_mm(millimetres))

    faces = {
        role: Face(max(1, round((big if large else normal) * metrics.text_scale)), weight)
        for role, (normal, big, weight) in _TEXT.items()
    }
    space = Space(xs=px(6), s=px(12), m=px(20), l=px(32), xl=px(48), gap=touch(22, GAP_MM), page=px(64))
    sizes = Sizes(
        target=touch(84, TARGET_MM),
        action=max(px(124), metrics.px_of_mm(TARGET_MM)),
        tile=px(190),
        strip=px(100),
        key=touch(88, TARGET_MM),
        key_max=max(px(132), metrics.px_of_mm(TARGET_MM)),
        row=touch(104, TARGET_MM),
        radius_s=px(10),
        radius_m=px(16),
        radius_l=px(24),
        border=px(2),
        border_strong=px(4),
        focus=px(5),
        icon_s=px(30),
        icon_m=px(42),
        icon_l=px(64),
        icon_xl=px(128),
        gold_line=px(5),
        ring=px(120),
        ring_stroke=px(12),
        dot=px(26),
        step=px(56),
        qr=px(340),
        outline=px(6),
        scroll_bar=px(16),
    )
    return Tokens(theme, metrics, PALETTES[theme], faces, space, sizes)
