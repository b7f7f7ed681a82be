import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.booth.audit import Export, Exported, LockedOut, Overridden, Sight, Viewed
from kiosk_app.booth.facts import (
    Arrived,
    Called,
    CodeKind,
    Fact,
    Finished,
    HelpCalled,
    Lane,
    LoginFailed,
    Missed,
    Outcome,
    PhotoTaken,
    Reason,
    Recorded,
    Stamp,
    TurnedAway,
)
from kiosk_app.booth.report import daily_report, to_csv, to_json
from tests.memory import NINE, profile


def record(seq: int, fact: Fact, minutes: int = 0) -> Recorded:
    return Recorded(seq, f"r{seq}", Stamp(NINE + timedelta(minutes=minutes), 0, "b", None, 1), fact)


def arrived(visit: str, service: str = "new", area: str = "16.71") -> Arrived:
    return Arrived(visit, "A001", Lane.ORDINARY, CodeKind.NUMBER, service=service, area=area)


PHOTO = PhotoTaken("a", "o", "b" * 64, 1, "c" * 64, "k", 413, 531, 2, True)
DAY = [
    record(1, arrived("a")),
    record(2, arrived("b", service="", area=""), 29),
    record(3, TurnedAway(Reason.EARLY, CodeKind.NUMBER), 30),
    record(4, Called("a", "1", "o"), 12),
    record(5, Called("a", "1", "o", True), 20),
    record(6, Called("b", "1", "o"), 59),
    record(7, Called("z", "1", "o"), 60),
    record(8, PHOTO, 61),
    record(9, replace(PHOTO, attempts=1, override_reason="override.baby"), 62),
    record(10, Finished("a", "o", Outcome.DONE), 63),
    record(11, Missed("b", "o"), 64),
    record(12, HelpCalled("scan"), 65),
    record(13, arrived("c", service="future"), 24 * 60),
]


def test_a_day_is_counted() -> None:
    report = daily_report(DAY, NINE.date(), profile())
    assert (report.demand, report.arrived, report.turned_away) == (3, 2, 1)
    assert report.turned_away_by_reason == {"early": 1}
    assert report.by_type == {"new": 1, "renew": 0, "lost": 0, "unknown": 1}
    assert report.by_area == {"16.71": 1, "16.07": 0, "other": 1}
    assert report.arrivals_by_half_hour == {"09:00": 2}
    assert report.turned_away_by_half_hour == {"09:30": 1}
    assert (report.photos, report.photo_retakes, report.photo_overrides) == (1, 1, 1)
    assert (report.outcomes, report.missed) == ({"done": 1}, 1)
    assert (report.wait_minutes_median, report.wait_minutes_p90) == (21.0, 30.0)
    assert (report.facts, report.first_seq, report.last_seq) == (12, 1, 12)


def test_what_people_did_besides_serving_is_counted() -> None:
    facts = [
        Overridden("o", "quota", "override.unwell"), Overridden("o", "portrait.pose", "override.baby", "a", "s"),
        Overridden("o", "quota", "override.unwell"), Viewed("o", Sight.PHOTO), Exported("s", Export.ARCHIVE),
        LoginFailed(""), LoginFailed("o"), LockedOut("o", 10),
    ]  # fmt: skip
    report = daily_report([record(seq, fact) for seq, fact in enumerate(facts, 1)], NINE.date(), profile())
    assert report.overrides_by_rule == {"portrait.pose": 1, "quota": 2}
    assert (report.unmasked_views, report.exports, report.logins_failed, report.lockouts) == (1, 1, 2, 1)
    assert report.demand == 0


def test_an_empty_day() -> None:
    report = daily_report([], NINE.date(), profile())
    assert (report.demand, report.wait_minutes_median, report.first_seq) == (0, None, None)
    assert report.by_type == {"new": 0, "renew": 0, "lost": 0}


def test_json_and_csv_tell_the_same() -> None:
    report = daily_report(DAY, NINE.date(), replace(profile(), areas=()))
    plain = json.loads(json.dumps(to_json(report)))
    rows = list(csv.DictReader(io.StringIO(to_csv(report))))
    table = {(row["section"], row["item"]): row["count"] for row in rows}
    assert table["report", "day"] == "2025-01-25"
    for name, value in plain.items():
        if isinstance(value, dict):
            assert {item: int(table[name, item]) for item in value} == value
        elif name not in ("day", "place"):
            assert table["total", name] == ("" if value is None else str(value))
    assert to_json(daily_report([], NINE.date(), profile()))["wait_minutes_median"] is None
    assert "total,wait_minutes_median,\n" in to_csv(daily_report([], NINE.date(), profile()))


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    report = replace(daily_report([], NINE.date(), profile()), place="=cmd()", by_area={"+1": 2})
    text = to_csv(report)
    assert "report,place,'=cmd()" in text
    assert "by_area,'+1,2" in text


FACTS = st.one_of(
    st.builds(
        arrived, st.uuids().map(str), st.sampled_from(["new", "renew", "", "x"]), st.sampled_from(["16.71", "", "y"])
    ),
    st.builds(TurnedAway, st.sampled_from(Reason), st.sampled_from(CodeKind)),
)


@given(st.lists(st.tuples(FACTS, st.integers(0, 14 * 60))))
def test_every_breakdown_adds_up_to_its_total(facts: list[tuple[Fact, int]]) -> None:
    report = daily_report([record(seq, fact, at) for seq, (fact, at) in enumerate(facts)], NINE.date(), profile())
    assert report.demand == len(facts) == report.facts
    for part in (report.by_type, report.by_area, report.by_lane, report.arrivals_by_half_hour):
        assert sum(part.values()) == report.arrived
    for part in (report.turned_away_by_reason, report.turned_away_by_half_hour):
        assert sum(part.values()) == report.turned_away
