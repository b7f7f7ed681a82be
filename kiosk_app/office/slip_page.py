"""How a confirmation slip looks: A5, upright. The code and the appointment above, what to bring in the middle, notes below."""

from dataclasses import dataclass, replace
from datetime import datetime

from PIL import Image

from kiosk_app.booth.profile import Place, Service
from kiosk_app.errors import KioskError
from kiosk_app.office.slip_pen import DPI, Pen, Style, px
from kiosk_app.office.slip_words import Words, clock_time, long_date, words

PAGE_MM = (148.0, 210.0)
MODULE_PX = 12
QUIET_ZONE = 4
_STRIP, _GOLD, _PRIMARY, _SOFT, _LINE = "#0A3D6B", "#F2C14E", "#0B4F8A", "#E2EDF7", "#D5DEE7"
_MUTED, _ON_STRIP = "#465767", "#C9DCEC"
_MARGIN = 10.0
_WIDTH = PAGE_MM[0] - 2 * _MARGIN
_FOOT = 8.0  # of the page, for the line that says when it was issued
_COLUMN_GAP, _TICK = 4.0, 5.2
_OTHERS = Style(7.6, colour=_MUTED)
_LABEL = Style(7.2, colour=_MUTED)
_SCALES = (1.0, 0.94, 0.88, 0.82, 0.76)  # below it the second language is too small to read


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a slip says. Times are in the office's zone; `documents` are catalogue keys; `name` is masked already."""

    booking_id: str
    modules: list[list[bool]]
    ministry: str
    office: str
    slot: datetime
    opens: datetime
    place: Place
    service: Service
    documents: tuple[str, ...]
    name: str
    issued: datetime


def draw_page(facts: Facts) -> Image.Image:
    """The page, RGB at 300 dots an inch. Raises KioskError "slip-full" when a service wants more papers than a page holds."""
    for scale in _SCALES:
        pen = Pen(*PAGE_MM)
        y = _head(pen, facts)
        y = max(_code(pen, facts, y), _appointment(pen, facts, y))
        y = _documents(pen, facts, y + 3.5, scale)
        if _notes(pen, facts, y + 3, scale):
            return pen.image
    raise KioskError("slip-full", "The papers of this service do not fit on a slip.", "List fewer in the profile.")


def group_id(booking_id: str) -> str:
    """A booking id as people read it out: "ABCD EFG HIJK"; the booths take it with its spaces."""
    return f"{booking_id[:4]} {booking_id[4:7]} {booking_id[7:]}"


def _head(pen: Pen, facts: Facts) -> float:
    pen.box(0, 0, PAGE_MM[0], 21, fill=_STRIP)
    pen.box(0, 21, PAGE_MM[0], 0.9, fill=_GOLD)
    y = pen.text(_MARGIN, 3.4, facts.ministry, Style(8.2, 500, _ON_STRIP), _WIDTH)
    y = pen.text(_MARGIN, y, facts.office, Style(13.5, 700, "#FFFFFF"), _WIDTH)
    office = words("idle.org")
    if office.id == facts.office:  # the other languages know only the office that the texts were written for
        pen.text(_MARGIN, y - 0.1, office.others, Style(7.6, 500, _ON_STRIP), _WIDTH)
    title = words("slip.title")
    y = pen.text(_MARGIN, 25.2, title.id, Style(20, 800, _STRIP), _WIDTH)
    return pen.text(_MARGIN, y - 0.6, title.others, Style(9.2, 500, _MUTED), _WIDTH) + 3.2


def _code(pen: Pen, facts: Facts, top: float) -> float:
    """The code in its frame, the booking code under it; the frame stands outside the quiet zone."""
    side = _side(facts)
    frame, inset = side + 3, 1.5
    pen.modules(_MARGIN + inset, top + inset, facts.modules, MODULE_PX)
    label = words("slip.code")
    y = pen.text(_MARGIN, top + side + inset + 0.4, f"{label.id} · {label.others}", _LABEL, frame, centred=True)
    y = pen.text(_MARGIN, y - 0.2, group_id(facts.booking_id), Style(15.5, 800, _STRIP), frame, centred=True) + 1
    pen.box(_MARGIN, top, frame, y - top, edge=_LINE, radius=2.5, stroke=0.4)
    return y


def _appointment(pen: Pen, facts: Facts, top: float) -> float:
    x = _MARGIN + _side(facts) + 3 + 7
    width = PAGE_MM[0] - _MARGIN - x
    day, time = long_date(facts.slot), clock_time(facts.slot)
    y = _label(pen, x, top, "confirm.slot", width)
    y = pen.text(x, y, day.id, Style(11.5, 700), width)
    y = pen.text(x, y - 0.5, time.id, Style(18, 800, _PRIMARY), width)
    y = pen.text(x, y, f"{day.en}, {time.en}", _OTHERS, width)
    y = pen.text(x, y, f"{day.zh} {time.zh}", _OTHERS, width)
    y = _label(pen, x, y + 2.4, "confirm.place", width)
    y = pen.text(x, y, facts.place.name, Style(11.5, 700), width)
    if facts.place.address:
        y = pen.text(x, y, facts.place.address, Style(8.4), width)
    y = _label(pen, x, y + 2.4, "confirm.type", width)
    service = words(facts.service.title)
    y = pen.text(x, y, service.id, Style(9.8, 700), width)
    y = pen.text(x, y, service.others, _OTHERS, width)
    y = _label(pen, x, y + 2.4, "confirm.name", width)
    return pen.text(x, y, facts.name, Style(9.8, 700), width)


def _label(pen: Pen, x: float, y: float, key: str, width: float) -> float:
    label = words(key)
    return pen.text(x, y, f"{label.id} · {label.others}", _LABEL, width)


def _side(facts: Facts) -> float:
    """Of the code with its quiet zone, in mm."""
    return len(facts.modules) * MODULE_PX * 25.4 / DPI


def _documents(pen: Pen, facts: Facts, top: float, scale: float) -> float:
    """Two columns of what to bring, each with a box to tick at home."""
    pen.box(_MARGIN, top, _WIDTH, 0.3, fill=_LINE)
    title, small = words("doc.title"), _scaled(_OTHERS, scale)
    y = pen.text(_MARGIN, top + 2.4, title.id, Style(12 * scale, 700, _STRIP), _WIDTH)
    y = pen.text(_MARGIN, y - 0.3, title.others, small, _WIDTH) + 1.8 * scale
    column = (_WIDTH - _COLUMN_GAP) / 2
    for start in range(0, len(facts.documents), 2):
        ends = [
            _document(pen, _MARGIN + place * (column + _COLUMN_GAP), y, words(key), column, scale)
            for place, key in enumerate(facts.documents[start : start + 2])
        ]
        y = max(ends) + 1.6 * scale
    copy = words("doc.copy")
    return pen.text(_MARGIN, y, f"{copy.id} · {copy.others}", small, _WIDTH)


def _document(pen: Pen, x: float, y: float, document: Words, width: float, scale: float) -> float:
    pen.box(x, y + 0.3, 3.4, 3.4, edge=_PRIMARY, radius=0.7, stroke=0.35)
    y = pen.text(x + _TICK, y, document.id, Style(8.7 * scale, 700), width - _TICK)
    return _others(pen, x + _TICK, y - 0.1, document, _scaled(_OTHERS, scale), width - _TICK)


def _others(pen: Pen, x: float, y: float, said: Words, style: Style, width: float) -> float:
    """English and Chinese in one line where they fit, else each in its own: no lone sign on a line."""
    if style.width(said.others) <= px(width):
        return pen.text(x, y, said.others, style, width)
    return pen.text(x, pen.text(x, y, said.en, style, width), said.zh, style, width)


def _notes(pen: Pen, facts: Facts, top: float, scale: float) -> bool:
    """On a soft ground at the foot: how to check in, or where this is served; what it costs. False when there is no room."""
    first = ("slip.show", "slip.arrive") if facts.service.at_booth else ("st.office",)
    bold, small, inner = Style(8.4 * scale, 700), _scaled(_OTHERS, scale), _WIDTH - 10
    ground = Pen(_WIDTH, PAGE_MM[1])
    ground.box(0, 0, _WIDTH, PAGE_MM[1], fill=_SOFT)
    y = 2.6
    for key in (*first, "fee.note"):
        note = words(key, t=clock_time(facts.opens))
        y = ground.text(5, y, note.id, bold, inner)
        y = ground.text(5, y - 0.1, note.en, small, inner)
        y = ground.text(5, y, note.zh, small, inner) + 1.2 * scale
    height, foot = y + 1.2, PAGE_MM[1] - _FOOT
    pen.paste(_MARGIN, max(top, foot - height), ground, height, radius=2.5)
    issued = words("slip.issued", d=long_date(facts.issued))
    pen.text(_MARGIN, foot + 1.6, f"{issued.id} · {issued.others}", Style(6.4, 500, _MUTED), _WIDTH)
    return top + height <= foot


def _scaled(style: Style, scale: float) -> Style:
    return replace(style, points=style.points * scale)
