"""Numbers, dates and times as the language of the screens writes them."""

from datetime import date, datetime, tzinfo

from kiosk_app.booth.dates import clock_time, long_date, plain_time


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
        """ "Sabtu, 25 Januari 2025"."""
        return long_date(self._language, day)

    def time(self, moment: datetime, zone: tzinfo) -> str:
        """ "09.30": for a text that says the rest."""
        return plain_time(self._language, _in_zone(moment, zone).time())

    def clock(self, moment: datetime, zone: tzinfo) -> str:
        """ "pukul 09.30 WIB": a time that stands by itself, with the name of its zone."""
        local = _in_zone(moment, zone)
        return clock_time(self._language, local.time(), local.tzname() or "")

    def moment(self, moment: datetime, zone: tzinfo) -> str:
        """Date and time: "Sabtu, 25 Januari 2025, pukul 09.30 WIB"."""
        day = self.long_date(_in_zone(moment, zone).date())
        between = " " if self._language == "zh" else ", "
        return f"{day}{between}{self.clock(moment, zone)}"


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be shown; which clock is it?")
    return moment.astimezone(zone)
