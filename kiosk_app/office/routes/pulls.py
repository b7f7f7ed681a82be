"""What booths fetch: that the office is there, its configuration, its bookings; and claims on them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.contract.messages import (
    ChangesResponse,
    ClaimRequest,
    ClaimResponse,
    ConfigResponse,
    PingResponse,
    SnapshotResponse,
)
from kiosk_app.contract.signatures import b64
from kiosk_app.office.feed import MAX_PAGE
from kiosk_app.office.office import Office
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.routes.access import full_session
from kiosk_app.office.sessions import Session

SERVICE = "kiosk-central"
_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing has changed"}}
IfNoneMatch = Annotated[str | None, Header()]


def router(office: Office) -> APIRouter:
    """The calls that only read, and the claim."""
    routes = APIRouter(prefix="/v1", tags=["pulls"])
    full = full_session(office)

    @routes.get("/ping")
    def ping(n: Annotated[str, Query(max_length=64)] = "") -> PingResponse:
        """Shows that this is the office and not a portal: the nonce comes back."""
        return PingResponse(service=SERVICE, n=n, server_time=office.clock.now())

    @routes.get("/config", response_model=ConfigResponse, responses=_UNCHANGED)
    def config(
        session: Annotated[Session, Depends(full)], response: Response, if_none_match: IfNoneMatch = None
    ) -> ConfigResponse | Response:
        """This booth's signed configuration."""
        signed = office.configuration.for_booth(session.device)
        etag = f'"{signed.version}-{sha256_hex(signed.body)[:16]}"'
        if if_none_match == etag:
            return Response(status_code=304, headers={"ETag": etag})
        response.headers["ETag"] = etag
        return ConfigResponse(version=signed.version, body=b64(signed.body), sig=b64(signed.signature))

    @routes.get("/changes")
    def changes(
        session: Annotated[Session, Depends(full)],
        cursor: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 500,
    ) -> ChangesResponse:
        """What has changed at this booth's place since the cursor."""
        return office.feed.changes(session.device.site, cursor, limit, session.device.id)

    @routes.get("/snapshot", response_model=SnapshotResponse, responses=_UNCHANGED)
    def snapshot(
        session: Annotated[Session, Depends(full)], response: Response, if_none_match: IfNoneMatch = None
    ) -> SnapshotResponse | Response:
        """All bookings of this booth's place and the cursor to go on from."""
        site = session.device.site
        with office.database.read() as connection:
            etag = f'"{office.feed.head(connection, site)}"'
        if if_none_match == etag:
            return Response(status_code=304, headers={"ETag": etag})
        found = office.feed.snapshot(site, session.device.id)
        response.headers["ETag"] = f'"{found.cursor}"'
        return found

    @routes.put("/bookings/{booking_id}/claim")
    def claim(
        booking_id: Annotated[str, Path(pattern="^[A-Z2-7]{11}$")],
        request: ClaimRequest,
        session: Annotated[Session, Depends(full)],
    ) -> ClaimResponse:
        """Holds a booking for one arrival, so that two online booths do not both give a number."""
        if request.device_id != session.device.id:
            raise ProblemError(403, "wrong-device", "The token belongs to another booth.")
        return office.claims.claim(session.device, booking_id, request)

    return routes
