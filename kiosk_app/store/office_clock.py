"""What the booth knows of the office's clock, kept over a restart and carried on by the monotonic clock.

Somebody may set the booth's wall clock at any time; the distance to the office's clock is then another, and this knows which.
"""

from dataclasses import dataclass

from kiosk_app.clock import Clock
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.stored import to_ms

_READING = "clock_reading"


@dataclass(frozen=True, slots=True)
class Offset:
    """Office minus booth, in milliseconds. `trusted`: measured in this run of the machine, so that no wall clock had a say."""

    ms: int | None
    trusted: bool


def keep_offset(database: Database, clock: Clock, offset_ms: int) -> None:
    """The office was just found to be `offset_ms` ahead of this booth's clock. Inside the caller's transaction."""
    taken = f"{offset_ms} {to_ms(clock.now())} {int(clock.monotonic() * 1000)} {clock.boot_id}"
    meta.write(database, meta.OFFSET_MS, str(offset_ms))
    meta.write(database, _READING, taken)


def offset_now(database: Database, clock: Clock) -> Offset:
    """The distance at this moment. After a restart of the machine only the last measured one is known, and that is a guess."""
    text = meta.read(database, _READING)
    if text is None:
        return Offset(meta.read_int(database, meta.OFFSET_MS), False)
    try:
        offset_ms, wall_ms, mono_ms, boot_id = text.split(" ", 3)
        if boot_id != clock.boot_id:
            return Offset(int(offset_ms), False)
        office_ms = int(wall_ms) + int(offset_ms) + int(clock.monotonic() * 1000) - int(mono_ms)
    except ValueError as error:
        raise database.damaged() from error
    return Offset(office_ms - to_ms(clock.now()), True)
