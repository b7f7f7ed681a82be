"""Sealed photos coming in, resumable at any byte."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from kiosk_app.contract.messages import MAX_BLOB_BYTES
from kiosk_app.office.blobs import BlobDepot, Progress, Upload
from kiosk_app.office.office import Office
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.routes.access import any_session
from kiosk_app.office.sessions import Session

UPLOAD_TYPE = "application/partial-upload"
_YES, _NO = "?1", "?0"
_RECORD = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
Address = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


def router(office: Office) -> APIRouter:
    """The two calls of an upload."""
    routes = APIRouter(prefix="/v1/blobs", tags=["blobs"])
    caller = any_session(office)

    @routes.head("/{sha256}", status_code=204, response_class=Response)
    def head(sha256: Address, session: Annotated[Session, Depends(caller)]) -> Response:
        """Where to go on; an unknown blob starts at 0."""
        return _told(204, office.depot.progress(sha256, session.device.id))

    @routes.patch(
        "/{sha256}",
        status_code=204,
        response_class=Response,
        responses={201: {"description": "The blob is whole, its hash is right, and it is on disk"}},
    )
    async def patch(
        request: Request,
        sha256: Address,
        session: Annotated[Session, Depends(caller)],
        upload_offset: Annotated[int, Header(ge=0)],
        upload_complete: Annotated[str, Header(pattern=r"^\?[01]$")],
        upload_length: Annotated[int, Header(ge=1)],
        kiosk_record: Annotated[str, Header(pattern=_RECORD)],
        content_type: Annotated[str, Header()],
    ) -> Response:
        """Appends bytes at the offset; a newer call for the same blob ends a hanging one."""
        if content_type != UPLOAD_TYPE:
            raise ProblemError(415, "media-type", f"Send the bytes as {UPLOAD_TYPE}.")
        if upload_length > MAX_BLOB_BYTES:
            raise ProblemError(413, "too-big", f"At most {MAX_BLOB_BYTES} bytes a photo.")
        depot = office.depot
        upload = await run_in_threadpool(
            depot.begin, session.device, sha256, kiosk_record, upload_length, upload_offset
        )
        if upload is None:
            return _told(201, Progress(upload_length, True))
        progress = await _receive(request, depot, upload, upload_complete == _YES)
        return _told(201 if progress.complete else 204, progress)

    return routes


async def _receive(request: Request, depot: BlobDepot, upload: Upload, whole: bool) -> Progress:
    """Writes bytes as they arrive; a connection that breaks leaves what came."""
    try:
        async for chunk in request.stream():
            if chunk:
                await run_in_threadpool(depot.append, upload, chunk)
    except ClientDisconnect:
        return await run_in_threadpool(depot.end, upload, False)
    except ProblemError:
        await run_in_threadpool(depot.end, upload, False)
        raise
    return await run_in_threadpool(depot.end, upload, whole)


def _told(status: int, progress: Progress) -> Response:
    headers = {
        "Upload-Offset": str(progress.offset),
        "Upload-Complete": _YES if progress.complete else _NO,
        "Upload-Limit": f"max-size={MAX_BLOB_BYTES}",
    }
    if progress.complete:
        headers["Upload-Length"] = str(progress.offset)
    return Response(status_code=status, headers=headers)
