"""How one sealed photo gets to the office: the whole rest in one request, and after a failure on from the office's offset."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk_app.sync.client import OfficeClient
from kiosk_app.sync.outcomes import CallError, Fault, failure, problem_slug
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.transport import Reply

PART_TYPE = "application/partial-upload"
YES, NO = "?1", "?0"  # booleans of RFC 9651
_LEAST_PART = 16 * 1024
_STUCK_AFTER = 3
_PART_LIMIT = re.compile(r"(?:^|[,\s])max-append-size=([0-9]{1,12})")
_NUMBER = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an upload stands at the office: `offset` bytes are durable there; `part_limit` caps one request, None: no cap."""

    offset: int = 0
    complete: bool = False
    part_limit: int | None = None


def upload(client: OfficeClient, sha256: str, record_id: str, packet: bytes, resume: bool) -> None:
    """Returns once the office holds the packet complete under its hash; raises CallError otherwise.

    `resume` asks for the offset first, for a packet of which a part may already be there.
    """
    progress = _ask(client, sha256, len(packet)) if resume else Progress()
    stuck = 0
    while not progress.complete:
        following = _append(client, sha256, record_id, packet, progress)
        stuck = 0 if following.offset > progress.offset or following.complete else stuck + 1
        if stuck >= _STUCK_AFTER:
            raise CallError(Fault.NONSENSE, Step.NONSENSE, slug="upload-stuck", from_office=True)
        progress = following


def _ask(client: OfficeClient, sha256: str, length: int) -> Progress:
    return _progress(client.blob_call("HEAD", sha256, {}, None, {204}), length)


def _append(client: OfficeClient, sha256: str, record_id: str, packet: bytes, at: Progress) -> Progress:
    """Sends what is missing, or as much of it as the office takes at once."""
    part = packet[at.offset :] if at.part_limit is None else packet[at.offset : at.offset + at.part_limit]
    headers = {
        "Content-Type": PART_TYPE, "Upload-Offset": str(at.offset), "Upload-Length": str(len(packet)),
        "Upload-Complete": YES if at.offset + len(part) == len(packet) else NO, "Kiosk-Record": record_id,
    }  # fmt: skip
    try:
        reply = client.blob_call("PATCH", sha256, headers, part, {201, 204, 409, 422})
    except CallError as error:
        if error.fault is Fault.TOO_BIG and len(part) > _LEAST_PART:
            return Progress(at.offset, False, max(len(part) // 2, _LEAST_PART))
        raise
    if reply.status == 201:
        return Progress(len(packet), True)
    if reply.status == 422:
        if problem_slug(reply) != "hash-mismatch":
            raise failure(reply)
        return Progress(0, False, at.part_limit)  # the office dropped its part: begin again
    if reply.status == 409:
        # The office is elsewhere than we thought: its word counts, whatever we remember.
        named = _number(reply.headers, "upload-offset")
        if named is not None and named < len(packet):
            return Progress(named, False, at.part_limit)
        following = _ask(client, sha256, len(packet))
    else:
        following = _progress(reply, len(packet))
    return Progress(following.offset, following.complete, following.part_limit or at.part_limit)


def _progress(reply: Reply, length: int) -> Progress:
    offset = _number(reply.headers, "upload-offset")
    if offset is None or offset > length:
        raise CallError(Fault.NONSENSE, Step.NONSENSE, slug="upload-offset", from_office=True)
    whole = reply.headers.get("upload-complete", NO) == YES
    told = _number(reply.headers, "upload-length")
    if whole and (offset != length or told not in (None, length)):
        raise CallError(Fault.NONSENSE, Step.NONSENSE, slug="upload-length", from_office=True)
    found = _PART_LIMIT.search(reply.headers.get("upload-limit", ""))
    return Progress(offset, whole, max(int(found[1]), _LEAST_PART) if found else None)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if _NUMBER.fullmatch(text) else None
