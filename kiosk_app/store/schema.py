"""The tables, as numbered migrations. A migration that was ever shipped is never changed, only followed by another."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schema:
    """`migrations[n]` holds the statements that lead from version n to n + 1; `name` is also the name of the key."""

    name: str
    migrations: tuple[tuple[str, ...], ...]

    @property
    def version(self) -> int:
        """The version that this program works with."""
        return len(self.migrations)


# `seq` is the chain's number. `day` is the date of capture in the booth's zone, kept so a new zone moves no report.
_JOURNAL_1 = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT INTO meta VALUES ('epoch', lower(hex(randomblob(16)))), ('login_salt', lower(hex(randomblob(32))))",
    """CREATE TABLE records (
        seq INTEGER PRIMARY KEY,
        epoch TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE,
        applicant_key TEXT NOT NULL,
        kind TEXT NOT NULL,
        schema INTEGER NOT NULL,
        body BLOB NOT NULL,
        prev_sha BLOB NOT NULL CHECK (length(prev_sha) = 32),
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        sig BLOB NOT NULL,
        day TEXT NOT NULL,
        captured_ms INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'captured' CHECK (state IN ('captured', 'acked', 'quarantined')),
        pos INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_ms INTEGER NOT NULL DEFAULT 0,
        last_problem TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX records_day ON records (day)",
    "CREATE INDEX records_captured ON records (seq) WHERE state = 'captured'",
    "CREATE INDEX records_quarantined ON records (seq) WHERE state = 'quarantined'",
    "CREATE TABLE tallies (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT INTO tallies VALUES ('captured', 0), ('acked', 0)",
    """CREATE TABLE visits (
        arrival_seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        day TEXT NOT NULL,
        state TEXT NOT NULL,
        booking TEXT NOT NULL,
        code TEXT NOT NULL,
        person TEXT NOT NULL,
        data TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX visits_day ON visits (day)",
    "CREATE INDEX visits_open ON visits (day) WHERE state <> 'finished'",
    "CREATE INDEX visits_booking ON visits (booking, day) WHERE booking <> ''",
    "CREATE INDEX visits_code ON visits (code, day) WHERE code <> ''",
    "CREATE INDEX visits_person ON visits (person, day) WHERE person <> ''",
    """CREATE TABLE counters (
        day TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (day, name, key)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE blobs (
        sha256 TEXT PRIMARY KEY,
        seq INTEGER NOT NULL,
        record_id TEXT NOT NULL,
        size INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'stored' CHECK (state IN ('stored', 'verified', 'damaged', 'purged')),
        attempts INTEGER NOT NULL DEFAULT 0,
        next_ms INTEGER NOT NULL DEFAULT 0,
        last_problem TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX blobs_stored ON blobs (seq) WHERE state = 'stored'",
    "CREATE INDEX blobs_seq ON blobs (seq)",
    "CREATE TABLE lanes (name TEXT PRIMARY KEY, attempts INTEGER NOT NULL, next_ms INTEGER) STRICT, WITHOUT ROWID",
    """CREATE TABLE config (
        one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, body BLOB NOT NULL, sig BLOB NOT NULL
    ) STRICT""",
    "CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), data TEXT NOT NULL) STRICT",
    """CREATE TABLE officers (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, pin TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE login_attempts (
        rank INTEGER PRIMARY KEY,
        who TEXT NOT NULL UNIQUE,
        known INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        boot_id TEXT NOT NULL,
        until_ms INTEGER NOT NULL
    ) STRICT""",
)

# A deleted booking stays as a row without data: its `v` guards against an older row that arrives late.
_ROSTER_1 = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE bookings (
        id TEXT PRIMARY KEY,
        v INTEGER NOT NULL,
        number TEXT,
        slot TEXT,
        booked INTEGER NOT NULL DEFAULT 0,
        data TEXT
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX bookings_number ON bookings (number, booked, v) WHERE data IS NOT NULL",
    "CREATE INDEX bookings_slot ON bookings (slot) WHERE data IS NOT NULL",
)

JOURNAL_SCHEMA = Schema("journal", (_JOURNAL_1,))
ROSTER_SCHEMA = Schema("roster", (_ROSTER_1,))
