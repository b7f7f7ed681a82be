"""Draws on a page that is measured as printers measure: places in millimetres, letters in points.

Text is set in the product's own fonts, Chinese in the second of them, and broken where its language breaks: at spaces, and
between any two Chinese characters.
"""

import re
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from kiosk_app.errors import KioskError
from kiosk_app.paths import assets_dir

DPI = 300
_MM_PER_INCH = 25.4
_POINTS_PER_INCH = 72
_LINE = 1.32  # line height in ems
_ASCENT = 1.0  # from a line's top to its baseline, in ems
_WORD_GAIN = 0.06  # Plus Jakarta Sans has a narrow space; the screens widen it by as much
FACES = {
    500: ("PlusJakartaSans_500Medium.ttf", "NotoSansSC_500Medium.ttf"),
    700: ("PlusJakartaSans_700Bold.ttf", "NotoSansSC_700Bold.ttf"),
    800: ("PlusJakartaSans_800ExtraBold.ttf", "NotoSansSC_700Bold.ttf"),
}
_CHINESE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_PIECES = re.compile(rf"{_CHINESE}[，。、：；！？）]?|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|\s+")


def px(mm: float) -> int:
    """Millimetres in pixels of the page."""
    return round(mm * DPI / _MM_PER_INCH)


def is_chinese(sign: str) -> bool:
    """Whether a character is set in the Chinese font."""
    return re.match(_CHINESE, sign) is not None


@dataclass(frozen=True, slots=True)
class Style:
    """Size in points, weight (500, 700, 800) and colour of a text."""

    points: float
    weight: int = 500
    colour: str = "#13212E"

    @property
    def em(self) -> float:
        """The size in pixels."""
        return self.points * DPI / _POINTS_PER_INCH

    def font(self, chinese: bool) -> ImageFont.FreeTypeFont:
        """The face for Latin or for Chinese characters."""
        return _font(FACES[self.weight][chinese], round(self.em))

    def width(self, text: str) -> float:
        """Of a text on one line, in pixels."""
        return sum(advance(piece, self) for piece in _PIECES.findall(text))


class Pen:
    """Draws on one page, white at first. Sizes of the page in millimetres."""

    def __init__(self, width: float, height: float) -> None:
        self.image = Image.new("RGB", (px(width), px(height)), "white")
        self._draw = ImageDraw.Draw(self.image)

    def text(self, x: float, y: float, text: str, style: Style, width: float, centred: bool = False) -> float:
        """Sets a text into a column of `width` mm whose upper left corner is at x, y; returns the y below it."""
        top = float(px(y))
        for line in _broken(text, style, px(width)):
            start = px(x) + ((px(width) - style.width(line)) / 2 if centred else 0)
            self._line(start, top + _ASCENT * style.em, line, style)
            top += _LINE * style.em
        return top * _MM_PER_INCH / DPI

    def box(
        self, x: float, y: float, width: float, height: float, fill: str | None = None, edge: str | None = None,
        radius: float = 0, stroke: float = 0.25,
    ) -> None:  # fmt: skip
        """A filled or outlined rectangle, all in mm."""
        corners = (px(x), px(y), px(x + width) - 1, px(y + height) - 1)
        self._draw.rounded_rectangle(corners, px(radius), fill=fill, outline=edge, width=max(1, px(stroke)))

    def paste(self, x: float, y: float, other: "Pen", height: float, radius: float) -> None:
        """Puts the upper `height` mm of another drawing here, its corners rounded; what lies below the page is lost."""
        part = other.image.crop((0, 0, other.image.width, px(height)))
        mask = Image.new("L", part.size)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, part.width - 1, part.height - 1), px(radius), fill=255)
        self.image.paste(part, (px(x), px(y)), mask)

    def modules(self, x: float, y: float, matrix: list[list[bool]], module: int) -> None:
        """A QR code with `module` whole pixels a module: edges between pixels would be grey."""
        left, top = px(x), px(y)
        for row, line in enumerate(matrix):
            for column, dark in enumerate(line):
                if dark:
                    corner = (left + column * module, top + row * module)
                    self._draw.rectangle((*corner, corner[0] + module - 1, corner[1] + module - 1), fill="black")

    def _line(self, x: float, baseline: float, line: str, style: Style) -> None:
        for piece in _PIECES.findall(line):
            if not piece.isspace():
                font = style.font(is_chinese(piece[0]))
                self._draw.text((x, baseline), piece, font=font, fill=style.colour, anchor="ls")
            x += advance(piece, style)


def _broken(text: str, style: Style, width: float) -> list[str]:
    """The lines of a text. A single word that is too wide stays whole: nothing on a slip is cut."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1].strip() and style.width((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] = (lines[-1] + piece).lstrip()
    return [line.rstrip() for line in lines]


@cache
def advance(piece: str, style: Style) -> float:
    """The width of one word, one Chinese character or one space, in pixels."""
    gain = _WORD_GAIN * style.em if piece.isspace() else 0.0
    return style.font(is_chinese(piece[0])).getlength(piece) + gain


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(str(assets_dir() / "fonts" / name), size)
    except OSError as error:
        raise KioskError("slip-font", f"The font {name} cannot be read.", "Install the program again.") from error
