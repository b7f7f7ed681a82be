"""Records that contradict each other: listed, and decided once, by whoever holds the office's token."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from sqlalchemy import Connection

from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.contract.office_side import ConflictId, ConflictList, ConflictRow, DecisionAnswer, DecisionRequest
from kiosk_app.office.conflicts import Choice
from kiosk_app.office.idempotency import Once
from kiosk_app.office.office import Office
from kiosk_app.office.routes.access import office_only

MAX_PAGE = 1000


def router(office: Office) -> APIRouter:
    """Both calls ask for the office's own token."""
    routes = APIRouter(prefix="/v1", tags=["office"], dependencies=[Depends(office_only(office))])
    once = Once(office.database, office.clock)

    @routes.get("/conflicts")
    def conflicts(everything: bool = False, limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = MAX_PAGE) -> ConflictList:
        """What waits for a decision; with `everything` what is decided too."""
        return ConflictList(
            conflicts=[
                ConflictRow.model_validate(one, from_attributes=True)
                for one in office.conflicts.find(everything, limit)
            ]
        )

    @routes.post(
        "/conflicts/{conflict_id}/decision",
        response_model=DecisionAnswer,
        responses={409: {"description": "Somebody has decided already"}},
    )
    def decide(
        conflict_id: ConflictId, request: DecisionRequest, idempotency_key: Annotated[str | None, Header()] = None
    ) -> Response:
        """Decides for good; the same Idempotency-Key with the same request is answered again for 30 days."""
        asked = canonical_bytes([conflict_id, request.choice.value, request.officer])

        def act(connection: Connection) -> tuple[int, str]:
            at = office.conflicts.decide(connection, conflict_id, Choice(request.choice.value), request.officer)
            answer = DecisionAnswer(id=conflict_id, choice=request.choice, officer=request.officer, decided_at=at)
            return 200, answer.model_dump_json()

        status, body = once.do(idempotency_key, asked, act)
        return Response(body, status, media_type="application/json")

    return routes
