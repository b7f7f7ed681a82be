"""The words of a confirmation slip: each in Indonesian, English and Chinese, from the catalogues that the screens use too."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from kiosk_app.booth import dates
from kiosk_app.errors import KioskError
from kiosk_app.paths import assets_dir

LANGUAGES = ("id", "en", "zh")


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
    """The day as the screens write it: "Sabtu, 25 Januari 2025"."""
    return Words(*(dates.long_date(language, local.date()) for language in LANGUAGES))


def clock_time(local: datetime) -> Words:
    """The time as the screens write it: "pukul 09.30 WIB"."""
    return Words(*(dates.clock_time(language, local.time(), local.tzname() or "") for language in LANGUAGES))


@cache
def _catalogues(assets: Path) -> tuple[dict[str, str], ...]:
    try:
        return tuple(
            json.loads((assets / "i18n" / f"{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
        )
    except (OSError, ValueError) as error:
        raise KioskError("slip-words", "The program's texts cannot be read.", "Install the program again.") from error
