"""What must hold in every history (I1 to I13 of the office API's design), looked at from outside both programs."""

import base64
import json
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field, replace

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.canonical import canonical_bytes, sha256_hex
from kiosk_app.booth.codec import decode, encode
from kiosk_app.errors import KioskError
from kiosk_app.sync.transport import NoAnswerError, Reply, Request
from tests.simulation.booth_side import BoothSide
from tests.simulation.network import Exchange
from tests.simulation.world import SITE, World

_LONGEST_RETRY_S = 900.0
_STORM_S, _STORM = 60.0, 150  # so many failures in so short a time are no backoff
# A booth's word about what waits is older than that about its head while it sends many batches in one turn; and a message that was
# held up until its machine was started again looks like the word of a journal that went back.
TOLERATED = frozenset({"chain-gap", "chain-truncated"})
_FULL, _GAP = "store-full", 1e-6


class Violation(AssertionError):
    """An invariant does not hold; the text names it, and no value of a record."""


def demand(holds: bool, what: str) -> None:
    if not holds:
        raise Violation(what)


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of a booth's journal."""

    seq: int
    applicant: str
    state: str
    pos: int | None
    body_sha256: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A record at the office; `at` in seconds of the office's clock since the history began."""

    pos: int
    seq: int
    applicant: str
    body_sha256: str


@dataclass
class Allowed:
    """What a history did that excuses what would be a fault elsewhere."""

    poison: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    revoked: bool = False


class Watch:
    """Follows one booth through a history."""

    def __init__(self, world: World, booth: BoothSide) -> None:
        self._world = world
        self._booth = booth
        self.allowed = Allowed()
        self.told_safe = 0
        self.lag = 0
        self._accepted: Counter[str] = Counter()
        self._not_before: dict[str, tuple[float, float]] = {}
        self._failures: defaultdict[str, deque[float]] = defaultdict(deque)
        self._acked: dict[str, int | None] = {}
        self._verified: set[str] = set()
        self._cursor: tuple[int, int] | None = None
        self._before_image = False
        self._before: set[str] = set()  # what was on the disk before it was put back to an image
        self._arrived_at: dict[str, float] = {}
        network = booth.network
        network.watch, network.on_sent, network.on_heard = self._answered, self._sent, self._heard
        network.spoil = self._lagging
        self._device = booth.files.identity().device_id

    # While it runs

    def _answered(self, request: Request, reply: Reply) -> None:
        """An answer leaves the office."""
        if request.path != "/v1/sync" or reply.status != 200:
            return
        for result in json.loads(reply.body)["results"]:
            if result["status"] in ("accepted", "conflict"):
                self._accepted[result["id"]] += 1
                self._arrived_at.setdefault(result["id"], self._world.sim.now)
                demand(self._accepted[result["id"]] == 1, "I2: a record was accepted twice")

    def _lagging(self, request: Request, reply: Reply) -> Reply:
        """This office has its records safe at once; another keeps them on a backup that is behind."""
        if request.path != "/v1/sync" or reply.status != 200:
            return reply
        answer = json.loads(reply.body)
        answer["safe_pos"] = max(answer["safe_pos"] - self.lag, 0)
        self.told_safe = max(self.told_safe, answer["safe_pos"])
        return replace(reply, body=json.dumps(answer).encode())

    def _sent(self, exchange: Exchange) -> None:
        until, _ = self._not_before.get(exchange.lane, (0.0, 0.0))
        demand(exchange.sent_at >= until - _GAP, f"manners: {exchange.lane} did not wait as it was asked to")

    def _heard(self, exchange: Exchange) -> None:
        now = self._world.sim.now
        outcome = exchange.outcome
        if isinstance(outcome, Reply) and (outcome.status in (408, 425, 429) or outcome.status >= 500):
            asked = outcome.headers.get("retry-after", "")
            if asked and exchange.lane in ("sync-records", "sync-pulls"):
                self._not_before[exchange.lane] = now + min(float(asked), _LONGEST_RETRY_S), now
        if isinstance(outcome, NoAnswerError) or (isinstance(outcome, Reply) and outcome.status >= 300):
            failures = self._failures[exchange.lane]
            failures.append(now)
            while failures[0] < now - _STORM_S:
                failures.popleft()
            demand(len(failures) < _STORM, f"manners: {exchange.lane} storms the network")

    def crashed(self, clock_moved: bool) -> None:
        """A wait that could not be stored yet, or only by a clock that was moved since, need not be kept."""
        now = self._world.sim.now
        self._not_before = {
            lane: (until, heard) for lane, (until, heard) in self._not_before.items() if heard < now and not clock_moved
        }

    def forget(self) -> None:
        """The booth's disk was put back: it no longer knows what it knew, and that is no fault of its program."""
        self._before_image = True
        records = self.records()
        self._before |= {one.id for one in self._booth.witness.confirmed} | self._acked.keys()
        self._before -= records.keys()
        witness = self._booth.witness
        witness.confirmed = [one for one in witness.confirmed if one.id in records]
        self._acked = {name: row.pos for name, row in records.items() if row.state == "acked"}
        self._verified = {name for name, (state, _) in self.blobs().items() if state in ("verified", "purged")}
        self._cursor = None

    def look(self) -> None:
        """What has changed since the last look must be true at the office, and nothing may have gone back."""
        records, blobs = self.records(), self.blobs()
        acked = {name: row.pos for name, row in records.items() if row.state == "acked"}
        demand(acked.keys() >= self._acked.keys(), "I11: an acknowledged record was due again")
        fresh = acked.keys() - self._acked.keys()
        if fresh:
            arrived = self.arrived()
            demand(fresh <= arrived.keys(), "I1: acknowledged, but not at the office")
        self._acked = acked
        whole = {name for name, (state, _) in blobs.items() if state in ("verified", "purged")}
        demand(whole >= self._verified, "I11: a verified photo was due again")
        for name in whole - self._verified:
            demand(self._is_whole(name), "I5: called verified, but not whole at the office")
        self._verified = whole
        for state, record in blobs.values():
            if state == "purged":
                pos = acked.get(record)
                demand(pos is not None and pos <= self.told_safe, "I6: purged before the office had it safe")
        self._look_at_cursor()

    def _look_at_cursor(self) -> None:
        row = self._world.rows(self._booth.paths.roster, "SELECT value FROM meta WHERE name = 'cursor'")
        if not row:
            self._cursor = None
            return
        text = base64.urlsafe_b64decode(row[0][0] + "=" * (-len(row[0][0]) % 4)).decode()
        xid, pos = map(int, text.rsplit(".", 2)[1:])
        demand(self._cursor is None or (xid, pos) >= self._cursor, "I11: the cursor went back")
        self._cursor = xid, pos

    # When it is over

    def is_quiet(self) -> bool:
        """Whether nothing waits any more, and the booth knows what the office knows."""
        records, blobs = self.records(), self.blobs()
        waits = any(row.state == "captured" for row in records.values())
        return not waits and not any(state == "stored" for state, _ in blobs.values()) and self._knows_all()

    def finish(self) -> None:
        """All that must hold once the faults are over and time was given."""
        self.look()
        demand(self.is_quiet(), "I7: something still waits, though nothing stands in its way")
        records = self.records()
        arrived = {name: row for name, row in self.arrived().items() if name not in self._before}
        confirmed = {one.id for one in self._booth.witness.confirmed}
        aside = {name for name, row in records.items() if row.state == "quarantined"}
        demand(confirmed <= records.keys(), "I1: confirmed, but not in the journal")
        demand(aside <= self.allowed.poison, "I9: a good record was put aside")
        demand(records.keys() - aside <= arrived.keys(), "I1: confirmed, but not at the office")
        demand(arrived.keys() <= records.keys(), "I3: the office has what the booth never wrote")
        demand(all(records[name].body_sha256 == row.body_sha256 for name, row in arrived.items()), "I3: another body")
        demand(all(records[name].seq == row.seq for name, row in arrived.items()), "I3: another place")
        self._check_order(arrived)
        self._check_photos()
        demand(set(self._booth.witness.refused) <= {_FULL}, "I13: refused for another reason than a full disk")
        self._check_tallies(records)
        if not self._before_image:
            alarms = self._world.office.rows("SELECT DISTINCT type FROM alarm WHERE device_id = ?", (self._device,))
            without_cause = sorted({kind for (kind,) in alarms} - TOLERATED)
            demand(not without_cause, f"audit: an alarm without a cause, {', '.join(without_cause)}")

    def slowest(self) -> float:
        """How long a confirmed record waited for the office at most (seconds)."""
        waits = [
            self._arrived_at[one.id] - one.at for one in self._booth.witness.confirmed if one.id in self._arrived_at
        ]
        return max(waits, default=0.0)

    def _check_order(self, arrived: dict[str, Arrived]) -> None:
        last: dict[str, int] = {}
        for row in sorted(arrived.values(), key=lambda one: one.pos):
            if row.applicant:
                demand(row.seq > last.get(row.applicant, 0), "I4: a record overtook an earlier one of its applicant")
                last[row.applicant] = row.seq

    def _check_photos(self) -> None:
        for name, (state, _) in self.blobs().items():
            if name in self.allowed.damaged and state == "damaged":
                continue
            demand(state in ("verified", "purged"), "I7: a photo did not get through")
            demand(self._is_whole(name), "I5: a photo at the office is not the one that was taken")

    def _check_tallies(self, records: dict[str, Kept]) -> None:
        tallies = dict(self._world.rows(self._booth.paths.journal, "SELECT name, n FROM tallies"))
        acked = sum(row.state == "acked" for row in records.values())
        demand(tallies == {"captured": len(records), "acked": acked}, "I1: the reconciliation does not add up")

    def _knows_all(self) -> bool:
        rows = self._world.rows(self._booth.paths.roster, "SELECT id, v, data FROM bookings WHERE data IS NOT NULL")
        if self.allowed.revoked:
            return not rows
        office = self._world.office.office
        told = {
            row.id: (row.v, canonical_bytes(encode(decode(Booking, row.data, ignore_unknown=True))).decode())
            for row in office.feed.snapshot(SITE).rows
        }
        with office.database.read() as connection:
            version = office.configuration.version(connection)
        config = self._world.rows(self._booth.paths.journal, "SELECT version FROM config")
        return {name: (v, data) for name, v, data in rows} == told and config == [(version,)]

    def _is_whole(self, name: str) -> bool:
        try:
            return sha256_hex(self._world.office.office.depot.read(name)) == name and bool(
                self._world.office.rows("SELECT 1 FROM blob WHERE sha256 = ?", (name,))
            )
        except KioskError:
            return False

    def records(self) -> dict[str, Kept]:
        sql = "SELECT id, seq, applicant_key, state, pos, body FROM records"
        return {
            name: Kept(seq, applicant, state, pos, sha256_hex(body))
            for name, seq, applicant, state, pos, body in self._world.rows(self._booth.paths.journal, sql)
        }

    def blobs(self) -> dict[str, tuple[str, str]]:
        sql = "SELECT sha256, state, record_id FROM blobs"
        return {name: (state, record) for name, state, record in self._world.rows(self._booth.paths.journal, sql)}

    def arrived(self) -> dict[str, Arrived]:
        sql = "SELECT id, pos, seq, applicant_key, body_sha256 FROM record WHERE device_id = ?"
        return {
            name: Arrived(pos, seq, applicant, body) for name, pos, seq, applicant, body in
            self._world.office.rows(sql, (self._device,))
        }  # fmt: skip
