"""Who may call what: every route of a booth asks for its session here."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from kiosk_app.contract.messages import Scope
from kiosk_app.office.office import Office
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.sessions import Session, is_admin

_bearer = HTTPBearer(auto_error=False, description="A booth's token of one hour")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def any_session(office: Office) -> Callable[[Credentials], Session]:
    """A booth that may at least empty its outbox."""

    def session(credentials: Credentials) -> Session:
        return office.sessions.session(credentials.credentials if credentials else None)

    return session


def full_session(office: Office) -> Callable[[Credentials], Session]:
    """A booth that has not been revoked."""
    find = any_session(office)

    def session(credentials: Credentials) -> Session:
        found = find(credentials)
        if found.scope is not Scope.FULL:
            raise ProblemError(
                403, "device-revoked", "This booth has been revoked. It may only send what it still holds."
            )
        return found

    return session


def office_only(office: Office) -> Callable[[Credentials], None]:
    """The office's own people."""

    def check(credentials: Credentials) -> None:
        if not is_admin(credentials.credentials if credentials else None, office.keys.admin_token):
            raise ProblemError(403, "office-only", "Only the office may do this.")

    return check
