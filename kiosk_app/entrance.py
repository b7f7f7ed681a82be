"""The officers' door: who is let in, what opens with them, and what of it the journal says."""

from collections.abc import Callable

from kiosk_app.booth.facts import Incident, LoggedIn, LoginFailed
from kiosk_app.booth.ports import OfficerSession
from kiosk_app.booth.roles import Duty, may
from kiosk_app.errors import KioskError
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.officers import OfficerStore
from kiosk_app.store.shifts import Shift


class Entrance:
    """Fulfils `booth.ports.Officers`. Everybody who comes, is refused or lets somebody in again stands in the journal."""

    def __init__(self, officers: OfficerStore, journal: JournalStore, shift: Shift) -> None:
        self._officers = officers
        self._journal = journal
        self._shift = shift
        self.on_opened: Callable[[], None] = lambda: None  # told when bookings can be read that could not before

    def log_in(self, officer: str, pin: str) -> OfficerSession:
        """See `store.officers.OfficerStore.log_in` and `store.shifts.Shift.begin`; what an unknown number was is not kept."""
        try:
            session = self._officers.log_in(officer, pin)
        except KioskError:
            self._journal.append(LoginFailed(officer if self._officers.is_known(officer) else ""))
            raise
        was_open = self._shift.is_open
        try:
            self._shift.begin(session, pin)
        except KioskError as error:
            self._journal.append(Incident("roster-not-opened", f"{session.officer} {error.code}"))
            raise
        if not was_open and self._shift.is_open:
            self.on_opened()
        if self._officers.is_too_old():
            self._journal.append(Incident("break-glass", session.officer))
        self._journal.append(LoggedIn(session.officer, session.role))
        return session

    def unlock(self, by: OfficerSession, officer: str) -> None:
        """Lets `officer` try again after too many wrong PINs.

        Raises KioskError "role-forbids" for whoever may not, "officer-unknown" where nobody has this number; both have changed nothing.
        """
        demand(by, Duty.UNLOCK)
        if not self._officers.is_known(officer):
            raise KioskError("officer-unknown", "Nobody here has this officer number.", "Check the number.")
        self._officers.unlock(officer)
        self._journal.append(Incident("login-unlocked", f"{officer} by {by.officer}"))


def demand(session: OfficerSession, duty: Duty) -> None:
    """Raises KioskError "role-forbids" unless the table of roles lets this session do this."""
    if not may(session.role, duty):
        raise KioskError("role-forbids", "This is not among the tasks of this role.", "Ask somebody whose task it is.")
