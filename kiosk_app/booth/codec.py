"""Plain values to JSON and back, strictly: one codec for facts, bookings, the profile and the settings.

Field types may be bool, int, float, str, date, time, aware datetime, StrEnum, dataclasses, `tuple[T, ...]`, `frozenset[T]`,
`dict[str, T]` and `T | None`. Unknown keys, missing keys and wrong types are errors that name the place, never the value:
a value may be personal.
"""

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TypeVar

from kiosk_app.errors import KioskError

T = TypeVar("T")


class DecodeError(KioskError):
    """A value did not have the promised form; `place` says where ("services.2.code")."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            "data-malformed", f"{place or 'The value'} {problem}.", "Correct it at its source and try again."
        )
        self.place = place
        self.problem = problem


def encode(value: object) -> object:
    """The JSON form of `value`; sets are sorted so that equal values have equal bytes."""
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("A time without its zone cannot be kept.")
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(typing.cast("list[str]", [encode(item) for item in value]))
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form here.")


def decode(kind: type[T], value: object, place: str = "", ignore_unknown: bool = False) -> T:
    """`value` (parsed JSON or TOML) as a `kind`; raises DecodeError with the place of the first thing that does not fit.

    `ignore_unknown` is for what a newer office sends; what people write is checked key by key.
    """
    return typing.cast("T", _decode(kind, value, place, ignore_unknown))


def _decode(kind: typing.Any, value: object, place: str, ignore_unknown: bool) -> object:
    shape, inner = _shape(kind)
    match shape:
        case "plain":
            return _scalar(kind, value, place)
        case "record":
            return _dataclass(kind, _mapping(value, place), place, ignore_unknown)
        case "optional":
            return None if value is None else _decode(inner, value, place, ignore_unknown)
        case "dict":
            items = _mapping(value, place).items()
            return {key: _decode(inner, item, _at(place, key), ignore_unknown) for key, item in items}
        case _:
            if not isinstance(value, list | tuple):
                raise DecodeError(place, "must be a list")
            made = tuple if shape == "tuple" else frozenset
            return made(_decode(inner, item, _at(place, i), ignore_unknown) for i, item in enumerate(value))


@functools.cache
def _shape(kind: typing.Any) -> tuple[str, typing.Any]:
    """How a type is read, and the type inside it: looked up for every value, and always the same."""
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (option for option in typing.get_args(kind) if option is not type(None))
        return "optional", inner
    if origin in (tuple, frozenset):
        return ("tuple" if origin is tuple else "frozenset"), typing.get_args(kind)[0]
    if origin is dict:
        return "dict", typing.get_args(kind)[1]
    return ("record" if dataclasses.is_dataclass(kind) else "plain"), None


def _dataclass(kind: type, value: Mapping[str, object], place: str, ignore_unknown: bool) -> object:
    hints, required = _fields(kind)
    unknown = sorted(set(value) - set(hints))
    if unknown and not ignore_unknown:
        raise DecodeError(_at(place, unknown[0]), "is not a known key")
    missing = sorted(required - set(value))
    if missing:
        raise DecodeError(_at(place, missing[0]), "is missing")
    given = {key: _decode(hints[key], value[key], _at(place, key), ignore_unknown) for key in hints if key in value}
    try:
        return kind(**given)
    except ValueError as error:
        raise DecodeError(place, f"does not hold: {error}") from error


@functools.cache
def _fields(kind: type) -> tuple[dict[str, typing.Any], frozenset[str]]:
    fields = dataclasses.fields(kind)
    hints = typing.get_type_hints(kind)
    required = frozenset(
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )
    return {field.name: hints[field.name] for field in fields}, required


def _scalar(kind: type, value: object, place: str) -> object:
    if kind is bool or kind is str:
        if type(value) is kind:
            return value
    elif kind is int:
        if type(value) is int:
            return value
    elif kind is float:
        if type(value) in (int, float):
            return _number(typing.cast("float", value), place)
    elif issubclass(kind, date | time | StrEnum):
        return _from_text(kind, value, place)
    raise DecodeError(place, f"must be {_NAMES.get(kind, kind.__name__)}")


def _number(value: float, place: str) -> float:
    try:
        return float(value)
    except OverflowError as error:  # a whole number may have any size in JSON
        raise DecodeError(place, "is too large") from error


def _from_text(kind: type, value: object, place: str) -> object:
    if type(value) is kind:  # TOML has dates and times of its own
        return value
    problem = f"must be {_NAMES.get(kind, 'one of the known ' + kind.__name__ + ' values')}"
    if not isinstance(value, str):
        raise DecodeError(place, problem)
    try:
        parsed = kind(value) if issubclass(kind, StrEnum) else typing.cast("type[date]", kind).fromisoformat(value)
        if isinstance(parsed, datetime):
            parsed.astimezone(UTC)  # at the calendar's ends this cannot be done, and so it could not be written again
    except (ValueError, OverflowError) as error:
        raise DecodeError(place, problem) from error
    if isinstance(parsed, datetime) and parsed.tzinfo is None:
        raise DecodeError(place, problem)
    return parsed


def _mapping(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise DecodeError(place, "must be a table of named values")
    return value


def _at(place: str, step: object) -> str:
    return f"{place}.{step}" if place else str(step)


_NAMES: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    datetime: "a time with its zone (RFC 3339)",
    date: "a date (YYYY-MM-DD)",
    time: "a time of day (HH:MM)",
}
