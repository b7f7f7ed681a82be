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

_INSERT_LINK = insert(links)


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


@dataclass(frozen=True, slots=True)
class _Place:
    record_id: str
    sha256: str
    prev_sha: str


class ChainView:
    """What the office holds of one booth's chain around a batch: read once, kept up while the batch is taken."""

    def __init__(self, connection: Connection, device_id: str, epoch: str, batch: Sequence[Judged]) -> None:
        self._connection = connection
        self._device_id = device_id
        self._batch = batch
        seqs = {judged.message.seq + step for judged in batch for step in (-1, 0, 1)}
        rows = connection.execute(
            select(links.c.seq, links.c.record_id, links.c.sha256, links.c.prev_sha).where(
                links.c.device_id == device_id, links.c.epoch == epoch, links.c.seq.in_(seqs)
            )
        )
        self._places = {row.seq: _Place(row.record_id, row.sha256, row.prev_sha) for row in rows}

    def conflict(self) -> RecordMessage | None:
        """The first record whose place in the chain is taken by another id: the sign of a cloned or restored disk."""
        taken = {seq: place.record_id for seq, place in self._places.items()}
        for judged in self._batch:
            message = judged.message
            if not judged.problem and taken.setdefault(message.seq, message.id) != message.id:
                return message
        return None

    def holds(self, link: Link) -> bool:
        """Whether this place is filled already; by the same record, for `conflict` would have said so."""
        return link.seq in self._places

    def contradicts(self, link: Link) -> bool:
        """Whether the link does not fit a neighbour that the office holds. A gap is no fault: it may be filled later."""
        if link.seq == 1 and link.prev_sha != GENESIS:
            return True
        before, after = self._places.get(link.seq - 1), self._places.get(link.seq + 1)
        return (before is not None and before.sha256 != link.prev_sha) or (
            after is not None and after.prev_sha != link.sha256()
        )

    def keep(self, link: Link) -> None:
        """Remembers the record's place in its booth's chain."""
        sha256 = link.sha256()
        row = {
            "device_id": self._device_id, "epoch": link.epoch, "seq": link.seq, "record_id": link.id, "sha256": sha256,
            "prev_sha": link.prev_sha,
        }  # fmt: skip
        self._connection.execute(_INSERT_LINK, row)
        self._places[link.seq] = _Place(link.id, sha256, link.prev_sha)

    def forget(self, link: Link) -> None:
        """The record was not stored after all."""
        self._places.pop(link.seq, None)


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
