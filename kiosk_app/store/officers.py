"""Who may log in, and how often somebody may try.

An attempt is on disk before its PIN is looked at: pulling the plug after each answer buys no guess, and neither does
setting the clock.
"""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass

from kiosk_app.booth.ports import OfficerSession
from kiosk_app.booth.roles import Duty, may
from kiosk_app.clock import Clock
from kiosk_app.errors import KioskError
from kiosk_app.store import meta, pins
from kiosk_app.store.database import Database
from kiosk_app.store.list_age import ListAge

FREE_FAILURES = 4
DISABLED_AFTER = 10
_FIRST_DELAY_S = 30
_LONGEST_DELAY_S = 15 * 60
# Ids that belong to nobody are counted like others, so that a lock tells nothing; but not without end.
_STRANGERS_KEPT = 500


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """`role` is officer, supervisor or technician; `pin` the encoded Argon2id hash that the office made."""

    id: str
    name: str
    role: str
    pin: str


class LoginLockedError(KioskError):
    """Too many wrong PINs. `wait_s` is the time until the next try, None where only a supervisor or the office can."""

    def __init__(self, wait_s: float | None) -> None:
        action = "Ask a supervisor." if wait_s is None else "Wait and try again, or ask a supervisor."
        super().__init__("login-locked", "Log-in is locked after too many wrong PINs.", action)
        self.wait_s = wait_s


class OfficerStore:
    """Fulfils `booth.ports.Officers`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._age = ListAge(database, clock)

    def confirm(self) -> None:
        """The office has just said that its list stands."""
        self._age.confirm()

    def is_too_old(self) -> bool:
        """Whether the office has not confirmed the list for so long that only who may break the glass is let in."""
        return self._age.is_over()

    def replace_all(self, officers: Collection[OfficerRow]) -> None:
        """Takes the office's list. Somebody whose PIN the office set anew starts without failures; others keep theirs.

        Raises KioskError "officers-malformed" for a hash that is not a bounded Argon2id, and keeps the old list.
        """
        if any(not pins.is_acceptable(officer.pin) for officer in officers):
            raise KioskError(
                "officers-malformed",
                "The office's list of officers holds an unusable PIN hash.",
                "Tell the office to set that PIN again; the last list stays in force.",
            )
        with self._database.transaction():
            before: dict[str, str] = dict(self._database.rows("SELECT id, pin FROM officers"))
            self._database.execute("DELETE FROM officers")
            for officer in officers:
                self._database.execute(
                    "INSERT INTO officers VALUES (?, ?, ?, ?)", (officer.id, officer.name, officer.role, officer.pin)
                )
                if before.get(officer.id) != officer.pin:
                    self._forget(officer.id)
            self._age.mark()

    def is_known(self, officer: str) -> bool:
        """Whether somebody has this id: only then may a record name it."""
        return self._database.row("SELECT 1 FROM officers WHERE id = ?", (officer,)) is not None

    def pin_references(self) -> dict[str, str]:
        """Who may log in, each with what names the PIN: another after the office has set a new one."""
        rows = self._database.rows("SELECT id, pin FROM officers")
        return {officer: hashlib.sha256(pin.encode()).hexdigest() for officer, pin in rows}

    def log_in(self, officer: str, pin: str) -> OfficerSession:
        """See `booth.ports.Officers.log_in`; unknown ids get the same answers after the same time.

        Raises KioskError "officers-stale" where the list is too old for this role; only who knows the PIN is told.
        """
        row = self._database.row("SELECT name, role, pin FROM officers WHERE id = ?", (officer,))
        self._count_attempt(officer, known=row is not None)
        name, role, encoded = row or ("", "", pins.NOBODY)
        if not pins.pin_matches(encoded, pin) or row is None:
            raise KioskError("login-wrong", "This officer number or PIN is wrong.", "Check both and try again.")
        with self._database.transaction():
            self._forget(officer)
        if not may(role, Duty.BREAK_GLASS) and self.is_too_old():
            raise KioskError(
                "officers-stale",
                "The office has not confirmed the list of officers for a week.",
                "Bring the booth to a network, or ask a supervisor to log in.",
            )
        return OfficerSession(officer, name, role)

    def unlock(self, officer: str) -> None:
        """Lets somebody try again; who may do that is the caller's question."""
        with self._database.transaction():
            self._forget(officer)

    def _count_attempt(self, officer: str, known: bool) -> None:
        """Counts this attempt as failed, durably, with the delay that follows if it is; refuses it while one runs."""
        who = self._who(officer)
        wait: float | None = 0.0
        with self._database.transaction():
            sql = "SELECT failures, boot_id, until_ms FROM login_attempts WHERE who = ?"
            failures, boot_id, until_ms = self._database.row(sql, (who,)) or (0, "", 0)
            if failures >= DISABLED_AFTER:
                wait = None
            elif failures > FREE_FAILURES and boot_id != self._clock.boot_id:
                # Monotonic time began anew with the machine: so does the whole delay.
                wait = _delay_s(failures)
                self._save(who, known, failures, self._mono_ms() + int(wait * 1000))
            elif failures > FREE_FAILURES and self._mono_ms() < until_ms:
                wait = (until_ms - self._mono_ms()) / 1000
            else:
                until_ms = self._mono_ms() + int(_delay_s(failures + 1) * 1000)
                self._save(who, known, failures + 1, until_ms)
        if wait != 0.0:
            raise LoginLockedError(wait)

    def _save(self, who: str, known: bool, failures: int, until_ms: int) -> None:
        self._database.execute(
            "INSERT INTO login_attempts (who, known, failures, boot_id, until_ms) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (who) DO UPDATE SET known = excluded.known, failures = excluded.failures,"
            " boot_id = excluded.boot_id, until_ms = excluded.until_ms",
            (who, int(known), failures, self._clock.boot_id, until_ms),
        )
        self._database.execute(
            "DELETE FROM login_attempts WHERE known = 0 AND rank <="
            " (SELECT rank FROM login_attempts WHERE known = 0 ORDER BY rank DESC LIMIT 1 OFFSET ?)",
            (_STRANGERS_KEPT,),
        )

    def _forget(self, officer: str) -> None:
        self._database.execute("DELETE FROM login_attempts WHERE who = ?", (self._who(officer),))

    def _who(self, officer: str) -> str:
        """What was typed is kept as a keyed hash only: it may be somebody's PIN in the wrong field."""
        salt = meta.require(self._database, meta.LOGIN_SALT).encode()
        return hmac.new(salt, officer.encode(), hashlib.sha256).hexdigest()

    def _mono_ms(self) -> int:
        return int(self._clock.monotonic() * 1000)


def _delay_s(failures: int) -> float:
    if failures <= FREE_FAILURES:
        return 0.0
    return float(min(_FIRST_DELAY_S * 2 ** (failures - FREE_FAILURES - 1), _LONGEST_DELAY_S))
