"""Numbers, dates and times as each language writes them."""

from datetime import date, datetime, tzinfo

_DAYS = {
    "id": ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "zh": ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
}
_MONTHS = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


class Formats:
    """How one language writes numbers, dates and times.

    Moments must know their zone (ValueError otherwise) and are shown in `zone`, the booth's: "Asia/Jakarta" is WIB. Dates
    without a time are taken as they are.
    """

    def __init__(self, language: str) -> None:
        self._language = language

    def number(self, value: int) -> str:
        """1234 -> "1.234" in Indonesian, "1,234" in English and Chinese."""
        grouped = f"{value:,}"
        return grouped.replace(",", ".") if self._language == "id" else grouped

    def long_date(self, day: date) -> str:
        """ "Sabtu, 25 Januari 2025", "Saturday, 25 January 2025", "2025年1月25日 星期六"."""
        weekday = _DAYS[self._language][day.weekday()]
        if self._language == "zh":
            return f"{self.plain_date(day)} {weekday}"
        return f"{weekday}, {self.plain_date(day)}"

    def plain_date(self, day: date) -> str:
        """ "25 Januari 2025", "25 January 2025", "2025年1月25日": a date without its weekday, such as a birth date."""
        if self._language == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[self._language][day.month - 1]} {day.year}"

    def time(self, moment: datetime, zone: tzinfo) -> str:
        """ "09.30" in Indonesian, "09:30" in English and Chinese: for a text that says the rest."""
        local = _in_zone(moment, zone)
        point = "." if self._language == "id" else ":"
        return f"{local.hour:02d}{point}{local.minute:02d}"

    def clock(self, moment: datetime, zone: tzinfo) -> str:
        """ "pukul 09.30 WIB", "09:30 WIB": a time that stands by itself, with the name of its zone."""
        name = _in_zone(moment, zone).tzname() or ""
        said = f"{self.time(moment, zone)} {name}".rstrip()
        return f"pukul {said}" if self._language == "id" else said

    def moment(self, moment: datetime, zone: tzinfo) -> str:
        """Date and time: "Sabtu, 25 Januari 2025, pukul 09.30 WIB"."""
        day = self.long_date(_in_zone(moment, zone).date())
        between = " " if self._language == "zh" else ", "
        return f"{day}{between}{self.clock(moment, zone)}"


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be shown; which clock is it?")
    return moment.astimezone(zone)
