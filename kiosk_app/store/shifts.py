"""The start of a shift: the first officer's PIN opens the roster for the whole booth."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from kiosk_app.booth.ports import OfficerSession
from kiosk_app.booth.roles import Duty, may
from kiosk_app.clock import Clock
from kiosk_app.errors import KioskError
from kiosk_app.store.officers import OfficerStore
from kiosk_app.store.tiered_roster import TieredRoster
from kiosk_app.store.tiers import PinTier

# With the first opening of another day the bookings get another key.
NEW_KEY_AFTER = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Shift:
    """`wanted` is whether the office wants this booth's roster behind PINs; one that is behind them stays there."""

    tier: PinTier
    roster: TieredRoster
    officers: OfficerStore
    wanted: Callable[[], bool]
    clock: Clock

    @property
    def is_open(self) -> bool:
        """Whether bookings can be read."""
        return self.tier.is_open

    def begin(self, session: OfficerSession, pin: str) -> None:
        """Opens the roster with the PIN of who has just logged in, and makes the copy with which it opens next time.

        Raises KioskError "roster-not-yours" for an officer who has no copy while others have one: they open it, and this officer's
        copy is made as soon as it is open. A supervisor, or who is alone, begins an empty roster that the office fills.
        """
        if not may(session.role, Duty.OPEN_DAY):
            return
        references = self.officers.pin_references()
        mine = references.get(session.officer, "")
        if not self.tier.established:
            if not self.wanted():
                return
            self.roster.go_behind(session.officer, pin, mine)
        elif not self.tier.is_open:
            self._open(session, pin, references)
        self.tier.keep_only(frozenset(references))
        self.tier.admit(session.officer, pin, mine)
        self.roster.database()  # what came meanwhile goes in now: the first applicant need not wait for it

    def _open(self, session: OfficerSession, pin: str, references: dict[str, str]) -> None:
        mine = references.get(session.officer, "")
        if self._opens(session, pin, mine):
            age = self.tier.roster_key_age(self.clock.now())
            if age is not None and age > NEW_KEY_AFTER:
                self.roster.change_key()
            return
        others = {officer for officer, reference in references.items() if self.tier.has_copy(officer, reference)}
        if others - {session.officer} and not may(session.role, Duty.UNLOCK):
            raise KioskError(
                "roster-not-yours",
                "This officer has not opened the bookings of this booth before.",
                "Have a colleague who has, or the supervisor, log in first.",
            )
        self.roster.begin_anew(session.officer, pin, mine)

    def _opens(self, session: OfficerSession, pin: str, reference: str) -> bool:
        """A supervisor is not kept out by a TPM that is locked."""
        try:
            return self.tier.open(session.officer, pin, reference)
        except KioskError:
            if not may(session.role, Duty.UNLOCK):
                raise
            return False
