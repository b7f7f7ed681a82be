"""How many records go into one call: decided here, without a network."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk_app.contract.messages import MAX_BATCH, MAX_BODY_BYTES, RecordMessage
from kiosk_app.contract.signatures import b64
from kiosk_app.store.outbox import StoredRecord

ENVELOPE_BYTES = 8 * 1024  # room for all that is not a record
_RELAX_AFTER = 50
_LEAST_BYTES = 4 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest batch the office took without complaint: records, and bytes of JSON before packing."""

    records: int = MAX_BATCH
    bytes: int = MAX_BODY_BYTES - ENVELOPE_BYTES


class BatchSizer:
    """Halves when a batch was too much, doubles with success up to the remembered limit, and tests that limit rarely."""

    def __init__(self, limits: Limits | None = None) -> None:
        most = Limits()
        limits = limits or most
        self._limits = Limits(
            min(max(limits.records, 1), most.records), min(max(limits.bytes, _LEAST_BYTES), most.bytes)
        )
        self._records, self._bytes = self._limits.records, self._limits.bytes
        self._successes = 0

    @property
    def records(self) -> int:
        return self._records

    @property
    def bytes(self) -> int:
        return self._bytes

    @property
    def limits(self) -> Limits:
        """What to remember."""
        return self._limits

    @property
    def after_success(self) -> Limits:
        """What may be sent next if the office takes this batch; more than that after many successes."""
        return Limits(min(self._records * 2, self._limits.records), min(self._bytes * 2, self._limits.bytes))

    def halve(self, sent: int) -> None:
        """A batch of `sent` records did not get through; the cause may be its size."""
        self._records = max(min(sent, self._records) // 2, 1)
        self._successes = 0

    def too_big(self, sent: int, sent_bytes: int) -> None:
        """The office said that a batch was too big: halve, and remember."""
        self.halve(sent)
        self._bytes = max(min(sent_bytes, self._bytes) // 2, _LEAST_BYTES)
        self._limits = Limits(self._records, self._bytes)

    def succeeded(self) -> None:
        """Doubles up to the limit; after many successes in a row at the limit, the limit itself is doubled."""
        self._successes += 1
        if self._successes >= _RELAX_AFTER:
            most = Limits()
            self._limits = Limits(min(self._limits.records * 2, most.records), min(self._limits.bytes * 2, most.bytes))
            self._successes = 0
        self._records = min(self._records * 2, self._limits.records)
        self._bytes = min(self._bytes * 2, self._limits.bytes)


def to_message(record: StoredRecord) -> RecordMessage:
    """The record as it travels: the stored bytes, never made anew."""
    return RecordMessage(
        seq=record.seq, id=record.id, applicant_key=record.applicant_key, kind=record.kind, schema_=record.schema,
        body=b64(record.body), body_sha256=record.body_sha256, prev_sha=record.prev_sha, sig=b64(record.sig),
        blobs=list(record.blobs),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages in the order of seq, all of one epoch; `bytes` is their JSON's length."""

    epoch: str
    messages: tuple[RecordMessage, ...]
    bytes: int


def fit(records: Sequence[StoredRecord], epoch: str, max_bytes: int) -> Batch:
    """As many of `records` as fit, at least the first: the limit counts the travelling form, not the stored one."""
    messages: list[RecordMessage] = []
    size = 0
    for record in records:
        if record.epoch != records[0].epoch:
            break
        message = to_message(record)
        length = len(message.model_dump_json(by_alias=True)) + 1
        if messages and size + length > max_bytes:
            break
        messages.append(message)
        size += length
    return Batch(records[0].epoch if records else epoch, tuple(messages), size)
