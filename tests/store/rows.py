"""Rows and changes of the roster, as the office sends them."""

from kiosk_app.store.roster import ChangeOp, RosterChange, RosterRow
from tests.memory import booking


def put(name: str, v: int = 1, /, **changes: object) -> RosterChange:
    return RosterChange(ChangeOp.PUT, name, v, booking(id=name, **changes))


def gone(name: str, v: int) -> RosterChange:
    return RosterChange(ChangeOp.DEL, name, v)


def row(name: str, v: int = 1, /, **changes: object) -> RosterRow:
    return RosterRow(name, v, booking(id=name, **changes))
