"""How everything looks: measures, palettes, type and spacing as tokens; fonts and icons; no widget knows a colour."""

from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.metrics import Metrics
from kiosk_app.ui.theme.palettes import Colours, ThemeName
from kiosk_app.ui.theme.tokens import Role, Tokens, Tone

__all__ = ["Colours", "Look", "Metrics", "Role", "ThemeName", "Tokens", "Tone"]
