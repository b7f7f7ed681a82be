"""Records coming in."""

from typing import Annotated

from fastapi import APIRouter, Depends

from kiosk_app.contract.messages import Hints, SyncRequest, SyncResponse
from kiosk_app.office.office import Office
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.routes.access import any_session
from kiosk_app.office.safety import safe_position
from kiosk_app.office.sessions import Session


def router(office: Office) -> APIRouter:
    """The one call that carries records."""
    routes = APIRouter(prefix="/v1", tags=["sync"])

    @routes.post("/sync")
    def sync(request: SyncRequest, session: Annotated[Session, Depends(any_session(office))]) -> SyncResponse:
        """Takes records one by one and answers for each; what the answer names is on disk."""
        device = session.device
        if request.device_id != device.id:
            raise ProblemError(403, "wrong-device", "The token belongs to another booth.")
        results = office.intake.take(device, request)
        with office.database.read() as connection:
            hints = Hints(
                changes_pos=office.feed.last_position(connection, device.site),
                config_version=office.configuration.version(connection),
            )
            safe_pos = safe_position(connection, device.practice)
        return SyncResponse(server_time=office.clock.now(), results=results, safe_pos=safe_pos, hints=hints)

    return routes
