"""The booths: how one comes in with a one-time code, how it shows that it is itself, and how it is shut out."""

import hmac
import re
import secrets
import string
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, insert, select, update

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.clock import Clock
from kiosk_app.contract.messages import EnrolRequest
from kiosk_app.contract.signatures import device_key, unb64
from kiosk_app.errors import KioskError
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.deeds import OFFICE, note_deed
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.tables import devices, enrolments

CODE_LIFE = timedelta(hours=24)
CODE_TRIES = 5
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CODE = re.compile(r"[A-Z2-7]{12}", re.ASCII)
_CODE_CHARACTERS, _LOOKUP_CHARACTERS = 12, 4
# Digits that base32 does not have are read as the letters that people take for them.
_TYPING = str.maketrans({"0": "O", "1": "I", "8": "B", " ": None, "-": None})


@dataclass(frozen=True, slots=True)
class Device:
    """One enrolled booth."""

    id: str
    name: str
    letter: str
    site: str
    practice: bool
    public_key: bytes
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: "Row[tuple[object, ...]]") -> "Device":
        """From a row of the table."""
        found = row._mapping
        return cls(
            found["id"], found["name"], found["letter"], found["site"], found["practice"], found["public_key"],
            found["revoked_at"],
        )  # fmt: skip


def normal_code(typed: str) -> str:
    """A one-time code as it was made: dashes, spaces and case do not matter, nor 0, 1 and 8 for O, I and B."""
    return typed.upper().translate(_TYPING)


class Devices:
    """The office's list of booths and of the codes that are waiting for one."""

    def __init__(self, database: OfficeDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def invite(self, name: str, site: str, practice: bool, letter: str = "") -> str:
        """A new one-time code ("ABCD-EFGH-IJKL"), kept only as a hash. Without `letter` the site's next free one is taken."""
        now = self._clock.now()
        with self._database.write() as connection:
            taken = self._letters(connection, site, now)
            chosen = letter or next((free for free in string.ascii_uppercase if free not in taken), "")
            if not chosen:
                raise KioskError(
                    "letters-used", f"All 26 letters of {site} are in use.", "Revoke a booth that is gone."
                )
            if not re.fullmatch(r"[A-Z]", chosen, re.ASCII):
                raise KioskError(
                    "letter-wrong", "A booth's letter is one of A to Z.", "Choose another or leave it out."
                )
            if chosen in taken:
                raise KioskError(
                    "letter-used", f"{site} has a booth {chosen} already.", "Choose another or leave it out."
                )
            code = self._free_code(connection)
            connection.execute(
                insert(enrolments).values(
                    lookup=code[:_LOOKUP_CHARACTERS], code_sha256=sha256_hex(code.encode()), name=name, letter=chosen,
                    site=site, practice=practice, expires_at=now + CODE_LIFE, tries_left=CODE_TRIES,
                )
            )  # fmt: skip
        return "-".join(code[start : start + 4] for start in range(0, _CODE_CHARACTERS, 4))

    def enrol(self, request: EnrolRequest) -> Device:
        """The booth behind a one-time code: new, or the same again when the answer was lost. Raises ProblemError."""
        public = unb64(request.public_key)
        device_key(public)
        code = normal_code(request.code)
        now = self._clock.now()
        wrong = ProblemError(403, "code-wrong", "This code is not known. Check it, or ask the office for a new one.")
        if not _CODE.fullmatch(code):
            raise wrong
        with self._database.write() as connection:
            row = connection.execute(
                select(enrolments).where(enrolments.c.lookup == code[:_LOOKUP_CHARACTERS])
            ).one_or_none()
            if row is None:
                raise wrong
            if row.tries_left < 1:
                raise ProblemError(403, "code-locked", "Too many wrong tries. Ask the office for a new code.")
            if hmac.compare_digest(row.code_sha256, sha256_hex(code.encode())):
                if row.expires_at <= now:
                    raise ProblemError(403, "code-expired", "This code is too old. Ask the office for a new one.")
                return self._admit(connection, row, public, request, now)
            connection.execute(
                update(enrolments)
                .where(enrolments.c.lookup == row.lookup)
                .values(tries_left=enrolments.c.tries_left - 1)
            )
        raise wrong

    def by_id(self, connection: Connection, device_id: str) -> Device | None:
        """The booth, or None."""
        row = connection.execute(select(devices).where(devices.c.id == device_id)).one_or_none()
        return Device.of(row) if row is not None else None

    def revoke(self, device_id: str) -> bool:
        """Shuts a booth out at once: it may only empty its outbox. False where there is none of that id."""
        with self._database.write() as connection:
            if self.by_id(connection, device_id) is None:
                return False
            connection.execute(
                update(devices)
                .where(devices.c.id == device_id, devices.c.revoked_at.is_(None))
                .values(revoked_at=self._clock.now())
            )
            note_deed(connection, OFFICE, "revoke-booth", device_id, self._clock.now())
        return True

    def _letters(self, connection: Connection, site: str, now: datetime) -> set[str]:
        booths = select(devices.c.letter).where(devices.c.site == site, devices.c.revoked_at.is_(None))
        waiting = select(enrolments.c.letter).where(
            enrolments.c.site == site, enrolments.c.device_id.is_(None), enrolments.c.expires_at > now
        )
        return {*connection.scalars(booths), *connection.scalars(waiting)}

    def _free_code(self, connection: Connection) -> str:
        while True:
            code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_CHARACTERS))
            same = select(enrolments.c.lookup).where(enrolments.c.lookup == code[:_LOOKUP_CHARACTERS])
            if connection.execute(same).first() is None:
                return code

    def _admit(
        self,
        connection: Connection,
        invitation: "Row[tuple[object, ...]]",
        public: bytes,
        request: EnrolRequest,
        now: datetime,
    ) -> Device:
        row = invitation._mapping
        if row["device_id"] is not None:
            device = self.by_id(connection, row["device_id"])
            if device is None or not hmac.compare_digest(device.public_key, public):
                raise ProblemError(409, "code-used", "Another booth has used this code. Ask the office for a new one.")
            return device
        device_id = uuid.uuid4().hex
        connection.execute(
            insert(devices).values(
                id=device_id, name=row["name"], letter=row["letter"], site=row["site"], practice=row["practice"],
                public_key=public, hw=request.hw, sw=request.sw, enrolled_at=now,
            )
        )  # fmt: skip
        connection.execute(update(enrolments).where(enrolments.c.lookup == row["lookup"]).values(device_id=device_id))
        return Device(device_id, row["name"], row["letter"], row["site"], row["practice"], public, revoked_at=None)
