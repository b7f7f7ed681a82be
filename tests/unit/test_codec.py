from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.booth.codec import DecodeError, decode, encode
from tests.memory import WIB


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Leaf:
    count: int
    share: float = 0.5

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("count must not be negative")


@dataclass(frozen=True)
class Tree:
    name: str
    yes: bool
    at: datetime
    day: date
    hour: time
    colour: Colour
    leaves: tuple[Leaf, ...] = ()
    colours: frozenset[Colour] = frozenset()
    weights: dict[str, float] = field(default_factory=dict)
    parent: Leaf | None = None


TREE = Tree(
    "pohon", True, datetime(2025, 1, 25, 2, 30, 0, 123000, tzinfo=UTC), date(2025, 1, 25), time(9, 30), Colour.RED,
    (Leaf(1), Leaf(2, 1.5)), frozenset(Colour), {"a": 1.0}, Leaf(3),
)  # fmt: skip


def test_everything_comes_back() -> None:
    plain = encode(TREE)
    assert decode(Tree, plain) == TREE
    assert plain == {
        "name": "pohon", "yes": True, "at": "2025-01-25T02:30:00.123Z", "day": "2025-01-25", "hour": "09:30:00",
        "colour": "red", "leaves": [{"count": 1, "share": 0.5}, {"count": 2, "share": 1.5}],
        "colours": ["blue", "red"], "weights": {"a": 1.0}, "parent": {"count": 3, "share": 0.5},
    }  # fmt: skip


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_times_keep_their_moment_to_the_millisecond(naive: datetime) -> None:
    moment = naive.replace(tzinfo=WIB, microsecond=naive.microsecond // 1000 * 1000)
    assert decode(datetime, encode(moment)) == moment


def changed(**values: object) -> dict[str, object]:
    plain = encode(TREE)
    assert isinstance(plain, dict)
    return {**plain, **values}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("tree", "The value must be a table of named values."),
        ({1: "a"}, "The value must be a table of named values."),
        (changed(extra=1), "extra is not a known key."),
        ({key: value for key, value in changed().items() if key != "day"}, "day is missing."),
        (changed(name=1), "name must be a text."),
        (changed(yes=1), "yes must be true or false."),
        (changed(at="2025-01-25T02:30:00"), "at must be a time with its zone (RFC 3339)."),
        (changed(at="9999-12-31T23:59:59-14:00"), "at must be a time with its zone (RFC 3339)."),
        (changed(at=3), "at must be a time with its zone (RFC 3339)."),
        (changed(day="25.1.2025"), "day must be a date (YYYY-MM-DD)."),
        (changed(hour="9 o'clock"), "hour must be a time of day (HH:MM)."),
        (changed(colour="green"), "colour must be one of the known Colour values."),
        (changed(leaves={}), "leaves must be a list."),
        (changed(leaves=[{"count": 1}, {"count": True}]), "leaves.1.count must be a whole number."),
        (changed(leaves=[{"count": 1, "share": "much"}]), "leaves.0.share must be a number."),
        (changed(weights={"a": "heavy"}), "weights.a must be a number."),
        (changed(weights={"a": 10**400}), "weights.a is too large."),
        (changed(parent={"count": -1}), "parent does not hold: count must not be negative."),
    ],
)
def test_the_first_thing_that_does_not_fit_is_named(value: object, message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(Tree, value)
    assert caught.value.message == message


def test_what_a_newer_office_adds_is_ignored_where_asked() -> None:
    assert decode(Tree, changed(extra=1, parent={"count": 3, "new": 1}), ignore_unknown=True) == TREE


def test_values_are_never_in_the_message() -> None:
    with pytest.raises(DecodeError) as caught:
        decode(Tree, changed(name=1671014107900001))
    assert "1671" not in str(caught.value)


def test_toml_has_dates_and_times_of_its_own() -> None:
    assert decode(Tree, changed(day=TREE.day, hour=TREE.hour, at=TREE.at, parent=None)).parent is None


def test_a_kind_that_has_no_json_form_and_a_time_without_zone_are_programming_errors() -> None:
    with pytest.raises(TypeError):
        encode(object())
    with pytest.raises(ValueError, match="zone"):
        encode(datetime(2025, 1, 1))  # noqa: DTZ001
    with pytest.raises(DecodeError, match="must be bytes"):
        decode(bytes, "x")
