"""JSON columns: written by the booth itself, so what cannot be read back is damage, not bad input."""

import json
from datetime import UTC, datetime
from typing import TypeVar

from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.codec import DecodeError, decode, encode
from kiosk_app.store.database import Database

T = TypeVar("T")


def to_text(value: object) -> str:
    """The JSON column's text."""
    return canonical_bytes(encode(value)).decode()


def from_text(kind: type[T], text: object, database: Database) -> T:
    """The value of a JSON column; raises KioskError "store-damaged"."""
    if not isinstance(text, str):
        raise database.damaged()
    try:
        return decode(kind, json.loads(text))
    except (ValueError, DecodeError) as error:
        raise database.damaged() from error


def to_ms(moment: datetime) -> int:
    """An instant as a column: milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    """The UTC time of such a column."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
