"""Names, NIK and areas: what Indonesian identity data can and cannot tell."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk_app.booth.profile import Area

OTHER_AREA = "other"
_NIK = re.compile(r"[0-9]{16}", re.ASCII)
_FEMALE_DAY_OFFSET = 40
# Kemendagri province codes in use; a NIK keeps the code of its first registration, so old ones stay valid.
_PROVINCES = frozenset(
    [*range(11, 20), 21, *range(31, 37), *range(51, 54), *range(61, 66), *range(71, 77), 81, 82, *range(91, 98)]
)


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class NikProblem(StrEnum):
    """Why a number cannot be a NIK. There is no check digit, so a wrong digit may go unseen."""

    LENGTH = "length"
    PROVINCE = "province"
    DATE = "date"
    SERIAL = "serial"


@dataclass(frozen=True, slots=True)
class Nik:
    """What a NIK says: birth date, sex and the place of FIRST registration, which is not where somebody lives now."""

    birth_date: date
    sex: Sex
    region: str


def parse_nik(text: str, today: date) -> Nik | NikProblem:
    """The NIK's content, or what is wrong with it. A two-digit year lies in the hundred years up to `today`."""
    if not _NIK.fullmatch(text):
        return NikProblem.LENGTH
    if int(text[:2]) not in _PROVINCES:
        return NikProblem.PROVINCE
    day = int(text[6:8])
    sex = Sex.FEMALE if day > _FEMALE_DAY_OFFSET else Sex.MALE
    born_on = day - _FEMALE_DAY_OFFSET if sex is Sex.FEMALE else day
    birth_date = _birth_date(born_on, int(text[8:10]), int(text[10:12]), today)
    if birth_date is None:
        return NikProblem.DATE
    if text[12:] == "0000":
        return NikProblem.SERIAL
    return Nik(birth_date, sex, f"{text[:2]}.{text[2:4]}")


def _birth_date(day: int, month: int, short_year: int, today: date) -> date | None:
    century = today.year - today.year % 100
    for year in (century + short_year, century - 100 + short_year):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue  # 29 February exists in one century's year and not in the other's
        if candidate <= today:
            return candidate
    return None


def mask_name(name: str) -> str:
    """The name for a public screen: the first word, then initials ("BUDI S***"); one word keeps half of itself at most."""
    words = name.split()
    if not words:
        return ""
    if len(words) == 1:
        keep = max(1, min(3, len(words[0]) // 2))
        return words[0][:keep] + "***"
    return " ".join([words[0], *(word[0] + "***" for word in words[1:])])


def is_single_name(name: str) -> bool:
    """Whether the person has one name; normal in Indonesia, but umrah visas want two words."""
    return len(name.split()) == 1


def area_of(code: str, areas: tuple[Area, ...]) -> str:
    """The code if the office lists it, else OTHER_AREA; counted by address, never by NIK."""
    return code if any(area.code == code for area in areas) else OTHER_AREA


def age_on(birth_date: date, day: date) -> int:
    """Full years of life on `day`."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
