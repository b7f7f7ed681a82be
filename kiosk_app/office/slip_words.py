"""The words of a confirmation slip: each in Indonesian, English and Chinese, from the catalogues that the screens use too."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from kiosk_app.errors import KioskError
from kiosk_app.paths import assets_dir

LANGUAGES = ("id", "en", "zh")
_DAYS = {
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "zh": "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
}
_MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the three languages, Indonesian first."""

    id: str
    en: str
    zh: str

    @property
    def others(self) -> str:
        """English and Chinese in one line."""
        return f"{self.en} · {self.zh}"


def words(key: str, **values: Words) -> Words:
    """The text of a catalogue key, its {places} filled with `values` of the same language.

    Raises KioskError "slip-words" for a key that the catalogues lack: a service of the profile may name any.
    """
    try:
        texts = [
            text[key].format_map({name: getattr(value, language) for name, value in values.items()})
            for language, text in zip(LANGUAGES, _catalogues(assets_dir()), strict=True)
        ]
    except KeyError as error:
        raise KioskError(
            "slip-words", f"The texts have no {error.args[0]}.", "Name services and documents by keys of the catalogue."
        ) from error
    return Words(*texts)


def long_date(local: datetime) -> Words:
    """ "Sabtu, 25 Januari 2025", "Saturday, 25 January 2025", "2025年1月25日 星期六"."""
    named = {
        language: f"{_DAYS[language].split()[local.weekday()]}, {local.day} {months.split()[local.month - 1]} {local.year}"
        for language, months in _MONTHS.items()
    }
    chinese = f"{local.year}年{local.month}月{local.day}日 {_DAYS['zh'].split()[local.weekday()]}"
    return Words(named["id"], named["en"], chinese)


def clock_time(local: datetime) -> Words:
    """ "pukul 09.30 WIB", "09:30 WIB" twice."""
    zone = local.tzname() or ""
    other = f"{local:%H:%M} {zone}".rstrip()
    return Words(f"pukul {local:%H.%M} {zone}".rstrip(), other, other)


@cache
def _catalogues(assets: Path) -> tuple[dict[str, str], ...]:
    try:
        return tuple(
            json.loads((assets / "i18n" / f"{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
        )
    except (OSError, ValueError) as error:
        raise KioskError("slip-words", "The program's texts cannot be read.", "Install the program again.") from error
