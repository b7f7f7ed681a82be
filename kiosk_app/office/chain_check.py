"""Whether a record is what its booth wrote, and stands where it says in that booth's chain."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Connection, bindparam, select

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.contract.messages import RecordMessage
from kiosk_app.contract.signatures import unb64, verify_device
from kiosk_app.errors import KioskError
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.flagging import Reading, read_body
from kiosk_app.office.tables import links

_NOTHING = Reading(None, None, frozenset())
# Statements of every message are put together once: that costs as much as running them.
_LINKS_AT = select(links.c.seq, links.c.record_id, links.c.sha256, links.c.prev_sha).where(
    links.c.device_id == bindparam("device"),
    links.c.epoch == bindparam("epoch"),
    links.c.seq.in_(bindparam("seqs", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with its body and its link; `problem` is the slug of what is wrong with it in itself, else "".

    `reading` is what the office understands of the body, `sha256` the link's own hash.
    """

    message: RecordMessage
    link: Link
    sha256: str
    body: bytes
    signature: bytes
    reading: Reading
    problem: str = ""


def judge(message: RecordMessage, epoch: str, key: ec.EllipticCurvePublicKey) -> Judged:
    """Checks hash and signature; needs no database, so it runs before anybody waits for the right to write."""
    link = Link(
        epoch, message.seq, message.id, message.applicant_key, message.kind, message.schema_, message.body_sha256,
        message.prev_sha,
    )  # fmt: skip
    signed = link.signing_input()
    sha256 = sha256_hex(signed)
    try:
        body, signature = unb64(message.body), unb64(message.sig)
    except KioskError:
        return Judged(message, link, sha256, b"", b"", _NOTHING, "body-malformed")
    problem = ""
    if sha256_hex(body) != message.body_sha256:
        problem = "body-hash"
    elif not verify_device(key, signed, signature):
        problem = "bad-signature"
    reading = _NOTHING if problem else read_body(message.kind, message.schema_, body)
    return Judged(message, link, sha256, body, signature, reading, problem)


@dataclass(frozen=True, slots=True)
class _Place:
    record_id: str
    sha256: str
    prev_sha: str


class ChainView:
    """What the office holds of one booth's chain around a batch: read once, kept up while the batch is taken."""

    def __init__(
        self,
        database: OfficeDatabase,
        connection: Connection,
        device_id: str,
        epoch: str,
        batch: Sequence[Judged],
        head: int,
    ) -> None:
        self._database = database
        self._connection = connection
        self._device_id = device_id
        self._epoch = epoch
        self._batch = batch
        self._kept: list[dict[str, object]] = []
        seqs = {judged.message.seq + step for judged in batch for step in (-1, 0, 1)} | {head}
        rows = connection.execute(_LINKS_AT, {"device": device_id, "epoch": epoch, "seqs": sorted(seqs)})
        self._places = {row.seq: _Place(row.record_id, row.sha256, row.prev_sha) for row in rows}

    def link_at(self, seq: int) -> str:
        """The chain's hash at the head or near the batch, "" where the office holds none."""
        place = self._places.get(seq)
        return place.sha256 if place is not None else ""

    def conflict(self) -> RecordMessage | None:
        """The first record whose place in the chain is taken by another id: the sign of a cloned or restored disk."""
        taken = {seq: place.record_id for seq, place in self._places.items()}
        for judged in self._batch:
            message = judged.message
            if not judged.problem and taken.setdefault(message.seq, message.id) != message.id:
                return message
        return None

    def holds(self, judged: Judged) -> bool:
        """Whether this place is filled already; by the same record, for `conflict` would have said so."""
        return judged.link.seq in self._places

    def differs(self, judged: Judged) -> bool:
        """Whether the same record stands there with another past: two journals that both hold it."""
        place = self._places.get(judged.link.seq)
        return place is not None and place.sha256 != judged.sha256

    def contradicts(self, judged: Judged) -> bool:
        """Whether the link does not fit a neighbour that the office holds. A gap is no fault: it may be filled later."""
        link = judged.link
        if link.seq == 1 and link.prev_sha != GENESIS:
            return True
        before, after = self._places.get(link.seq - 1), self._places.get(link.seq + 1)
        return (before is not None and before.sha256 != link.prev_sha) or (
            after is not None and after.prev_sha != judged.sha256
        )

    def keep(self, judged: Judged) -> None:
        """Remembers the record's place in its booth's chain."""
        link = judged.link
        self._kept.append(
            {
                "device_id": self._device_id, "epoch": link.epoch, "seq": link.seq, "record_id": link.id,
                "sha256": judged.sha256, "prev_sha": link.prev_sha,
            }
        )  # fmt: skip
        self._places[link.seq] = _Place(link.id, judged.sha256, link.prev_sha)

    def strays(self, started: int) -> bool:
        """Whether the first record of an epoch that goes on from another one follows none of that booth that the office holds."""
        first = next((row for row in self._kept if row["seq"] == started), None)
        if first is None or started == 1:
            return False
        before = links.c.device_id == self._device_id, links.c.epoch != self._epoch, links.c.seq == started - 1
        found = set(self._connection.scalars(select(links.c.sha256).where(*before)))
        return bool(found) and first["prev_sha"] not in found

    def write(self) -> int:
        """Writes what was kept; returns how many links that were."""
        self._database.insert_many(self._connection, links, self._kept)
        return len(self._kept)
