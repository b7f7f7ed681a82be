"""A fresh journal out of what is left of a spoilt one: its records, and those that only their packets still hold.

Every record keeps its id and its body, byte for byte; its place in the chain is new, and so is the epoch, because the office knows the
old numbers. All that is carried is sent again: what the office has, it takes for a duplicate.
"""

import bisect
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path

from kiosk_app.booth.canonical import canonical_bytes, sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.booth.codec import DecodeError
from kiosk_app.booth.facts import SCHEMA, Fact, Lane, PhotoTaken, from_body, to_body
from kiosk_app.booth.visits import IllegalTransition
from kiosk_app.store import meta, projections
from kiosk_app.store.carve import Found, Remains
from kiosk_app.store.database import Database
from kiosk_app.store.keys import Signer
from kiosk_app.store.notes import read_note
from kiosk_app.store.photos import SUFFIX, packet_fault
from kiosk_app.store.stored import from_ms, to_ms
from kiosk_app.store.witness import Head

# What the office has is left behind when it is older than this, and its photo is gone from here: no screen asks for it any more.
_RECENT_MS = 3 * 24 * 3600 * 1000
# So many numbers are passed over where arrivals may be lost, so that none is given out twice.
_MOST_SKIPPED = 500


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What became of a spoilt journal, for the office, `status` and the technician. `fault` says how it was spoilt, `place` is the
    folder in the quarantine.

    `carried` records came out of its pages, `photos` out of packets alone; `missing` is how many are known to have been there and
    are nowhere, `older` how many the office has and the fresh journal does not. `forged` rows had no signature of this booth.
    """

    fault: str
    place: str
    carried: int
    photos: int
    missing: int
    older: int
    forged: int
    bad_pages: int
    mended_pages: int


def fill(
    fresh: Database, signer: Signer, remains: Remains, photos: Path, note_key: bytes, noted: Head | None
) -> Rebuilt:
    """Fills `fresh` inside the caller's transaction; `noted` is what the witness of the old journal knew."""
    found = remains.in_order()
    packets = _packets(photos)
    kept = [one for one in found if _carried(one, found, packets)]
    from_packets = _from_packets(photos, packets, note_key, remains)
    epoch, prev_sha = meta.require(fresh, meta.EPOCH), GENESIS
    for seq, one in enumerate(_merged(kept, from_packets), start=1):
        prev_sha = _carry(fresh, signer, epoch, seq, prev_sha, one)
    fresh.execute("UPDATE tallies SET n = ? WHERE name = 'captured'", (len(kept) + len(from_packets),))
    _restore_blobs(fresh, remains, packets)
    known = max([0 if noted is None else noted.seq, *(one.seq for one in found)])
    missing = max(0, known - len({one.seq for one in found}) - len(from_packets))
    if missing:
        _skip_numbers(fresh, missing)
    return Rebuilt(
        fault="", place="", carried=len(kept), photos=len(from_packets), missing=missing, older=len(found) - len(kept),
        forged=remains.forged, bad_pages=remains.bad, mended_pages=remains.mended,
    )  # fmt: skip


def remember(fresh: Database, rebuilt: Rebuilt) -> None:
    """Keeps the story in the fresh journal, for `told`."""
    meta.write(fresh, meta.REBUILT, canonical_bytes(asdict(rebuilt)).decode())


def place_in(story: str) -> str:
    """The folder in the quarantine that a remembered story names."""
    return str(json.loads(story)["place"])


def _packets(photos: Path) -> frozenset[str]:
    return frozenset(path.name.removesuffix(SUFFIX) for path in photos.glob(f"*{SUFFIX}"))


def _carried(one: Found, found: list[Found], packets: frozenset[str]) -> bool:
    if not one.acked or one.captured_ms >= found[-1].captured_ms - _RECENT_MS:
        return True
    fact = _read(one)
    return isinstance(fact, PhotoTaken) and fact.blob in packets


def _from_packets(photos: Path, packets: Iterable[str], note_key: bytes, remains: Remains) -> list[Found]:
    """The records of packets that no record names: of photos whose record is on a lost page."""
    named = {one.id for one in remains.records.values()}
    lost = []
    for blob in sorted(packets):
        if packet_fault(photos, blob):
            continue
        noted = read_note((photos / f"{blob}{SUFFIX}").read_bytes(), note_key)
        if noted is not None and noted.record_id not in named:
            at_ms = to_ms(noted.stamp.at)
            body = canonical_bytes(to_body(noted.fact, noted.stamp))
            lost.append(
                Found(
                    0,
                    noted.record_id,
                    noted.fact.visit,
                    noted.fact.KIND,
                    SCHEMA,
                    body,
                    noted.day.isoformat(),
                    at_ms,
                    acked=False,
                )
            )
    return lost


def _merged(kept: list[Found], lost: list[Found]) -> list[Found]:
    """Each lost one behind the last record that was captured before it."""
    times = list(accumulate((one.captured_ms for one in kept), max))
    places = {one.id: bisect.bisect_right(times, one.captured_ms) for one in lost}
    numbered = [(place, 1, one) for place, one in enumerate(kept, start=1)]
    numbered += [(places[one.id], 2, one) for one in sorted(lost, key=lambda one: one.captured_ms)]
    return [one for _, _, one in sorted(numbered, key=lambda entry: entry[:2])]


def _carry(fresh: Database, signer: Signer, epoch: str, seq: int, prev_sha: str, one: Found) -> str:
    """The chain's hash after the record."""
    link = Link(epoch, seq, one.id, one.applicant_key, one.kind, one.schema, sha256_hex(one.body), prev_sha)
    sha256 = link.sha256()
    fresh.execute(
        "INSERT INTO records (seq, epoch, id, applicant_key, kind, schema, body, prev_sha, sha256, sig, day, captured_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            seq, link.epoch, one.id, one.applicant_key, one.kind, one.schema, one.body, bytes.fromhex(prev_sha),
            bytes.fromhex(sha256), signer.sign(link.signing_input()), one.day, one.captured_ms,
        ),
    )  # fmt: skip
    fact = _read(one)
    if fact is not None:
        _project(fresh, fact, projections.Placed(seq, one.id, from_ms(one.captured_ms), date.fromisoformat(one.day)))
    return sha256


def _read(one: Found) -> Fact | None:
    """The fact; None for one that this program does not know: its record is carried all the same."""
    try:
        return from_body(one.kind, json.loads(one.body))[0]
    except (ValueError, DecodeError):
        return None


def _project(fresh: Database, fact: Fact, placed: projections.Placed) -> None:
    try:
        projections.project(fresh, fact, placed)
    except IllegalTransition:  # what came before it is lost
        if isinstance(fact, PhotoTaken):
            projections.keep_blob(fresh, fact, placed)


def _restore_blobs(fresh: Database, remains: Remains, packets: frozenset[str]) -> None:
    """How far the photos had come. One that the office confirmed and whose file is gone was purged; one of which nothing is known
    is looked for by the sweeper."""
    for blob, state in remains.blobs.items():
        known = "purged" if state == "verified" and blob not in packets else state
        if known != "stored":
            fresh.execute("UPDATE blobs SET state = ? WHERE sha256 = ?", (known, blob))


def _skip_numbers(fresh: Database, missing: int) -> None:
    row = fresh.row("SELECT max(day) FROM visits")
    day = None if row is None else row[0]
    for lane in Lane:
        visits = fresh.rows("SELECT data FROM visits WHERE day = ?", (day,))
        given = [
            number_of(visit.number) for (data,) in visits if (visit := projections.to_visit(data, fresh)).lane is lane
        ]
        if given:
            fresh.execute(
                "UPDATE counters SET n = max(n, ?) WHERE day = ? AND name = ? AND key = ?",
                (max(given) + min(missing, _MOST_SKIPPED), day, projections.ARRIVALS, lane.value),
            )


def number_of(text: str) -> int:
    """The count in a queue number ("AP012" -> 12)."""
    digits = re.search(r"[0-9]+$", text, re.ASCII)
    return int(digits[0]) if digits else 0
