"""Where the office stands, for the end of every answer to a booth."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from kiosk_app.office.configuration import VERSION_NOTE
from kiosk_app.office.devices import Device
from kiosk_app.office.safety import SAFE_NOTE
from kiosk_app.office.tables import changes, meta, records

_STANDING = select(
    select(func.max(changes.c.pos)).where(changes.c.site == bindparam("site")).scalar_subquery().label("changed"),
    select(meta.c.value).where(meta.c.name == VERSION_NOTE).scalar_subquery().label("version"),
    select(meta.c.value).where(meta.c.name == SAFE_NOTE).scalar_subquery().label("safe"),
    select(func.max(records.c.pos)).scalar_subquery().label("last"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`changes_pos` and `config_version` tell whether there is something to pull, `safe_pos` what a booth may erase."""

    changes_pos: int
    config_version: int
    safe_pos: int


def read_standing(connection: Connection, device: Device) -> Standing:
    """In one statement: it is asked with every message."""
    row = connection.execute(_STANDING, {"site": device.site}).one()
    safe = row.last or 0 if device.practice or row.safe is None else int(row.safe)
    return Standing(row.changed or 0, int(row.version or 0), safe)
