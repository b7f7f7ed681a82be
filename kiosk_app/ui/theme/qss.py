"""The part of the look that Qt's own widgets take from a style sheet; the kit paints the rest itself."""

from kiosk_app.ui.theme.tokens import Tokens


def qss_for(tokens: Tokens) -> str:
    """The style sheet of a window: cards, scroll areas and bars, from tokens."""
    c, s = tokens.colours, tokens.sizes
    return f"""
QFrame[kit="card"] {{
    background: {c.surface};
    border: {s.border}px solid {c.divider};
    border-radius: {s.radius_l}px;
}}
QFrame[kit="card"][emphasis="true"] {{
    border: {s.border_strong}px solid {c.primary};
}}
QFrame[kit="sunken"] {{
    background: {c.surface_sunken};
    border: none;
    border-radius: {s.radius_m}px;
}}
QScrollArea, QScrollArea > QWidget > QWidget {{
    background: transparent;
    border: none;
}}
QScrollBar:vertical {{
    background: transparent;
    width: {s.scroll_bar}px;
    margin: 0;
}}
QScrollBar::handle:vertical {{
    background: {c.border};
    border-radius: {s.scroll_bar // 2}px;
    min-height: {s.target}px;
}}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent;
    height: 0;
}}
"""
