"""The office's API over HTTP."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from kiosk_app.contract.messages import API_VERSION
from kiosk_app.office.middleware import BodyGuard, Envelope
from kiosk_app.office.office import Office
from kiosk_app.office.problems import MEDIA_TYPE, handle_problems
from kiosk_app.office.routes import blobs, conflicts, devices, people, pulls, sync

_GZIP_FROM_BYTES = 1000


def create_app(office: Office) -> FastAPI:
    """The application; the office is opened and closed by the caller."""
    app = FastAPI(
        title="Kiosk central office",
        version=API_VERSION,
        summary="The contract between a booth and the central office.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        responses={
            "default": {
                "description": "Any error, with a stable slug as its type",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        },
    )
    for part in (devices, sync, blobs, pulls, conflicts, people):
        app.include_router(part.router(office))
    handle_problems(app)
    app.add_middleware(BodyGuard)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_FROM_BYTES)
    app.add_middleware(Envelope)
    return app
