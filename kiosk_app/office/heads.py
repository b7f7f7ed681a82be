"""The head of a booth's chain, as the booth tells it with every message, against what the office remembers.

The chain shows every change inside a journal; that its end was cut off, or that an old disk was put back, only shows to whoever
remembers a later head. The office does, for each epoch of each booth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, and_, bindparam, insert, select, update

from kiosk_app.contract.messages import ClockReport, QueueReport
from kiosk_app.office.tables import heads, links

TRUNCATED, ROLLBACK, FORK, GAP, NEW_EPOCH = "chain-truncated", "chain-rollback", "chain-fork", "chain-gap", "new-epoch"


_OF_BOOTH = select(heads).where(heads.c.device_id == bindparam("device"))
_CHANGED = ("seq", "sha256", "boot_id", "mono_ms", "held")
_UPDATE = (
    update(heads)
    .where(heads.c.device_id == bindparam("device"), heads.c.epoch == bindparam("of_epoch"))
    .values({name: bindparam(name) for name in _CHANGED})
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a head. `seq` names the place, so that the same finding is noted once."""

    type: str
    seq: int
    detail: str


@dataclass(frozen=True, slots=True)
class Head:
    """A booth's word about its head. `there` is the link that the office holds at that place, "" for none."""

    device_id: str
    epoch: str
    queue: QueueReport
    clock: ClockReport
    there: str


def note_head(
    connection: Connection, said: Head, rows: "Sequence[Row[tuple[object, ...]]]", fresh: int
) -> list[Finding]:
    """Keeps the highest head of the epoch and tells what contradicts it; `fresh` links of it come in with this message.

    `rows` are the heads of all epochs of this booth. A message that was held up on its way is older by the booth's own monotonic
    clock, and its head says nothing.
    """
    queue, clock = said.queue, said.clock
    newest = max((row.generation for row in rows), default=0)
    known = next((row for row in rows if row.epoch == said.epoch), None)
    if known is None:
        _insert(connection, said, newest + 1, fresh)
        return [Finding(NEW_EPOCH, queue.head_seq, f"Epoch number {newest + 1} of this booth.")] if newest else []
    found, values = _judged(connection, said, known, newest), {"held": known.held + fresh}
    late = clock.boot_id == known.boot_id and clock.mono_ms < known.mono_ms
    if not late and not (found and found[0].type in (TRUNCATED, ROLLBACK, FORK)):
        values |= {
            "seq": queue.head_seq,
            "sha256": queue.head_sha256,
            "boot_id": clock.boot_id,
            "mono_ms": clock.mono_ms,
        }
    connection.execute(_UPDATE, {"device": said.device_id, "of_epoch": said.epoch, **_kept(known), **values})
    return found


def heads_of(connection: Connection, device_id: str) -> "Sequence[Row[tuple[object, ...]]]":
    """The heads of all epochs of a booth."""
    return connection.execute(_OF_BOOTH, {"device": device_id}).all()


def _kept(known: "Row[tuple[object, ...]]") -> dict[str, object]:
    return {name: known._mapping[name] for name in _CHANGED}


def _judged(connection: Connection, said: Head, known: "Row[tuple[object, ...]]", newest: int) -> list[Finding]:
    clock, before = said.clock, known._mapping
    if clock.boot_id == before["boot_id"] and clock.mono_ms < before["mono_ms"]:
        return []
    if before["generation"] < newest:
        return [Finding(ROLLBACK, said.queue.head_seq, "The booth went back to an epoch that it had left.")]
    found = _contradiction(said, known) or _gap(connection, said, known)
    return [found] if found is not None else []


def _insert(connection: Connection, said: Head, generation: int, fresh: int) -> None:
    connection.execute(
        insert(heads).values(
            device_id=said.device_id, epoch=said.epoch, seq=said.queue.head_seq, sha256=said.queue.head_sha256,
            boot_id=said.clock.boot_id, mono_ms=said.clock.mono_ms, generation=generation,
            started=max(said.queue.epoch_from, 1), held=fresh,
        )
    )  # fmt: skip


def _contradiction(said: Head, known: "Row[tuple[object, ...]]") -> Finding | None:
    """A head that is lower than before, or another one at a place that has one already."""
    seq, sha256 = said.queue.head_seq, said.queue.head_sha256
    highest, highest_sha = known._mapping["seq"], known._mapping["sha256"]
    if seq == highest:
        return Finding(FORK, seq, "Two different records stand at the head.") if sha256 != highest_sha else None
    other = said.there not in ("", sha256)
    if seq > highest:
        return Finding(FORK, seq, "The head is not the record that came in.") if other else None
    if other:
        return Finding(ROLLBACK, highest, f"At {seq} of {highest} another record stands than the one that came in.")
    return Finding(TRUNCATED, highest, f"The journal ends at {seq}, and reached {highest} before.")


def _gap(connection: Connection, said: Head, known: "Row[tuple[object, ...]]") -> Finding | None:
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


def _first_missing(connection: Connection, said: Head, started: int) -> int:
    mine = links.c.device_id == said.device_id, links.c.epoch == said.epoch
    first = connection.execute(select(links.c.seq).where(*mine, links.c.seq == started)).first()
    if first is None:
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
