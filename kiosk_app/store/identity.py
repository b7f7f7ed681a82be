"""Who this booth is, as the office said at enrolment."""

from dataclasses import dataclass

from kiosk_app.store.database import Database
from kiosk_app.store.stored import from_text, to_text


@dataclass(frozen=True, slots=True)
class Identity:
    """`letter` begins this booth's queue numbers. Keys are base64 of 32 raw bytes.

    `config_key` is the office's Ed25519 key, `sealing_keys` are pairs of (id, X25519 public key).
    """

    device_id: str
    name: str
    letter: str
    site_id: str
    practice: bool
    office_url: str
    config_key: str
    sealing_keys: tuple[tuple[str, str], ...]


class IdentityStore:
    """Keeps the identity of the last enrolment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, identity: Identity) -> None:
        """Takes the place of an earlier identity."""
        with self._database.transaction():
            self._database.execute("INSERT OR REPLACE INTO identity VALUES (1, ?)", (to_text(identity),))

    def load(self) -> Identity | None:
        """The identity, or None where this data folder was never enrolled."""
        row = self._database.row("SELECT data FROM identity")
        return None if row is None else from_text(Identity, row[0], self._database)
