"""Whether a record is what its booth wrote, and stands where it says in that booth's chain."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Connection, insert, select, update

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.contract.messages import ClockReport, QueueReport, RecordMessage
from kiosk_app.contract.signatures import unb64, verify_device
from kiosk_app.errors import KioskError
from kiosk_app.office.tables import heads, links


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with its body and its link; `problem` is the slug of what is wrong with it in itself, else ""."""

    message: RecordMessage
    link: Link
    body: bytes
    signature: bytes
    problem: str = ""


def judge(message: RecordMessage, epoch: str, key: ec.EllipticCurvePublicKey) -> Judged:
    """Checks hash and signature; needs no database, so it runs before anybody waits for the right to write."""
    link = Link(
        epoch, message.seq, message.id, message.applicant_key, message.kind, message.schema_, message.body_sha256,
        message.prev_sha,
    )  # fmt: skip
    try:
        body, signature = unb64(message.body), unb64(message.sig)
    except KioskError:
        return Judged(message, link, b"", b"", "body-malformed")
    if sha256_hex(body) != message.body_sha256:
        return Judged(message, link, body, signature, "body-hash")
    if not verify_device(key, link.signing_input(), signature):
        return Judged(message, link, body, signature, "bad-signature")
    return Judged(message, link, body, signature)


def epoch_conflict(connection: Connection, device_id: str, epoch: str, batch: Sequence[Judged]) -> RecordMessage | None:
    """The first record whose place in the chain is taken by another id: the sign of a cloned or restored disk."""
    seqs = [judged.message.seq for judged in batch]
    rows = connection.execute(
        select(links.c.seq, links.c.record_id).where(
            links.c.device_id == device_id, links.c.epoch == epoch, links.c.seq.in_(seqs)
        )
    )
    taken = {row.seq: row.record_id for row in rows}
    for judged in batch:
        message = judged.message
        if taken.setdefault(message.seq, message.id) != message.id:
            return message
    return None


def chain_problem(connection: Connection, device_id: str, link: Link) -> bool:
    """Whether the link contradicts a neighbour that the office holds. A gap is no fault: what lies in it may come later."""
    if link.seq == 1 and link.prev_sha != GENESIS:
        return True
    rows = connection.execute(
        select(links.c.seq, links.c.sha256, links.c.prev_sha).where(
            links.c.device_id == device_id, links.c.epoch == link.epoch, links.c.seq.in_([link.seq - 1, link.seq + 1])
        )
    )
    return any(row.sha256 != link.prev_sha if row.seq < link.seq else row.prev_sha != link.sha256() for row in rows)


def keep_link(connection: Connection, device_id: str, link: Link) -> None:
    """Remembers the record's place in its booth's chain."""
    connection.execute(
        insert(links).values(
            device_id=device_id, epoch=link.epoch, seq=link.seq, record_id=link.id, sha256=link.sha256(),
            prev_sha=link.prev_sha,
        )
    )  # fmt: skip


def head_alarm(connection: Connection, device_id: str, epoch: str, queue: QueueReport, clock: ClockReport) -> str:
    """Keeps the highest head that the booth ever reported; returns "chain-rollback" or "chain-fork" where it went back, else "".

    A message that was held up on its way is older by the booth's own monotonic clock, and says nothing.
    """
    known = connection.execute(
        select(heads).where(heads.c.device_id == device_id, heads.c.epoch == epoch)
    ).one_or_none()
    values = {"seq": queue.head_seq, "sha256": queue.head_sha256, "boot_id": clock.boot_id, "mono_ms": clock.mono_ms}
    if known is None:
        connection.execute(insert(heads).values(device_id=device_id, epoch=epoch, **values))
        return ""
    if clock.boot_id == known.boot_id and clock.mono_ms < known.mono_ms:
        return ""
    if queue.head_seq < known.seq:
        return "chain-rollback"
    if queue.head_seq == known.seq and queue.head_sha256 != known.sha256:
        return "chain-fork"
    connection.execute(update(heads).where(heads.c.device_id == device_id, heads.c.epoch == epoch).values(**values))
    return ""
