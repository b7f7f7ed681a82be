"""Dates and times as three languages write them."""

from datetime import date, time, timedelta

import pytest

from kiosk_app.booth.dates import clock_time, long_date, plain_date, plain_time

MONDAY = date(2024, 12, 30)


@pytest.mark.parametrize(
    ("language", "weekday_first", "expected"),
    [
        ("id", True, ["Senin, 30 Desember 2024", "Selasa, 31 Desember 2024", "Rabu, 1 Januari 2025"]),
        ("en", True, ["Monday, 30 December 2024", "Tuesday, 31 December 2024", "Wednesday, 1 January 2025"]),
        ("zh", False, ["2024年12月30日 星期一", "2024年12月31日 星期二", "2025年1月1日 星期三"]),
    ],
)
def test_a_date_with_its_weekday(language: str, weekday_first: bool, expected: list[str]) -> None:
    days = [MONDAY + timedelta(days=step) for step in range(7)]
    said = [long_date(language, day) for day in days]
    assert said[:3] == expected
    weekdays = {one.split()[0 if weekday_first else 1] for one in said}
    assert len(weekdays) == 7
    assert all(plain_date(language, day) in one for day, one in zip(days, said, strict=True))


@pytest.mark.parametrize("language", ["id", "en", "zh"])
def test_no_two_months_share_a_name(language: str) -> None:
    assert len({plain_date(language, date(2025, month, 1)) for month in range(1, 13)}) == 12


@pytest.mark.parametrize(
    ("language", "plain", "clock"),
    [("id", "09.05", "pukul 09.05 WIB"), ("en", "09:05", "09:05 WIB"), ("zh", "09:05", "09:05 WIB")],
)
def test_a_time_of_the_day(language: str, plain: str, clock: str) -> None:
    assert plain_time(language, time(9, 5)) == plain
    assert clock_time(language, time(9, 5), "WIB") == clock
    assert clock_time(language, time(9, 5), "") == clock.removesuffix(" WIB")
