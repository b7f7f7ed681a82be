"""The office's signed configuration, byte for byte, so that its signature can be checked again at every start."""

from dataclasses import dataclass

from kiosk_app.errors import KioskError
from kiosk_app.store.database import Database


@dataclass(frozen=True, slots=True)
class StoredConfig:
    version: int
    body: bytes
    sig: bytes


class ConfigStore:
    """Holds the newest configuration. Whether to trust it is the caller's question, before `save` and after `load`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, version: int, body: bytes, sig: bytes) -> None:
        """Keeps a newer version; the same one again changes nothing; any other raises KioskError "config-rollback"."""
        with self._database.transaction():
            kept = self.load()
            if kept is not None and version == kept.version and body == kept.body:
                return
            if kept is not None and version <= kept.version:
                raise KioskError(
                    "config-rollback",
                    f"The office sent configuration {version}, but {kept.version} is already in force.",
                    "The booth goes on with the newer one; tell the office.",
                )
            self._database.execute("INSERT OR REPLACE INTO config VALUES (1, ?, ?, ?)", (version, body, sig))

    def load(self) -> StoredConfig | None:
        """The configuration in force; None before the first."""
        row = self._database.row("SELECT version, body, sig FROM config")
        return None if row is None else StoredConfig(*row)
