"""The head of a booth's chain, as the booth tells it with every message, against what the office remembers.

The chain shows every change inside a journal; that its end was cut off, or that an old disk was put back, only shows to whoever
remembers a later head. The office does, for each epoch of each booth.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, and_, insert, select, update

from kiosk_app.contract.messages import ClockReport, QueueReport
from kiosk_app.office.tables import heads, links

TRUNCATED, ROLLBACK, FORK, GAP, NEW_EPOCH = "chain-truncated", "chain-rollback", "chain-fork", "chain-gap", "new-epoch"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a head. `seq` names the place, so that the same finding is noted once."""

    type: str
    seq: int
    detail: str


@dataclass(frozen=True, slots=True)
class _Message:
    """A booth's word about its head."""

    device_id: str
    epoch: str
    queue: QueueReport
    clock: ClockReport


def note_head(
    connection: Connection, device_id: str, epoch: str, queue: QueueReport, clock: ClockReport
) -> list[Finding]:
    """Keeps the highest head of the epoch and tells what contradicts it.

    A message that was held up on its way is older by the booth's own monotonic clock, and says nothing.
    """
    said = _Message(device_id, epoch, queue, clock)
    rows = connection.execute(select(heads).where(heads.c.device_id == device_id)).all()
    newest = max((row.generation for row in rows), default=0)
    known = next((row for row in rows if row.epoch == epoch), None)
    if known is None:
        _insert(connection, said, newest + 1)
        return [Finding(NEW_EPOCH, queue.head_seq, f"Epoch number {newest + 1} of this booth.")] if newest else []
    if clock.boot_id == known.boot_id and clock.mono_ms < known.mono_ms:
        return []
    if known.generation < newest:
        return [Finding(ROLLBACK, queue.head_seq, "The booth went back to an epoch that it had left.")]
    found = _contradiction(connection, said, known)
    if found is not None:
        return [found]
    gap = _gap(connection, said, known)
    values = {"seq": queue.head_seq, "sha256": queue.head_sha256, "boot_id": clock.boot_id, "mono_ms": clock.mono_ms}
    connection.execute(update(heads).where(heads.c.device_id == device_id, heads.c.epoch == epoch).values(**values))
    return [gap] if gap is not None else []


def count_held(connection: Connection, device_id: str, epoch: str, more: int) -> None:
    """So many links of this epoch have come in."""
    mine = heads.c.device_id == device_id, heads.c.epoch == epoch
    connection.execute(update(heads).where(*mine).values(held=heads.c.held + more))


def _insert(connection: Connection, said: _Message, generation: int) -> None:
    connection.execute(
        insert(heads).values(
            device_id=said.device_id, epoch=said.epoch, seq=said.queue.head_seq, sha256=said.queue.head_sha256,
            boot_id=said.clock.boot_id, mono_ms=said.clock.mono_ms, generation=generation,
            started=max(said.queue.epoch_from, 1), held=0,
        )
    )  # fmt: skip


def _contradiction(connection: Connection, said: _Message, known: "Row[tuple[object, ...]]") -> Finding | None:
    """A head that is lower than before, or another one at a place that has one already."""
    seq, sha256 = said.queue.head_seq, said.queue.head_sha256
    highest, highest_sha = known._mapping["seq"], known._mapping["sha256"]
    if seq == highest:
        return Finding(FORK, seq, "Two different records stand at the head.") if sha256 != highest_sha else None
    there = _link(connection, said, seq)
    if seq > highest:
        return Finding(FORK, seq, "The head is not the record that came in.") if there not in ("", sha256) else None
    if there not in ("", sha256):
        return Finding(ROLLBACK, highest, f"At {seq} of {highest} another record stands than the one that came in.")
    return Finding(TRUNCATED, highest, f"The journal ends at {seq}, and reached {highest} before.")


def _link(connection: Connection, said: _Message, seq: int) -> str:
    """The chain's hash that the office holds at this place, "" for none."""
    mine = links.c.device_id == said.device_id, links.c.epoch == said.epoch
    found: str | None = connection.execute(select(links.c.sha256).where(*mine, links.c.seq == seq)).scalar_one_or_none()
    return found or ""


def _gap(connection: Connection, said: _Message, known: "Row[tuple[object, ...]]") -> Finding | None:
    """Records below an earlier head that neither came in nor wait at the booth; or that the booth itself has lost.

    Measured against the head of an earlier message: a record that is captured while this one is put together counts for neither.
    """
    queue, started = said.queue, known._mapping["started"]
    written = queue.head_seq - started + 1
    if queue.head_count is not None and queue.head_count < written:
        lost = written - queue.head_count
        return Finding(GAP, queue.head_seq, f"The booth's own journal lacks {lost} of {written} records.")
    missing = known._mapping["seq"] - started + 1 - known._mapping["held"]
    waiting = queue.pending + queue.quarantined
    if missing <= waiting:
        return None
    first = _first_missing(connection, said, started)
    return Finding(GAP, first, f"From {first} on, {missing - waiting} records neither came in nor wait at the booth.")


def _first_missing(connection: Connection, said: _Message, started: int) -> int:
    mine = links.c.device_id == said.device_id, links.c.epoch == said.epoch
    if not _link(connection, said, started):
        return started
    after = links.alias()
    next_one = and_(after.c.device_id == said.device_id, after.c.epoch == said.epoch, after.c.seq == links.c.seq + 1)
    last: int = connection.execute(
        select(links.c.seq)
        .outerjoin(after, next_one)
        .where(*mine, links.c.seq >= started, after.c.seq.is_(None))
        .order_by(links.c.seq)
        .limit(1)
    ).scalar_one()
    return last + 1
