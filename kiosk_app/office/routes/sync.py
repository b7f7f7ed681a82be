"""Records coming in."""

from typing import Annotated

from fastapi import APIRouter, Depends

from kiosk_app.contract.messages import Hints, SyncRequest, SyncResponse
from kiosk_app.office.office import Office
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.routes.access import any_session
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
        taken = office.intake.take(device, request)
        standing = taken.standing
        return SyncResponse(
            server_time=office.clock.now(),
            results=taken.results,
            safe_pos=standing.safe_pos,
            hints=Hints(changes_pos=standing.changes_pos, config_version=standing.config_version),
        )

    return routes
