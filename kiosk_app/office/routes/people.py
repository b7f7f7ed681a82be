"""The office's own side: whoever holds its token sees alarms, deeds and records, and lets booths in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from kiosk_app.contract.messages import DeviceId
from kiosk_app.contract.office_side import (
    AlarmList,
    AlarmRow,
    AuditList,
    AuditRow,
    Invitation,
    NewBooth,
    RecordList,
)
from kiosk_app.errors import KioskError
from kiosk_app.office.archive import page_of_records
from kiosk_app.office.deeds import OFFICE, note_deed
from kiosk_app.office.office import Office
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.routes.access import office_only
from kiosk_app.office.watch import list_acts, list_alarms

MAX_PAGE = 1000
Address = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


def router(office: Office) -> APIRouter:
    """All of it asks for the office's own token."""
    routes = APIRouter(prefix="/v1", tags=["office"], dependencies=[Depends(office_only(office))])

    @routes.get("/alarms")
    def alarms(booth: Annotated[str, Query(max_length=200)] = "", limit: Limit = MAX_PAGE) -> AlarmList:
        """What should never happen: forged, cut or forked journals, ids used twice."""
        with office.database.read() as connection:
            found = list_alarms(connection, booth, limit)
        return AlarmList(alarms=[AlarmRow.model_validate(one, from_attributes=True) for one in found])

    @routes.get("/audit")
    def audit(booth: Annotated[str, Query(max_length=200)] = "", limit: Limit = MAX_PAGE) -> AuditList:
        """Who saw, captured, overrode, unlocked and exported; the newest `limit`, by time."""
        with office.database.read() as connection:
            found = list_acts(connection, booth=booth)[-limit:]
        return AuditList(audit=[AuditRow.model_validate(one, from_attributes=True) for one in found])

    @routes.get("/records")
    def records(after: Annotated[int, Query(ge=0, le=2**53)] = 0, limit: Limit = 500) -> RecordList:
        """The records after a position, without their bodies."""
        return page_of_records(office, after, limit)

    @routes.get("/blobs/{sha256}", response_class=Response)
    def packet(sha256: Address) -> Response:
        """A sealed photo as it came in; it opens with the office's key only."""
        try:
            content = office.depot.read(sha256)
        except KioskError as error:
            raise ProblemError(404, error.code, error.message) from error
        with office.database.write(()) as connection:
            note_deed(connection, OFFICE, "fetch-packet", sha256, office.clock.now())
        return Response(content, media_type="application/octet-stream")

    @routes.post("/devices", status_code=201)
    def invite(request: NewBooth) -> Invitation:
        """A one-time code for a new booth."""
        code = office.invite(request.name, request.site, request.practice, request.letter)
        return Invitation(code=code)

    @routes.post("/devices/{device_id}/revoke", status_code=204, response_class=Response)
    def revoke(device_id: DeviceId) -> None:
        """Shuts a booth out; it may still send what it holds."""
        if not office.devices.revoke(device_id):
            raise ProblemError(404, "device-unknown", "There is no such booth.")

    return routes
