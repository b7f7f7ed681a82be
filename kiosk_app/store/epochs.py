"""A new name for this journal's run of numbers: for a disk that was copied or put back, whose numbers the office knows otherwise.

What the office has not confirmed is linked and signed anew, under the same ids; bodies stay as they were captured. The numbers go
on, and so does the chain: the first new link's `prev_sha` is the last link of the epoch before.
"""

import secrets
from dataclasses import dataclass

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.keys import Signer

_EPOCH_BYTES = 16
_PAGE = 200
# Links are made before anybody has to wait for the right to write; what came meanwhile is made while they wait.
_FEW = 20


@dataclass(frozen=True, slots=True)
class NewEpoch:
    """What became of a journal: `since` is the first seq under the new name, `records` how many have it."""

    before: str
    name: str
    since: int
    records: int


def start_epoch(database: Database, signer: Signer) -> NewEpoch:
    """Gives all records from the first unconfirmed one on a new epoch, together or not at all.

    A record among them that was confirmed stays so, and keeps its place in the chain. Raises what the store and the key raise.
    """
    before = meta.require(database, meta.EPOCH)
    name = secrets.token_hex(_EPOCH_BYTES)
    since = _first_unconfirmed(database)
    links = _Links(database, signer, name, since)
    while links.behind() > _FEW:
        links.go_on(_PAGE)
    with database.transaction():
        links.go_on(None)
        for seq, prev_sha, sha256, signature in links.made:
            database.execute(
                "UPDATE records SET epoch = ?, prev_sha = ?, sha256 = ?, sig = ? WHERE seq = ?",
                (name, prev_sha, sha256, signature, seq),
            )
        meta.write(database, meta.EPOCH, name)
        meta.write(database, meta.EPOCH_BEFORE, before)
        meta.write(database, meta.EPOCH_FROM, str(since))
    return NewEpoch(before, name, since, len(links.made))


def _first_unconfirmed(database: Database) -> int:
    row = database.row(
        "SELECT seq FROM records INDEXED BY records_captured WHERE state = 'captured' ORDER BY seq LIMIT 1"
    )
    return row[0] if row is not None else _head(database) + 1


def _head(database: Database) -> int:
    row = database.row("SELECT max(seq) FROM records")
    return 0 if row is None or row[0] is None else int(row[0])


class _Links:
    """The new links so far, in order of seq."""

    def __init__(self, database: Database, signer: Signer, epoch: str, since: int) -> None:
        self._database = database
        self._signer = signer
        self._epoch = epoch
        self._next = since
        self.made: list[tuple[int, bytes, bytes, bytes]] = []
        row = database.row("SELECT sha256 FROM records WHERE seq = ?", (since - 1,))
        self._prev: bytes = bytes.fromhex(GENESIS) if row is None else row[0]

    def behind(self) -> int:
        """How many records have no new link yet."""
        return _head(self._database) + 1 - self._next

    def go_on(self, limit: int | None) -> None:
        """Makes up to `limit` more; None: all."""
        rows = self._database.rows(
            "SELECT seq, id, applicant_key, kind, schema, body FROM records WHERE seq >= ? ORDER BY seq LIMIT ?",
            (self._next, -1 if limit is None else limit),
        )
        for seq, record_id, applicant_key, kind, schema, body in rows:
            link = Link(
                self._epoch, seq, record_id, applicant_key, kind, schema, sha256_hex(body), self._prev.hex()
            )  # fmt: skip
            sha256 = bytes.fromhex(link.sha256())
            self.made.append((seq, self._prev, sha256, self._signer.sign(link.signing_input())))
            self._prev, self._next = sha256, seq + 1
