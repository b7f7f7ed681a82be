"""Bugs as somebody might write them, planted into the booth's process. The small chaos must catch every one of them."""

from typing import Any

from kiosk_app.clock import SystemClock
from kiosk_app.contract.messages import Hints, RecordResult, ResultStatus, SyncRequest, SyncResponse
from kiosk_app.store.lock import DataLock
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer, StoredRecord
from kiosk_app.sync import outcomes, photos, uploads
from kiosk_app.sync.client import OfficeClient, TimedSync
from kiosk_app.sync.clocks import read_clock
from kiosk_app.sync.transport import Reply, Request


def any_200_is_ack() -> None:
    """Whoever answers 200 has taken the batch: the mall's portal, too."""
    checked = OfficeClient.sync

    def sync(self: OfficeClient, batch: SyncRequest) -> TimedSync:
        replies: list[Reply] = []
        send = self._transport.send

        def listen(request: Request) -> Reply:
            replies.append(send(request))
            return replies[-1]

        self._transport.send = listen  # type: ignore[method-assign]  # that is the bug
        try:
            return checked(self, batch)
        except outcomes.CallError:
            if not replies or replies[-1].status != 200:
                raise
            now = SystemClock().now()
            results = [RecordResult(id=one.id, status=ResultStatus.ACCEPTED, pos=1) for one in batch.records]
            answer = SyncResponse(
                server_time=now, results=results, safe_pos=0, hints=Hints(changes_pos=0, config_version=0)
            )
            return TimedSync(answer, read_clock(now, now, 0.0))
        finally:
            self._transport.send = send  # type: ignore[method-assign]

    OfficeClient.sync = sync  # type: ignore[method-assign]


def mark_before_send() -> None:
    """What is about to be sent is ticked off first."""
    honest = Outbox.due

    def due(self: Outbox, limit: int, *rest: Any, **more: Any) -> tuple[StoredRecord, ...]:
        records = honest(self, limit, *rest, **more)
        self.apply_results([RecordAnswer(record.id, Answer.ACCEPTED, 1) for record in records])
        return records

    Outbox.due = due  # type: ignore[method-assign]


def any_answer_holds_a_photo() -> None:
    """An upload has come through when the connection did not break."""

    def upload(client: OfficeClient, sha256: str, record_id: str, packet: bytes, resume: bool) -> None:
        headers = {
            "Content-Type": uploads.PART_TYPE, "Upload-Offset": "0", "Upload-Length": str(len(packet)),
            "Upload-Complete": uploads.YES, "Kiosk-Record": record_id,
        }  # fmt: skip
        try:
            client.blob_call("PATCH", sha256, headers, packet, set(range(200, 600)))
        except outcomes.CallError as error:
            if error.fault is not outcomes.Fault.PORTAL:
                raise

    photos.upload = upload


def newest_first() -> None:
    """The latest news first."""
    honest = Outbox.due

    def due(self: Outbox, limit: int, max_bytes: int, *rest: Any, **more: Any) -> tuple[StoredRecord, ...]:
        everything = honest(self, 10_000, 1 << 30, *rest, **more)
        return tuple(sorted(everything[-limit:], key=lambda record: record.seq))

    Outbox.due = due  # type: ignore[method-assign]


def no_lock() -> None:
    """The folder is taken without looking whether somebody has it."""

    def acquire(self: Any) -> None:
        self._descriptor = None

    DataLock.acquire = acquire  # type: ignore[method-assign]


CRIMES = {
    any_200_is_ack: "lost",
    mark_before_send: "lost",
    any_answer_holds_a_photo: "lost",
    newest_first: "misordered",
    no_lock: "two_at_once",
}
"""Each with what it does wrong, in the verdict's word."""

RARER = (any_answer_holds_a_photo, newest_first, no_lock)
"""Those that only the nightly tests try."""
