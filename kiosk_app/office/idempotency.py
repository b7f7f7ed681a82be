"""Answers that are kept by the request's Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07).

A request that is sent again gets the first answer and does nothing again; another request under the same key is refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.clock import Clock
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.more_tables import answers
from kiosk_app.office.problems import ProblemError

ANSWER_LIFE = timedelta(days=30)
_KEY = re.compile(r'"?[!#-~ ]{1,200}"?', re.ASCII)


@dataclass(frozen=True, slots=True)
class Once:
    """Does something once for each key; what raises is not kept and may be tried again."""

    database: OfficeDatabase
    clock: Clock

    def do(self, key: str | None, request: bytes, action: Callable[[Connection], tuple[int, str]]) -> tuple[int, str]:
        """The status and body of `action`, or of the time it was done before; it runs in the transaction that keeps its answer.

        `request` is whatever tells two requests apart. Raises ProblemError 400 `idempotency-key` or 422 `idempotency-key-reused`.
        """
        if key is None or not _KEY.fullmatch(key):
            raise ProblemError(400, "idempotency-key", "Send an Idempotency-Key of up to 200 characters.")
        now = self.clock.now()
        named, asked = sha256_hex(key.strip('"').encode()), sha256_hex(request)
        with self.database.write() as connection:
            connection.execute(delete(answers).where(answers.c.at <= now - ANSWER_LIFE))
            known = connection.execute(select(answers).where(answers.c.key_sha256 == named)).one_or_none()
            if known is not None:
                if known.request_sha256 != asked:
                    raise ProblemError(422, "idempotency-key-reused", "This key belongs to another request.")
                return known.status, known.body
            status, body = action(connection)
            row = {"key_sha256": named, "request_sha256": asked, "status": status, "body": body, "at": now}
            connection.execute(insert(answers).values(row))
        return status, body
