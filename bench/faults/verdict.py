"""What must hold between a booth and its office, whatever happened: read from both sides' own files, never from what they say.

The names I1 to I12 are those of the office API's design.
"""

import base64
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path

from sqlalchemy import func, select

from bench.faults.shift import picture_of
from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.errors import KioskError
from kiosk_app.office.archive import open_photo
from kiosk_app.office.office import Office
from kiosk_app.office.tables import blobs, checkins, links, record_blobs, records
from kiosk_app.paths import BoothPaths, OfficePaths
from kiosk_app.store.database import Database
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal, open_roster
from kiosk_app.store.photos import SUFFIX
from kiosk_app.store.roster import RosterStore
from kiosk_app.sync.rosters import read_snapshot


@dataclass(slots=True)
class Verdict:
    """How often each thing happened that must never happen."""

    lost: int = 0  # I1: confirmed by the booth, and not at the office in the end
    undone: int = 0  # I1: confirmed to somebody, and not in the booth's own journal any more
    double: int = 0  # I2: a second effect at the office, or a queue number given twice
    ghost: int = 0  # I3: at the office, and the booth never wrote it so
    misordered: int = 0  # I4: an applicant's records came in another order than they happened
    corrupt: int = 0  # I5: a photo that is not, byte for byte, what was sealed and what the camera saw
    too_early: int = 0  # I5, I6: called confirmed or purged by the booth before the office had it
    waiting: int = 0  # I7: still due with the faults off, with no new record and no restart
    roster: int = 0  # I10: bookings that the booth sees otherwise than the office
    went_back: int = 0  # I11: a cursor or a confirmation that was taken back
    two_at_once: int = 0  # I12: a second program worked on the same data
    quarantined: int = 0  # put aside without any fault of its own
    orphans: int = 0  # files at the booth or at the office that no row names
    refused: int = 0  # somebody was not served although nothing stood in the way
    fell: int = 0  # a program that ended before it was killed

    def faults(self) -> dict[str, int]:
        """Only what did happen."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a dead booth's files say: confirmed records, confirmed and purged photos, how far the roster is."""

    acked: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    cursor: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, paths: BoothPaths) -> "Standing":
        """Reads the files; nothing else may be at work on them but a reader."""
        keys = FileKeyHolder(paths.keys)
        with open_journal(paths.journal, keys) as journal, open_roster(paths.roster, keys) as roster:
            return cls(
                frozenset(_column(journal, "SELECT id FROM records WHERE state = 'acked'")),
                frozenset(_column(journal, "SELECT sha256 FROM blobs WHERE state IN ('verified', 'purged')")),
                _place(RosterStore(roster).cursor()),
            )

    def before(self, later: "Standing") -> int:
        """How much of it is gone in `later`."""
        return len(self.acked - later.acked) + len(self.held - later.held) + (self.cursor > later.cursor)


@dataclass(slots=True)
class Ledger:
    """The office's side of the checks while it may be killed at any time: asked through its database, not through its server."""

    office: Office
    seen: Standing = field(default_factory=Standing)

    def audit(self, now: Standing, verdict: Verdict) -> None:
        """What the booth newly believes must be so."""
        with self.office.database.read() as connection:
            known = set(connection.scalars(select(records.c.id)))
            whole = set(connection.scalars(select(blobs.c.sha256)))
        verdict.too_early += len(now.acked - self.seen.acked - known)
        fresh = now.held - self.seen.held
        verdict.too_early += len(fresh - whole) + sum(not self._is_whole(blob) for blob in fresh & whole)
        verdict.went_back += self.seen.before(now)
        self.seen = now

    def _is_whole(self, blob: str) -> bool:
        try:
            return sha256_hex(self.office.depot.read(blob)) == blob
        except KioskError:
            return False


def judge(
    office: Office, office_paths: OfficePaths, paths: BoothPaths, witness: Path, picture: int, verdict: Verdict
) -> None:
    """The whole comparison at the end, when both programs are at rest."""
    keys = FileKeyHolder(paths.keys)
    with open_journal(paths.journal, keys) as journal:
        mine = {row[1]: row for row in journal.rows("SELECT seq, id, applicant_key, sha256 FROM records")}
        states: dict[str, str] = dict(journal.rows("SELECT sha256, state FROM blobs"))
        given = Counter(_column(journal, "SELECT json_extract(data, '$.number') FROM visits"))
        verdict.waiting += len(list(_column(journal, "SELECT id FROM records WHERE state = 'captured'")))
        verdict.quarantined += len(list(_column(journal, "SELECT id FROM records WHERE state = 'quarantined'")))
        verdict.undone += len(_said(witness, "kept") - {(str(row[0]), row[3].hex()) for row in mine.values()})
    verdict.refused += len(_said(witness, "refused"))
    verdict.waiting += sum(state not in ("verified", "purged") for state in states.values())
    verdict.double += sum(count - 1 for count in given.values())
    with office.database.read() as connection:
        theirs = connection.execute(
            select(records.c.id, records.c.seq, records.c.applicant_key, links.c.sha256, links.c.epoch)
            .join(links, links.c.record_id == records.c.id)
            .order_by(records.c.pos)
        ).all()
        arrivals = connection.scalars(select(func.count(checkins.c.record_id)).group_by(checkins.c.booking_id)).all()
        named = {(row.record_id, row.sha256) for row in connection.execute(select(record_blobs))}
        whole = set(connection.scalars(select(blobs.c.sha256)))
    came = Counter(row.id for row in theirs)
    verdict.lost += len(mine.keys() - came.keys())
    verdict.double += sum(count - 1 for count in came.values()) + sum(count - 1 for count in arrivals)
    verdict.ghost += sum(row.id not in mine or mine[row.id][3].hex() != row.sha256 for row in theirs)
    verdict.misordered += _misordered((row.applicant_key, row.seq) for row in theirs)
    verdict.corrupt += sum(not _is_as_seen(office, record, blob, picture) for record, blob in named)
    verdict.lost += len({blob for _, blob in named} - whole) + len(states.keys() - whole)
    verdict.orphans += _orphans_of(office_paths, whole) + _orphans_at(paths, states)
    verdict.roster += roster_differences(office, paths)


def roster_differences(office: Office, paths: BoothPaths) -> int:
    """How many bookings the booth does not see as the office tells them to its place."""
    with office.database.read() as connection:
        place = office.configuration.profile(connection).place
    told = {row.id: (row.v, row.booking) for row in read_snapshot(office.feed.snapshot(place)).rows}
    with open_roster(paths.roster, FileKeyHolder(paths.keys)) as database:
        roster = RosterStore(database)
        versions: dict[str, int] = dict(database.rows("SELECT id, v FROM bookings WHERE data IS NOT NULL"))
        known = {name: (v, roster.by_id(name)) for name, v in versions.items()}
    return sum(told.get(name) != known.get(name) for name in told.keys() | known.keys())


def _orphans_of(paths: OfficePaths, whole: set[str]) -> int:
    """Parts of what is whole, or of nothing; packets of nobody."""
    files = [file for file in paths.blobs.rglob("*") if file.is_file()]
    return sum(file.suffix != SUFFIX or file.stem not in whole for file in files)


def _orphans_at(paths: BoothPaths, states: dict[str, str]) -> int:
    kept = {blob for blob, state in states.items() if state != "purged"}
    return len({file.stem for file in paths.photos.iterdir()} - kept)


def _said(witness: Path, word: str) -> set[tuple[str, ...]]:
    """What was testified under that word; a line that was cut off was not."""
    whole = witness.read_text().rpartition("\n")[0]
    return {tuple(words[1:]) for line in whole.splitlines() if (words := line.split())[0] == word}


def _is_as_seen(office: Office, record: str, blob: str, size: int) -> bool:
    try:
        photo = open_photo(office, record)
    except KioskError:
        return False
    return photo.taken.blob == blob and photo.picture == picture_of(photo.taken.visit, size)


def _misordered(came: Iterable[tuple[str, int]]) -> int:
    last: dict[str, int] = {}
    wrong = 0
    for applicant, seq in came:
        wrong += applicant != "" and seq < last.get(applicant, 0)
        last[applicant] = max(seq, last.get(applicant, 0))
    return wrong


def _column(database: Database, sql: str) -> Iterable[str]:
    return (value for (value,) in database.rows(sql))


def _place(cursor: str | None) -> tuple[int, int]:
    """Where in the feed a cursor is, for whoever wants to see that it never goes back."""
    if cursor is None:
        return (0, 0)
    words = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(".")
    return (int(words[-2]), int(words[-1]))
