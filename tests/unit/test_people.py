from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.booth.people import (
    OTHER_AREA,
    Nik,
    NikProblem,
    Sex,
    age_on,
    area_of,
    is_single_name,
    mask_name,
    parse_nik,
)
from tests.memory import profile

TODAY = date(2026, 3, 1)


@given(st.dates(date(1927, 1, 1), TODAY), st.booleans(), st.integers(1, 9999))
def test_a_nik_tells_birth_date_and_sex(birth: date, female: bool, serial: int) -> None:
    text = f"167101{birth.day + 40 * female:02d}{birth.month:02d}{birth.year % 100:02d}{serial:04d}"
    assert parse_nik(text, TODAY) == Nik(birth, Sex.FEMALE if female else Sex.MALE, "16.71")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", NikProblem.LENGTH),
        ("167101410790000", NikProblem.LENGTH),
        ("²671014107900001", NikProblem.LENGTH),
        ("0071014107900001", NikProblem.PROVINCE),
        ("1671010013900001", NikProblem.DATE),
        ("1671013202900001", NikProblem.DATE),
        ("1671018001900001", NikProblem.DATE),
        ("1671014001900001", NikProblem.DATE),
        ("1671018101900001", NikProblem.DATE),
        ("1671014107900000", NikProblem.SERIAL),
    ],
)
def test_what_cannot_be_a_nik(text: str, problem: NikProblem) -> None:
    assert parse_nik(text, TODAY) is problem


def test_leap_day_of_the_other_century_and_a_birthday_yet_to_come() -> None:
    assert parse_nik("1671012902000001", TODAY) == Nik(date(2000, 2, 29), Sex.MALE, "16.71")
    assert parse_nik("1671010203260001", TODAY) == Nik(date(1926, 3, 2), Sex.MALE, "16.71")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("BUDI SANTOSO", "BUDI S***"),
        ("Nu'man", "Nu'***"),
        ("R.A. Siti Nurbaya", "R.A. S*** N***"),
        ("Ani", "A***"),
        ("X", "X***"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_areas_single_names_and_ages() -> None:
    areas = profile().areas
    assert area_of("16.07", areas) == "16.07"
    assert area_of("31.71", areas) == OTHER_AREA
    assert is_single_name("Suharto")
    assert not is_single_name("Siti Aminah")
    assert age_on(date(2000, 2, 29), date(2026, 2, 28)) == 25
    assert age_on(date(2000, 2, 29), date(2026, 3, 1)) == 26
