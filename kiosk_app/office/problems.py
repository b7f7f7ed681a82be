"""Errors of the API: one form (RFC 9457), stable slugs, and never a word of what was sent."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from kiosk_app.contract.messages import Problem, ProblemItem
from kiosk_app.errors import KioskError

MEDIA_TYPE = "application/problem+json"
_SLUGS = {
    400: "malformed", 401: "token-required", 403: "forbidden", 404: "not-found", 405: "method-not-allowed",
    413: "too-big", 415: "media-type",
}  # fmt: skip
_STEP = re.compile(r"[a-z0-9_]{1,20}", re.ASCII)
_RETRY_SECONDS = 5
_MAX_ITEMS = 20


class ProblemError(Exception):
    """An answer that is an error: `slug` is stable, `detail` is for a person, `retry` says whether the same may work later."""

    def __init__(
        self, status: int, slug: str, detail: str, retry: bool = False, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(slug)
        self.problem = Problem(type=slug, status=status, detail=detail, retry=retry)
        self.headers = dict(headers or {})


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP form of a problem."""
    return Response(problem.model_dump_json(), problem.status, dict(headers or {}), MEDIA_TYPE)


def handle_problems(app: FastAPI) -> None:
    """Gives every error of `app` our form."""
    for kind in (ProblemError, RequestValidationError, HTTPException, KioskError, OperationalError):
        app.add_exception_handler(kind, _answer)


async def _answer(_request: Request, error: Exception) -> Response:
    match error:
        case ProblemError():
            return problem_response(error.problem, error.headers)
        case RequestValidationError():
            return problem_response(_validation_problem(error.errors()))
        case HTTPException():
            slug = _SLUGS.get(error.status_code, "http-error")
            problem = Problem(type=slug, status=error.status_code, detail=HTTPStatus(error.status_code).phrase)
            return problem_response(problem, error.headers)
        case KioskError():
            return problem_response(Problem(type=error.code, status=422, detail=error.message))
        case OperationalError():
            problem = Problem(type="database-busy", status=503, detail="The office cannot store this now.", retry=True)
            return problem_response(problem, {"Retry-After": str(_RETRY_SECONDS)})
        case _:
            raise error


def _validation_problem(errors: Sequence[Mapping[str, object]]) -> Problem:
    """Where it does not fit and which rule it breaks; the value itself is not repeated."""
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem(type="malformed", status=400, detail="The body is not JSON.")
    items = [ProblemItem(pointer=_pointer(error), code=str(error["type"])[:100]) for error in errors[:_MAX_ITEMS]]
    return Problem(type="invalid", status=422, detail="The message does not keep the contract.", errors=items)


def _pointer(error: Mapping[str, object]) -> str:
    """A JSON pointer to the fault. Names that are not the contract's come from the sender and are left out."""
    location = error["loc"]
    steps = [str(step) for step in location] if isinstance(location, tuple) else []
    if error["type"] == "extra_forbidden":
        steps = steps[:-1]
    return ("/" + "/".join(step if _STEP.fullmatch(step) else "-" for step in steps))[:200]
