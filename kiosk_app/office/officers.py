"""The people who may log in at a booth. The office keeps Argon2id hashes and hands them out with the configuration."""

import re
from dataclasses import dataclass
from itertools import pairwise

from argon2 import PasswordHasher
from sqlalchemy import Connection, delete, insert, select

from kiosk_app.contract.config import Officer
from kiosk_app.errors import KioskError
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.naming import check_name
from kiosk_app.office.tables import officers

ROLES = ("officer", "supervisor", "technician")
_ID = re.compile(r"[0-9A-Za-z]{1,20}", re.ASCII)
_PIN = re.compile(r"[0-9]{6,12}", re.ASCII)
# RFC 9106's low-memory choice; 64 MiB a try makes guessing dear where the hash is stolen.
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# Six digits that people pick first, beside the repeats and runs that `check_pin` finds by rule.
_COMMON_PINS = frozenset(
    {"112233", "121212", "123123", "123321", "101010", "147258", "159357", "159753", "445566", "456123", "112358",
     "170845", "696969", "789456", "131313", "232323", "200000", "201000", "202020", "252525", "789789", "456456"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PracticeOfficer:
    """Somebody whom only practice booths know; the PIN is public on purpose."""

    id: str
    pin: str
    name: str
    role: str


PRACTICE_OFFICERS = (
    PracticeOfficer("1001", "246810", "Petugas Latihan", "officer"),
    PracticeOfficer("2001", "135790", "Kepala Booth Latihan", "supervisor"),
)


def check_pin(pin: str) -> None:
    """Raises KioskError "pin-weak" for a PIN that is too short or among the first that anybody tries."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)} if _PIN.fullmatch(pin) else set()
    practice = {officer.pin for officer in PRACTICE_OFFICERS}
    if not steps or steps in ({0}, {1}, {9}) or pin in _COMMON_PINS or pin in practice:
        raise KioskError("pin-weak", "This PIN is too easy to guess.", "Take 6 to 12 digits without a pattern.")


class OfficerBook:
    """The list of officers; who may log in where is decided by whether the booth is one for practice."""

    def __init__(self, database: OfficeDatabase) -> None:
        self._database = database

    def add(self, officer_id: str, name: str, role: str, pin: str) -> None:
        """Adds an officer or replaces the one with this id; raises KioskError for a bad id, role or PIN."""
        if not _ID.fullmatch(officer_id):
            raise KioskError("officer-id", "An officer's id is 1 to 20 letters and digits.", "Choose another id.")
        if role not in ROLES:
            raise KioskError("officer-role", "This role does not exist.", f"Take one of {', '.join(ROLES)}.")
        check_pin(pin)
        name = check_name(name)
        hashed = _HASHER.hash(pin)
        with self._database.write() as connection:
            _put(connection, officer_id, False, name, role, hashed)

    def add_practice_officers(self) -> None:
        """Makes the practice officers where this office has none yet; each office has hashes of its own."""
        with self._database.read() as connection:
            known = set(connection.scalars(select(officers.c.id).where(officers.c.practice)))
        hashed = {one.id: _HASHER.hash(one.pin) for one in PRACTICE_OFFICERS if one.id not in known}
        with self._database.write() as connection:
            for one in PRACTICE_OFFICERS:
                if one.id in hashed:
                    _put(connection, one.id, True, one.name, one.role, hashed[one.id])

    def of(self, connection: Connection, practice: bool) -> tuple[Officer, ...]:
        """Who may log in at a practice booth, or at a real one."""
        rows = connection.execute(select(officers).where(officers.c.practice == practice).order_by(officers.c.id))
        return tuple(Officer(row.id, row.name, row.role, row.pin) for row in rows)


def _put(connection: Connection, officer_id: str, practice: bool, name: str, role: str, hashed: str) -> None:
    connection.execute(delete(officers).where(officers.c.id == officer_id, officers.c.practice == practice))
    connection.execute(insert(officers).values(id=officer_id, practice=practice, name=name, role=role, pin=hashed))
