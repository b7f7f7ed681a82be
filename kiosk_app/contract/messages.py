"""The messages between a booth and the office, once for both sides.

What a booth sends is strict (an unknown field is a typo and refused); what the office answers may grow, so a booth ignores what
it does not know. Times are RFC 3339 with their zone; bytes are standard base64; hashes are lower-case hexadecimal.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

API_VERSION = "1"
API_HEADER = "Kiosk-Api"
SCHEMA_MIN, SCHEMA_MAX = 1, 1
MAX_BATCH = 100
MAX_BODY_BYTES = 256 * 1024
MAX_BLOB_BYTES = 8 * 1024 * 1024

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
RecordId = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
]
DeviceId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]*={0,2}$", max_length=400_000)]
# RFC 6750: it becomes a header.
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~+/=-]+$", max_length=200)]
# No NUL: not every database can keep one, and a text that cannot be kept would be asked for again for ever.
ShortText = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Count = Annotated[int, Field(ge=0, le=2**53)]


def _in_our_time(moment: datetime) -> datetime:
    """Times near the calendar's ends cannot be counted with; raises ValueError."""
    if not 2000 <= moment.year <= 2200:
        raise ValueError("the year must be 2000 to 2200")
    return moment


Time = Annotated[AwareDatetime, AfterValidator(_in_our_time)]


class Sent(BaseModel):
    """A message from a booth."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class Answer(BaseModel):
    """A message from the office."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)


class EnrolRequest(Sent):
    """`code` is the one-time code; `public_key` the booth's P-256 key, DER SubjectPublicKeyInfo."""

    code: Annotated[str, StringConstraints(min_length=4, max_length=40)]
    public_key: Base64
    hw: ShortText
    sw: ShortText


class SealingKey(Answer):
    """An X25519 public key (32 bytes) of the office, to which photos are sealed."""

    id: ShortText
    public: Base64


class EnrolResponse(Answer):
    """`letter` is the prefix of this booth's queue numbers; `config_key` the office's Ed25519 public key (32 bytes).

    `api_bases` is always empty: a booth keeps the address under which it enrolled.
    """

    device_id: DeviceId
    name: ShortText
    letter: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
    site_id: ShortText
    practice: bool
    sealing_keys: list[SealingKey]
    config_key: Base64
    api_bases: list[ShortText]
    server_time: Time


class ChallengeRequest(Sent):
    device_id: DeviceId


class ChallengeResponse(Answer):
    nonce: Base64
    server_time: Time


class TokenRequest(Sent):
    """`sig` is the device key's signature over `signatures.token_input(device_id, nonce)`."""

    device_id: DeviceId
    nonce: Base64
    sig: Base64


class Scope(StrEnum):
    """A revoked booth may still empty its outbox."""

    FULL = "full"
    DRAIN = "drain"


class TokenResponse(Answer):
    access_token: Token
    expires_in: Annotated[int, Field(ge=1, le=366 * 86_400)]
    scope: Scope


class ClockReport(Sent):
    wall: AwareDatetime
    mono_ms: Count
    boot_id: ShortText
    offset_ms: Annotated[int, Field(ge=-(2**53), le=2**53)] | None
    trusted: bool = False


class QueueReport(Sent):
    """What waits at the booth, and the head of its journal's chain.

    `epoch_from` is the seq at which the epoch of this message began: a new epoch goes on with the numbers of the one before, and
    its first record's `prev_sha` is that one's last link. `head_count` is how many records of this epoch the journal holds, read
    in the same moment as the head.
    """

    pending: Count
    oldest_age_s: Count
    blobs: Count
    blob_bytes: Count
    quarantined: Count
    disk_free: Count
    head_seq: Count
    head_sha256: Sha256
    head_count: Count | None = None
    epoch_from: Count = 1


class RecordMessage(Sent):
    """One fact. `body` is the stored canonical bytes; `sig` signs `chain.Link.signing_input()` of this record."""

    seq: Annotated[int, Field(ge=1, le=2**53)]
    id: RecordId
    applicant_key: ShortText
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
    schema_: Annotated[int, Field(alias="schema", ge=1, le=1000)]
    body: Base64
    body_sha256: Sha256
    prev_sha: Sha256
    sig: Base64
    blobs: list[Sha256] = []

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True, populate_by_name=True)


class SyncRequest(Sent):
    device_id: DeviceId
    epoch: ShortText
    batch_id: ShortText
    app: ShortText
    clock: ClockReport
    queue: QueueReport
    health: dict[str, str | int | float | bool] = {}
    records: Annotated[list[RecordMessage], Field(max_length=MAX_BATCH)]


class ResultStatus(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    RETRY = "retry"


class RecordProblem(Answer):
    """`type` is a stable slug such as "id-reuse" or "bad-signature"."""

    type: ShortText
    detail: ShortText = ""


class RecordResult(Answer):
    id: RecordId
    status: ResultStatus
    pos: Count | None = None
    problem: RecordProblem | None = None


class Hints(Answer):
    """Where the office stands, so that a booth pulls at once when something changed."""

    changes_pos: Count = 0
    config_version: Count = 0
    commands: list[ShortText] = []


class SyncResponse(Answer):
    """`safe_pos` is the office's last backed-up position: what lies above it must not be purged at the booth."""

    server_time: Time
    results: list[RecordResult]
    safe_pos: Count
    backoff_s: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] | None = None
    hints: Hints = Hints()


class ChangeOp(StrEnum):
    PUT = "put"
    DEL = "del"


class Change(Answer):
    """A row that came, changed or went: of type "booking" or "lease". `data` is its JSON form, None for `del`."""

    pos: Count
    type: ShortText
    op: ChangeOp
    id: ShortText
    v: Count
    data: dict[str, Any] | None = None


class ChangesResponse(Answer):
    """`count`, with the last page, is how many rows a snapshot would have now; None where the office does not count."""

    changes: list[Change]
    cursor: ShortText
    more: bool
    count: Count | None = None


class SnapshotRow(Answer):
    id: ShortText
    v: Count
    data: dict[str, Any]


class SnapshotResponse(Answer):
    """All bookings in the booth's scope and the cursor at which they were read; `count` of `rows` guards against a cut answer.

    `leases` are the booth's own of today and later, each a `booth.leases.Lease` in its JSON form.
    """

    cursor: ShortText
    count: Count
    rows: list[SnapshotRow]
    leases: list[SnapshotRow] = []


class ConfigResponse(Answer):
    """`body` is the canonical JSON of `config.ConfigBody`, `sig` the office's Ed25519 signature over `signatures.config_input`."""

    version: Count
    body: Base64
    sig: Base64


class ClaimRequest(Sent):
    record_id: RecordId
    device_id: DeviceId


class ClaimResponse(Answer):
    record_id: RecordId
    claimed_at: Time


class PingResponse(Answer):
    service: ShortText
    n: ShortText
    server_time: Time


class ProblemItem(Answer):
    pointer: ShortText
    code: ShortText


class Problem(Answer):
    """RFC 9457 problem details; `type` is a stable slug, `retry` tells whether the same request may succeed later."""

    type: ShortText
    status: int
    detail: ShortText
    retry: bool = False
    errors: list[ProblemItem] = []
