"""The messages between the office's own people and the office: conflicts and their decisions, alarms, what was done by whom.

Nothing here names a person who applied: records, booths, officers and bookings by their ids.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from kiosk_app.contract.messages import Answer, DeviceId, RecordId, Sent, Sha256, ShortText

ConflictId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}\.[a-z-]{1,40}$")]
OfficerId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,20}$")]


class NewBooth(Sent):
    """An invitation; `letter` "" takes the place's next free one."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    site: ShortText
    practice: bool = False
    letter: Annotated[str, StringConstraints(pattern=r"^[A-Z]?$")] = ""


class Invitation(Answer):
    """The one-time code to type at the new booth, good for 24 hours."""

    code: ShortText


class DecisionChoice(StrEnum):
    """The record counts, or it is kept and does not count."""

    KEEP = "keep"
    VOID = "void"


class DecisionRequest(Sent):
    """`officer` is who decides at the office."""

    choice: DecisionChoice
    officer: OfficerId


class DecisionAnswer(Answer):
    id: ConflictId
    choice: DecisionChoice
    officer: OfficerId
    decided_at: AwareDatetime


class ConflictRow(Answer):
    """`others` are the records on the same booking; `choice` is "" while nobody has decided."""

    id: ConflictId
    record: RecordId
    flag: ShortText
    booth: ShortText
    seq: int
    happened_at: AwareDatetime
    flagged_at: AwareDatetime
    booking: ShortText
    others: list[RecordId]
    choice: ShortText
    officer: ShortText
    decided_at: AwareDatetime | None


class ConflictList(Answer):
    conflicts: list[ConflictRow]


class AlarmRow(Answer):
    """What should never happen at a booth; `record` is "" where the whole journal is meant."""

    pos: int
    booth: ShortText
    device_id: DeviceId
    type: ShortText
    record: ShortText
    epoch: ShortText
    seq: int
    detail: ShortText
    at: AwareDatetime


class AlarmList(Answer):
    alarms: list[AlarmRow]


class AuditRow(Answer):
    """Who did what: at a booth, or ("" for booth) at the office itself. `ref` is a random id, `detail` a key or a count."""

    at: AwareDatetime
    booth: ShortText
    who: ShortText
    what: ShortText
    ref: ShortText
    detail: ShortText


class AuditList(Answer):
    audit: list[AuditRow]


class RecordRow(Answer):
    """A record as the office lists it; its body stays where it is."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True, populate_by_name=True)

    pos: int
    id: RecordId
    booth: ShortText
    epoch: ShortText
    seq: int
    kind: ShortText
    schema_: Annotated[int, Field(alias="schema")]
    body_sha256: Sha256
    received_at: AwareDatetime
    happened_at: AwareDatetime
    flags: list[ShortText]


class RecordList(Answer):
    """A page; `more` says that there are records after the last of it."""

    records: list[RecordRow]
    more: bool
