"""The journal as the office reads it: what is due, and what was answered.

"In flight" is never stored: after a crash, what is not acked is due.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.chain import GENESIS
from kiosk_app.clock import Clock, SystemClock
from kiosk_app.store import journal, meta, office_clock
from kiosk_app.store.database import Database, Row
from kiosk_app.store.stored import from_ms, to_ms

# A wait that lies further ahead than any wait can was written under another clock, and is over.
_LONGEST_WAIT_MS = 15 * 60 * 1000
_FIRST_RETRY_MS = 2_000
_AT_ONCE = 25  # results in one transaction: about 5 ms of work


class Answer(StrEnum):
    """What the office said of one record."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record exactly as it was captured; `body` are the bytes that were hashed, signed and will be sent."""

    seq: int
    id: str
    epoch: str
    applicant_key: str
    kind: str
    schema: int
    body: bytes
    body_sha256: str
    prev_sha: str
    sig: bytes
    blobs: tuple[str, ...]
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """`problem` is the office's stable slug for a refusal or a conflict, never a text with personal data."""

    id: str
    status: Answer
    pos: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """How many records an answer moved; an id that it names twice, or that is not waiting, moves nothing."""

    acked: int = 0
    quarantined: int = 0
    retried: int = 0


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """The reconciliation: captured = acked + waiting + quarantined, each counted by itself."""

    captured: int
    acked: int
    waiting: int
    quarantined: int
    blobs_waiting: int
    blob_bytes: int
    oldest_wait_s: int


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The journal's last link. `epoch_from` is the first seq of this epoch, `count` how many records it should have by the tally
    of what was captured."""

    epoch: str
    epoch_from: int
    seq: int
    sha256: str
    count: int


@dataclass(frozen=True, slots=True)
class BlobDue:
    """A photo that the office has not confirmed yet; `acked` tells whether it already has the record that names it."""

    sha256: str
    record_id: str
    size: int
    acked: bool


@dataclass(frozen=True, slots=True)
class LaneState:
    """A lane's backoff, kept over restarts. `next_at` None: at once."""

    attempts: int = 0
    next_at: datetime | None = None


class Outbox:
    """The sync thread's side of the journal, on a Database of its own."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()

    def due(self, limit: int, max_bytes: int, under_way: Collection[str] = ()) -> tuple[StoredRecord, ...]:
        """The oldest records that wait, in seq order: at most `limit`, and `max_bytes` of bodies (but one at least).

        An applicant's later records stay behind one that must still wait; those of others go on. Ids in `under_way` have been
        sent and are not answered yet: they are passed over.
        """
        now = self._now_ms()
        chosen: list[StoredRecord] = []
        held_back: set[str] = set()
        size = 0
        for row in self._database.stream(_WAITING):
            key, body, next_ms = row[3], row[6], row[10]
            if key in held_back or row[1] in under_way:
                continue
            if now < next_ms <= now + _LONGEST_WAIT_MS:
                if key:
                    held_back.add(key)
                continue
            size += len(body)
            if len(chosen) >= limit or (chosen and size > max_bytes):
                break
            chosen.append(self._record(row))
        return tuple(chosen)

    def apply_results(self, results: Iterable[RecordAnswer], safe_pos: int | None = None) -> Applied:
        """Keeps one answer of the office; records it does not name stay due, acked ones acked.

        Each result stands by itself, so they are kept a few at a time: whoever captures a record meanwhile need not wait for all
        of them. What a crash leaves out is due again, and the office knows it.
        """
        done: Counter[str] = Counter()
        waiting = deque(results)
        while True:
            some = [waiting.popleft() for _ in range(min(len(waiting), _AT_ONCE))]
            with self._database.transaction():
                moved = Counter[str]()
                for result in some:
                    moved[_MOVES[result.status]] += self._apply(result)
                if moved["acked"]:
                    self._database.execute("UPDATE tallies SET n = n + ? WHERE name = 'acked'", (moved["acked"],))
                if safe_pos is not None and not waiting:
                    meta.write(self._database, meta.SAFE_POS, str(safe_pos))
            done.update(moved)
            if not waiting:
                return Applied(done["acked"], done["quarantined"], done["retried"])

    def quarantine(self, record_id: str, problem: str) -> None:
        """Puts aside one record that the office can never take; kept, counted, never deleted."""
        self.apply_results([RecordAnswer(record_id, Answer.REJECTED, problem=problem)])

    def offer_again(self) -> int:
        """Puts what was refused back in line, after an upgrade or because somebody asks for it; how many records."""
        with self._database.transaction():
            return self._database.execute(
                "UPDATE records INDEXED BY records_quarantined SET state = 'captured', attempts = 0, next_ms = 0"
                " WHERE state = 'quarantined'"
            )

    def quarantined(self) -> tuple[tuple[StoredRecord, str], ...]:
        """What was put aside, with the office's reason."""
        return tuple((self._record(row), row[11]) for row in self._database.rows(_QUARANTINED))

    def counts(self) -> OutboxCounts:
        """Where the journal stands against the office, and how long its oldest waiting record has waited (seconds).

        Takes as long as there is much that waits, however long the journal is.
        """
        tallies: dict[str, int] = dict(self._database.rows("SELECT name, n FROM tallies"))
        waiting = self._number(f"SELECT count(*) {_CAPTURED}")
        oldest = self._number(f"SELECT captured_ms {_CAPTURED} ORDER BY seq LIMIT 1")
        blobs, size = self._database.rows(f"SELECT count(*), coalesce(sum(size), 0) {_STORED}")[0]
        return OutboxCounts(
            captured=tallies.get("captured", 0),
            acked=tallies.get("acked", 0),
            waiting=waiting,
            quarantined=self._number(f"SELECT count(*) {_PUT_ASIDE}"),
            blobs_waiting=blobs,
            blob_bytes=size,
            oldest_wait_s=max(0, self._now_ms() - oldest) // 1000 if waiting else 0,
        )

    def head(self) -> tuple[int, str]:
        """The last record's seq and the chain's hash there."""
        return journal.head(self._database)

    def chain_head(self) -> ChainHead:
        """What the office remembers of this journal, all of one moment."""
        seq, sha256, captured, epoch, epoch_from = self._database.rows(_CHAIN_HEAD)[0]
        if captured is None or not epoch:
            raise self._database.damaged()
        since = int(epoch_from or 1)
        return ChainHead(epoch, since, seq or 0, sha256.hex() if sha256 else GENESIS, max(captured - since + 1, 0))

    def epoch(self) -> str:
        """The random name of this journal's run of numbers."""
        return meta.require(self._database, meta.EPOCH)

    def blobs_due(self, limit: int) -> tuple[BlobDue, ...]:
        """The oldest photos that wait."""
        now = self._now_ms()
        rows = self._database.rows(
            "SELECT b.sha256, b.record_id, b.size, r.state FROM blobs b JOIN records r ON r.seq = b.seq"
            " WHERE b.state = 'stored' AND (b.next_ms <= ? OR b.next_ms > ?) ORDER BY b.seq LIMIT ?",
            (now, now + _LONGEST_WAIT_MS, limit),
        )
        return tuple(BlobDue(sha256, record_id, size, state == "acked") for sha256, record_id, size, state in rows)

    def blob_verified(self, sha256: str) -> None:
        """The office holds the photo complete, under the same hash."""
        with self._database.transaction():
            sql = "UPDATE blobs SET state = 'verified' WHERE sha256 = ? AND state <> 'purged'"
            self._database.execute(sql, (sha256,))

    def blob_damaged(self, sha256: str, problem: str) -> None:
        """The file is gone or is not what was sealed: it can never be sent, its record still goes."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE blobs SET state = 'damaged', last_problem = ? WHERE sha256 = ? AND state = 'stored'",
                (problem, sha256),
            )

    def blob_deferred(self, sha256: str, problem: str) -> None:
        """This photo alone could not be sent; others go first until its own wait is over."""
        with self._database.transaction():
            self._database.execute(_BLOB_LATER, (*self._later(), problem, sha256))

    def purgeable(self, captured_before: datetime, now: datetime, limit: int) -> tuple[str, ...]:
        """The oldest photos that may leave the booth: the office holds them, and holds their records on a backup too.

        `now` is the office's time, and a capture counts by it too: the booth's clock at that moment, put right by what the booth
        knew of its error then. One that lies ahead of `now` was made under a clock that had jumped; then the time of the last
        record before it counts. A clock that was behind makes a photo go sooner, never before the office has it safe.
        """
        safe_pos = self.get_meta(meta.SAFE_POS)
        if safe_pos is None:
            return ()
        now_ms = to_ms(now)
        rows = self._database.rows(_PURGEABLE, (safe_pos, now_ms, now_ms, to_ms(captured_before), limit))
        return tuple(sha256 for (sha256,) in rows)

    def blob_purged(self, sha256: str) -> bool:
        """Says that the photo's file goes now; to be called before it does, so that no crash leaves a photo looked for in vain.

        False, and nothing changed, for a photo that the office has not confirmed: its file must stay.
        """
        with self._database.transaction():
            sql = "UPDATE blobs SET state = 'purged' WHERE sha256 = ? AND state IN ('verified', 'purged')"
            return self._database.execute(sql, (sha256,)) > 0

    def blobs_purged(self) -> frozenset[str]:
        """Every photo whose file was said to go; where a crash came first, it is still there."""
        return frozenset(
            sha256 for (sha256,) in self._database.stream("SELECT sha256 FROM blobs WHERE state = 'purged'")
        )

    def blobs_verified(self) -> int:
        """How many photos the office has confirmed, purged ones included."""
        return self._number("SELECT count(*) FROM blobs WHERE state IN ('verified', 'purged')")

    def known_blobs(self) -> frozenset[str]:
        """Every photo that the journal names, whatever became of it."""
        return frozenset(sha256 for (sha256,) in self._database.stream("SELECT sha256 FROM blobs"))

    def lane_state(self, name: str) -> LaneState:
        """The lane's backoff; a lane that was never saved may go at once."""
        row = self._database.row("SELECT attempts, next_ms FROM lanes WHERE name = ?", (name,))
        if row is None:
            return LaneState()
        return LaneState(row[0], None if row[1] is None else from_ms(row[1]))

    def save_lane_state(self, name: str, attempts: int, next_at: datetime | None) -> None:
        """Keeps the lane's backoff over a restart."""
        next_ms = None if next_at is None else to_ms(next_at)
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO lanes VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
                " SET attempts = excluded.attempts, next_ms = excluded.next_ms",
                (name, attempts, next_ms),
            )

    def keep_offset(self, offset_ms: int) -> None:
        """Keeps how far the office's clock is from this booth's, as measured just now."""
        with self._database.transaction():
            office_clock.keep_offset(self._database, self._clock, offset_ms)

    def offset(self) -> office_clock.Offset:
        """How far the office's clock is from this booth's now."""
        return office_clock.offset_now(self._database, self._clock)

    def get_meta(self, name: str) -> int | None:
        """One of `meta.OFFSET_MS`, `meta.SAFE_POS`, `meta.BATCH_LIMIT`; None where it was never set."""
        return meta.read_int(self._database, name)

    def put_meta(self, name: str, value: int) -> None:
        """Keeps one of these numbers."""
        with self._database.transaction():
            meta.write(self._database, name, str(value))

    def _apply(self, result: RecordAnswer) -> int:
        match result.status:
            case Answer.RETRY:
                return self._database.execute(_RECORD_LATER, (*self._later(), result.problem, result.id))
            case Answer.REJECTED:
                return self._database.execute(
                    "UPDATE records SET state = 'quarantined', last_problem = ? WHERE id = ? AND state = 'captured'",
                    (result.problem, result.id),
                )
            case _:
                return self._database.execute(
                    "UPDATE records SET state = 'acked', pos = ?, last_problem = ? WHERE id = ? AND state <> 'acked'",
                    (result.pos, result.problem, result.id),
                )

    def _later(self) -> tuple[int, int, int]:
        return self._now_ms(), _FIRST_RETRY_MS, _LONGEST_WAIT_MS

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())

    def _number(self, sql: str) -> int:
        row = self._database.row(sql)
        return 0 if row is None else int(row[0])

    def _record(self, row: Row) -> StoredRecord:
        seq, record_id, epoch, key, kind, schema, body, prev_sha, sig, captured_ms = row[:10]
        blobs: Sequence[Row] = ()
        if kind == "photo_taken":
            blobs = self._database.rows("SELECT sha256 FROM blobs WHERE seq = ? ORDER BY sha256", (seq,))
        return StoredRecord(
            seq, record_id, epoch, key, kind, schema, body, sha256_hex(body), prev_sha.hex(), sig,
            tuple(sha256 for (sha256,) in blobs), from_ms(captured_ms),
        )  # fmt: skip


# The partial indices are named, because a planner that takes the whole table instead is slower with every day.
_CAPTURED = "FROM records INDEXED BY records_captured WHERE state = 'captured'"
_PUT_ASIDE = "FROM records INDEXED BY records_quarantined WHERE state = 'quarantined'"
_STORED = "FROM blobs INDEXED BY blobs_stored WHERE state = 'stored'"
_CHAIN_HEAD = (
    "SELECT h.seq, h.sha256, (SELECT n FROM tallies WHERE name = 'captured'),"
    " (SELECT value FROM meta WHERE name = 'epoch'), (SELECT value FROM meta WHERE name = 'epoch_from')"
    " FROM (SELECT 1) LEFT JOIN (SELECT seq, sha256 FROM records ORDER BY seq DESC LIMIT 1) h"
)
_WAITING = (
    "SELECT seq, id, epoch, applicant_key, kind, schema, body, prev_sha, sig, captured_ms, next_ms, last_problem"
    " FROM records INDEXED BY records_captured WHERE state = 'captured' ORDER BY seq"
)
_QUARANTINED = (
    "SELECT seq, id, epoch, applicant_key, kind, schema, body, prev_sha, sig, captured_ms, next_ms, last_problem"
    " FROM records INDEXED BY records_quarantined WHERE state = 'quarantined' ORDER BY seq"
)
# Parameters: the office's safe position, its time now twice, and the latest time of capture that is old enough.
_PURGEABLE = (
    "SELECT b.sha256 FROM blobs b JOIN records r ON r.seq = b.seq"
    " WHERE b.state = 'verified' AND r.state = 'acked' AND r.pos <= ?"
    " AND coalesce((SELECT p.captured_ms + CASE WHEN json_valid(CAST(p.body AS TEXT))"
    " THEN coalesce(json_extract(CAST(p.body AS TEXT), '$.stamp.offset_ms'), 0) ELSE 0 END AS at_ms"
    " FROM records p WHERE p.seq <= r.seq AND at_ms <= ? ORDER BY p.seq DESC LIMIT 1), ?) <= ?"
    " ORDER BY b.seq LIMIT ?"
)
# The wait doubles with each attempt, from the first to the longest; parameters: now, first, longest, problem, which.
_RECORD_LATER = (
    "UPDATE records SET attempts = attempts + 1, next_ms = ? + min(? << min(attempts, 20), ?), last_problem = ?"
    " WHERE id = ? AND state = 'captured'"
)
_BLOB_LATER = (
    "UPDATE blobs SET attempts = attempts + 1, next_ms = ? + min(? << min(attempts, 20), ?), last_problem = ?"
    " WHERE sha256 = ? AND state = 'stored'"
)
_MOVES = {
    Answer.ACCEPTED: "acked",
    Answer.DUPLICATE: "acked",
    Answer.CONFLICT: "acked",
    Answer.REJECTED: "quarantined",
    Answer.RETRY: "retried",
}
