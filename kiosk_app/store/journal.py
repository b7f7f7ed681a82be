"""The booth's one list of facts: appended once, chained, signed, and on disk before anybody is told."""

from collections.abc import Callable
from datetime import UTC, date
from zoneinfo import ZoneInfo

from kiosk_app.booth.canonical import canonical_bytes, sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.booth.facts import SCHEMA, Arrived, Fact, Lane, Reason, Recorded, Stamp, to_body, visit_of
from kiosk_app.booth.visits import Visit
from kiosk_app.clock import Clock
from kiosk_app.errors import KioskError
from kiosk_app.store import meta, office_clock, projections
from kiosk_app.store.database import Database
from kiosk_app.store.health import look_after_fault, witness_of
from kiosk_app.store.ids import Uuid7Generator
from kiosk_app.store.keys import Signer
from kiosk_app.store.room import DiskRoom
from kiosk_app.store.stored import to_ms
from kiosk_app.store.witness import Head

_BY_DAY = "SELECT data FROM visits WHERE day = ? ORDER BY arrival_seq"
_OPEN = "SELECT data FROM visits WHERE day = ? AND state <> 'finished' ORDER BY arrival_seq"
_BY_BOOKING = "SELECT data FROM visits WHERE booking = ? AND booking <> '' AND day = ?"
_BY_CODE = "SELECT data FROM visits WHERE code = ? AND code <> '' AND day = ?"


class JournalStore:
    """Fulfils `booth.ports.Journal` on an encrypted database.

    One append is one transaction: the fact, its link in the chain, its signature, the visit it moves and the counters.
    What a screen confirms after `append` returned is there after a power cut; what raised left nothing behind. With `room`,
    nobody is taken in while the disk is nearly full; what else happens is still kept.
    """

    def __init__(
        self,
        database: Database,
        signer: Signer,
        clock: Clock,
        profile_version: Callable[[], int],
        zone: Callable[[], ZoneInfo],
        room: DiskRoom | None = None,
    ) -> None:
        self._store = database
        self._signer = signer
        self._clock = clock
        self._profile_version = profile_version
        self._zone = zone
        self._room = room
        self._witness = witness_of(database)
        self._ids = Uuid7Generator(clock)

    def append(self, fact: Fact, record_id: str = "", stamp: Stamp | None = None) -> Recorded:
        """See `booth.ports.Journal.append`; raises "record-id-used" for an id that the journal already has.

        When the disk fails, the journal is opened and compared with what was confirmed last before the next fact is taken.
        """
        if self._room is not None and isinstance(fact, Arrived):  # photos are stopped where they are sealed
            self._room.demand()
        try:
            recorded, link = self._keep(fact, record_id, stamp or self.stamp())
        except KioskError:
            if self._store.broken:
                self.mend()
            raise
        self._witness.note(Head(link.epoch, link.seq, link.sha256()))
        return recorded

    def mend(self) -> None:
        """After the disk failed: opens anew and looks whether all is there that was confirmed. Raises what stands against going on."""
        look_after_fault(self._store, self._witness)

    @property
    def _database(self) -> Database:
        """The database, looked through first if the disk failed under it."""
        if self._store.broken:
            self.mend()
        return self._store

    def stamp(self) -> Stamp:
        """Now, by every clock of the booth."""
        now = self._clock.now().astimezone(UTC)
        offset = office_clock.offset_now(self._database, self._clock)
        return Stamp(
            # Bodies keep milliseconds: the projection of now must equal the one computed from the body later.
            at=now.replace(microsecond=now.microsecond // 1000 * 1000),
            mono_ms=int(self._clock.monotonic() * 1000),
            boot_id=self._clock.boot_id,
            offset_ms=offset.ms,
            profile=self._profile_version(),
            trusted=offset.trusted,
        )

    def _keep(self, fact: Fact, record_id: str, stamp: Stamp) -> tuple[Recorded, Link]:
        database = self._database
        with database.transaction():
            link, body = self._next_link(fact, stamp, record_id or self._ids.next())
            day = stamp.at.astimezone(self._zone()).date()
            projections.project(database, fact, projections.Placed(link.seq, link.id, stamp.at, day))
            database.execute(
                "INSERT INTO records (seq, epoch, id, applicant_key, kind, schema, body, prev_sha, sha256, sig, day,"
                " captured_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    link.seq, link.epoch, link.id, link.applicant_key, link.kind, link.schema, body,
                    bytes.fromhex(link.prev_sha), bytes.fromhex(link.sha256()), self._signer.sign(link.signing_input()),
                    day.isoformat(), to_ms(stamp.at),
                ),
            )  # fmt: skip
            database.execute("UPDATE tallies SET n = n + 1 WHERE name = 'captured'")
        return Recorded(link.seq, link.id, stamp, fact), link

    def visit(self, visit_id: str) -> Visit | None:
        return projections.read_visit(self._database, visit_id)

    def visits(self, day: date) -> tuple[Visit, ...]:
        return self._visits(_BY_DAY, day.isoformat())

    def open_visits(self, day: date) -> tuple[Visit, ...]:
        return self._visits(_OPEN, day.isoformat())

    def visit_of(self, code: str, day: date) -> Visit | None:
        """The latest where the same code came more than once that day."""
        if not code:
            return None
        found = [visit for sql in (_BY_BOOKING, _BY_CODE) for visit in self._visits(sql, code, day.isoformat())]
        return max(found, key=lambda visit: visit.arrival_seq, default=None)

    def person_arrived(self, person: str, day: date) -> bool:
        sql = "SELECT 1 FROM visits WHERE person = ? AND person <> '' AND day = ? LIMIT 1"
        return bool(person) and self._database.row(sql, (person, day.isoformat())) is not None

    def count_arrivals(self, day: date, lane: Lane | None = None) -> int:
        counted = self._counted(day, projections.ARRIVALS)
        return sum(counted.values()) if lane is None else counted.get(lane.value, 0)

    def count_turned_away(self, day: date) -> dict[Reason, int]:
        """Only reasons that occurred that day."""
        try:
            return {Reason(key): n for key, n in self._counted(day, projections.TURNED_AWAY).items()}
        except ValueError as error:
            raise self._database.damaged() from error

    def facts(self, day: date) -> tuple[Recorded, ...]:
        rows = self._database.rows(
            "SELECT seq, id, kind, body FROM records WHERE day = ? ORDER BY seq", (day.isoformat(),)
        )
        recorded = []
        for seq, record_id, kind, body in rows:
            fact, stamp = projections.read_body(self._database, kind, body)
            recorded.append(Recorded(seq, record_id, stamp, fact))
        return tuple(recorded)

    def _next_link(self, fact: Fact, stamp: Stamp, record_id: str) -> tuple[Link, bytes]:
        if self._database.row("SELECT 1 FROM records WHERE id = ?", (record_id,)) is not None:
            raise KioskError("record-id-used", "A record of this id is already kept.", "Start this step again.")
        body = canonical_bytes(to_body(fact, stamp))
        seq, prev_sha = head(self._database)
        link = Link(
            meta.require(self._database, meta.EPOCH), seq + 1, record_id, visit_of(fact), fact.KIND, SCHEMA,
            sha256_hex(body), prev_sha,
        )  # fmt: skip
        return link, body

    def _visits(self, sql: str, *parameters: str) -> tuple[Visit, ...]:
        return tuple(projections.to_visit(data, self._database) for (data,) in self._database.rows(sql, parameters))

    def _counted(self, day: date, name: str) -> dict[str, int]:
        sql = "SELECT key, n FROM counters WHERE day = ? AND name = ?"
        return dict(self._database.rows(sql, (day.isoformat(), name)))


def head(database: Database) -> tuple[int, str]:
    """The last record's seq and the chain's hash there; (0, GENESIS) for an empty journal."""
    row = database.row("SELECT seq, sha256 FROM records ORDER BY seq DESC LIMIT 1")
    return (0, GENESIS) if row is None else (row[0], row[1].hex())
