"""Dates and times as each language writes them, for the screens and for what the office prints: an appointment reads the same on both."""

from datetime import date, time

_DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}
_MONTHS = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def long_date(language: str, day: date) -> str:
    """ "Sabtu, 25 Januari 2025", "Saturday, 25 January 2025", "2025年1月25日 星期六"."""
    weekday = _DAYS[language][day.weekday()]
    if language == "zh":
        return f"{plain_date(language, day)} {weekday}"
    return f"{weekday}, {plain_date(language, day)}"


def plain_date(language: str, day: date) -> str:
    """ "25 Januari 2025", "25 January 2025", "2025年1月25日": a date without its weekday, such as a birth date."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def plain_time(language: str, at: time) -> str:
    """ "09.30" in Indonesian, "09:30" in English and Chinese: for a text that says the rest."""
    return f"{at.hour:02d}{'.' if language == 'id' else ':'}{at.minute:02d}"


def clock_time(language: str, at: time, zone_name: str) -> str:
    """ "pukul 09.30 WIB", "09:30 WIB": a time that stands by itself, with the name of its zone, which may be empty."""
    said = f"{plain_time(language, at)} {zone_name}".rstrip()
    return f"pukul {said}" if language == "id" else said
