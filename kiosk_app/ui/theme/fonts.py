"""The fonts that come with the booth, loaded from its own files: a mall PC has none of them."""

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from kiosk_app.ui.theme.tokens import FAMILIES, Face

WORD_GAIN = 0.06
"""Added to the space between words, in ems: Plus Jakarta Sans has a narrow one (0.17), too narrow to read from afar."""


def load_fonts(folder: Path) -> list[str]:
    """Register every TTF of `folder` with Qt and return the families that came.

    Raises FileNotFoundError naming the folder when it has no font, ValueError naming the file that Qt cannot read: a
    booth without its fonts would show boxes instead of Chinese.
    """
    files = sorted(folder.glob("*.ttf"))
    if not files:
        raise FileNotFoundError(f"no font (*.ttf) in {folder}")
    families: list[str] = []
    for file in files:
        number = QFontDatabase.addApplicationFont(str(file))
        if number < 0:
            raise ValueError(f"not a readable font: {file.name}")
        families += QFontDatabase.applicationFontFamilies(number)
    return families


def font_of(face: Face, *, even_digits: bool = False) -> QFont:
    """The font of a face: our families in order, its size in logical pixels, its weight.

    `even_digits` gives all digits one width, for codes that are compared figure by figure.
    """
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(face.px)
    font.setWeight(QFont.Weight(face.weight))
    font.setWordSpacing(face.px * WORD_GAIN)
    if even_digits:
        font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
