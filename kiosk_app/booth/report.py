"""The daily report: how many came, how many could not be served and why; computed from the journal's facts and nothing else."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from statistics import median

from kiosk_app.booth.audit import Exported, LockedOut, Overridden, Viewed
from kiosk_app.booth.codec import encode
from kiosk_app.booth.facts import (
    ArrivalFlag,
    Arrived,
    Called,
    Fact,
    Finished,
    LoginFailed,
    Missed,
    PhotoTaken,
    Recorded,
    TurnedAway,
)
from kiosk_app.booth.people import OTHER_AREA
from kiosk_app.booth.profile import Profile

UNKNOWN_TYPE = "unknown"
_SLICE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class DailyReport:
    """Counts of one place and day. `demand` = everybody who came: arrivals and turned away.

    `by_type` and `by_area` list every entry of the profile, also with 0, so that days compare; the others what there was. Half hours
    are named by their start ("09:30"). Somebody who comes back after being turned away counts again. Waits are minutes from
    arrival to the first call. `overrides_by_rule` counts what officers let pass although a rule did not hold; `unmasked_views` and
    `exports` are what somebody saw unmasked or took away.
    """

    day: date
    place: str
    demand: int
    arrived: int
    turned_away: int
    turned_away_by_reason: dict[str, int]
    by_type: dict[str, int]
    by_area: dict[str, int]
    by_lane: dict[str, int]
    arrivals_by_half_hour: dict[str, int]
    turned_away_by_half_hour: dict[str, int]
    provisional: int
    photos: int
    photo_retakes: int
    photo_overrides: int
    outcomes: dict[str, int]
    missed: int
    overrides_by_rule: dict[str, int]
    unmasked_views: int
    exports: int
    logins_failed: int
    lockouts: int
    wait_minutes_median: float | None
    wait_minutes_p90: float | None
    facts: int
    first_seq: int | None
    last_seq: int | None


def daily_report(records: Iterable[Recorded], day: date, profile: Profile) -> DailyReport:
    """The report over all `records` of one day (others are left out) in the order in which they happened."""
    today = [record for record in records if record.stamp.at.astimezone(profile.zone).date() == day]
    arrivals = [(record, record.fact) for record in today if isinstance(record.fact, Arrived)]
    away = [(record, record.fact) for record in today if isinstance(record.fact, TurnedAway)]
    photos = [record.fact for record in today if isinstance(record.fact, PhotoTaken)]
    waits = sorted(_waits(today))
    types = Counter(fact.service or UNKNOWN_TYPE for _, fact in arrivals)
    areas = Counter(fact.area or OTHER_AREA for _, fact in arrivals)
    return DailyReport(
        day=day,
        place=profile.place,
        demand=len(arrivals) + len(away),
        arrived=len(arrivals),
        turned_away=len(away),
        turned_away_by_reason=dict(sorted(Counter(fact.reason.value for _, fact in away).items())),
        by_type=_complete(types, [service.id for service in profile.services]),
        by_area=_complete(areas, [area.code for area in profile.areas]),
        by_lane=dict(sorted(Counter(fact.lane.value for _, fact in arrivals).items())),
        arrivals_by_half_hour=_by_half_hour((record for record, _ in arrivals), profile),
        turned_away_by_half_hour=_by_half_hour((record for record, _ in away), profile),
        provisional=sum(ArrivalFlag.PROVISIONAL in fact.flags for _, fact in arrivals),
        photos=len({photo.visit for photo in photos}),
        photo_retakes=sum(photo.attempts - 1 for photo in photos),
        photo_overrides=sum(photo.override_reason != "" for photo in photos),
        outcomes=dict(
            sorted(Counter(record.fact.outcome.value for record in today if isinstance(record.fact, Finished)).items())
        ),
        missed=len({record.fact.visit for record in today if isinstance(record.fact, Missed)}),
        overrides_by_rule=dict(
            sorted(Counter(record.fact.rule for record in today if isinstance(record.fact, Overridden)).items())
        ),
        unmasked_views=_count(today, Viewed),
        exports=_count(today, Exported),
        logins_failed=_count(today, LoginFailed),
        lockouts=_count(today, LockedOut),
        wait_minutes_median=round(median(waits), 1) if waits else None,
        wait_minutes_p90=round(waits[(len(waits) * 9 - 1) // 10], 1) if waits else None,
        facts=len(today),
        first_seq=today[0].seq if today else None,
        last_seq=today[-1].seq if today else None,
    )


def _count(records: Iterable[Recorded], kind: type[Fact]) -> int:
    return sum(isinstance(record.fact, kind) for record in records)


def _complete(counts: Counter[str], known: list[str]) -> dict[str, int]:
    """The profile's entries first, in its order; then whatever else was counted."""
    return {key: counts[key] for key in [*known, *sorted(set(counts) - set(known))]}


def _by_half_hour(records: Iterable[Recorded], profile: Profile) -> dict[str, int]:
    return dict(sorted(Counter(_half_hour(record.stamp.at.astimezone(profile.zone)) for record in records).items()))


def _half_hour(moment: datetime) -> str:
    return f"{moment.hour:02d}:{'30' if moment.minute >= _SLICE.seconds // 60 else '00'}"


def _waits(records: Iterable[Recorded]) -> Iterator[float]:
    arrived: dict[str, datetime] = {}
    for record in records:
        if isinstance(record.fact, Arrived):
            arrived[record.fact.visit] = record.stamp.at
        elif isinstance(record.fact, Called) and record.fact.visit in arrived:
            yield (record.stamp.at - arrived.pop(record.fact.visit)) / timedelta(minutes=1)


def to_json(report: DailyReport) -> dict[str, object]:
    """The report as one JSON object."""
    return {field.name: encode(getattr(report, field.name)) for field in fields(report)}


def to_csv(report: DailyReport) -> str:
    """The report as rows of section, item, count; a spreadsheet opens it as it is."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("section", "item", "count"))
    writer.writerow(("report", "day", report.day.isoformat()))
    writer.writerow(("report", "place", _plain_cell(report.place)))
    for section, values in to_json(report).items():
        if isinstance(values, dict):
            writer.writerows((section, _plain_cell(item), count) for item, count in values.items())
        elif section not in ("day", "place"):
            writer.writerow(("total", section, "" if values is None else values))
    return out.getvalue()


def _plain_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text
