"""Rebuild assets/fonts from pinned packages: `python tools/vendor_fonts.py`. Needs npm and fontTools.

Plus Jakarta Sans is taken as it is: static files, because Qt ignores the weight axis of a variable font. Noto Sans SC
is cut down to the characters that we show: every character of the catalogues, GB2312 level 1 (the 3,755 most usual
ones, for names and places) and punctuation. Both are under the SIL Open Font License; its text goes to assets/licences.
"""

import io
import json
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from npm_package import NpmPackage

ASSETS = Path(__file__).resolve().parent.parent / "assets"

JAKARTA = NpmPackage(
    "@expo-google-fonts/plus-jakarta-sans", "0.4.2", "42c73a374d52bc6448dd6a630c37a9d86bb357f1605db8c18229354174441744"
)
NOTO_SC = NpmPackage(
    "@expo-google-fonts/noto-sans-sc", "0.4.3", "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59"
)
JAKARTA_WEIGHTS = ("500Medium", "700Bold", "800ExtraBold")
NOTO_WEIGHTS = ("500Medium", "700Bold")

GB2312_LEVEL_1 = range(0xB0, 0xD8)
"""Lead bytes of the characters of level 1; trail bytes run from A1 to FE (GB 2312-80)."""


def characters() -> str:
    """Every character that the Chinese font must have."""
    level_1 = "".join(
        bytes((lead, trail)).decode("gb2312", errors="ignore") for lead in GB2312_LEVEL_1 for trail in range(0xA1, 0xFF)
    )
    catalogues = "".join(
        "".join(json.loads(file.read_text(encoding="utf-8")).values()) for file in (ASSETS / "i18n").glob("*.json")
    )
    punctuation = "".join(map(chr, [*range(0x20, 0x7F), *range(0x2010, 0x2028), *range(0x3000, 0x3018)]))
    full_width = "".join(map(chr, range(0xFF01, 0xFF5F)))
    return level_1 + catalogues + punctuation + full_width + "·￥年月日"


def cut(font: bytes, wanted: str) -> bytes:
    """The font with only the wanted characters and without hinting, as TTF."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "locl"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.notdef_outline = True
    opened = TTFont(io.BytesIO(font), recalcTimestamp=False)
    work = subset.Subsetter(options)
    work.populate(text=wanted)
    work.subset(opened)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def main() -> None:
    """Write the fonts and their licences."""
    fonts, licences = ASSETS / "fonts", ASSETS / "licences"
    latin = {weight: f"{weight}/PlusJakartaSans_{weight}.ttf" for weight in JAKARTA_WEIGHTS}
    chinese = {weight: f"{weight}/NotoSansSC_{weight}.ttf" for weight in NOTO_WEIGHTS}
    for package, files, licence in ((JAKARTA, latin, "plus-jakarta-sans.txt"), (NOTO_SC, chinese, "noto-sans-sc.txt")):
        content = package.read("LICENSE_FONT", *files.values())
        (licences / licence).write_bytes(content["LICENSE_FONT"])
        for member in files.values():
            data = content[member]
            if package is NOTO_SC:
                data = cut(data, characters())
            target = fonts / Path(member).name
            target.write_bytes(data)
            print(f"{target.name}: {len(data) // 1024} KB")


if __name__ == "__main__":
    main()
