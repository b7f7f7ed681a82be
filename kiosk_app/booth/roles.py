"""Who may do what at a booth: one table, read by whoever opens a door."""

from enum import StrEnum


class Duty(StrEnum):
    """Something that not everybody may do."""

    SERVE = "serve"  # call, check documents, take photos, close visits: names are seen
    OPEN_DAY = "open_day"  # opens the roster at the start of a shift
    UNLOCK = "unlock"  # lets somebody try again after too many wrong PINs
    BREAK_GLASS = "break_glass"  # logs in although the list of officers is too old


# "auditor" and whatever else an office may invent later may do nothing here until this table says so.
_DUTIES: dict[str, frozenset[Duty]] = {
    "officer": frozenset({Duty.SERVE, Duty.OPEN_DAY}),
    "supervisor": frozenset({Duty.SERVE, Duty.OPEN_DAY, Duty.UNLOCK, Duty.BREAK_GLASS}),
    "technician": frozenset(),  # keys, settings, diagnosis need no log-in, and nothing about people
}
ROLES = tuple(_DUTIES)


def may(role: str, duty: Duty) -> bool:
    """Whether somebody of this role may do this; an unknown role may do nothing."""
    return duty in _DUTIES.get(role, frozenset())
