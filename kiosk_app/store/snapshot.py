"""The copy of a database that is taken before its tables are changed: encrypted like itself, put back if the change went wrong."""

from collections.abc import Callable
from pathlib import Path

from kiosk_app.files import sync_folder
from kiosk_app.store.files import TEMPORARY_SUFFIX, sync_file

_SIDES = ("-wal", "-shm")


class Snapshot:
    """The copy beside the database at `path`. It is there only between the change's begin and the check after it."""

    def __init__(self, path: Path) -> None:
        self._database = path
        self.path = path.with_name(path.name + ".before")

    def exists(self) -> bool:
        return self.path.exists()

    def take(self, run: Callable[[str], object]) -> None:
        """Copies the database as it is now, by `run` on its connection: the same key, no page of it readable. Durable on return.

        One that a crash left is replaced: the change that it was for was undone with its transaction.
        """
        half = self.path.with_name(self.path.name + TEMPORARY_SUFFIX)
        half.unlink(missing_ok=True)
        try:
            run(f"VACUUM INTO '{str(half).replace(chr(39), chr(39) * 2)}'")
            half.chmod(0o600)
            sync_file(half)
            half.replace(self.path)
            sync_folder(self.path.parent)
        finally:
            half.unlink(missing_ok=True)

    def put_back(self) -> None:
        """Makes the copy the database again; nobody may have it open. The log belongs to what is replaced and goes first."""
        for side in _SIDES:
            self._database.with_name(self._database.name + side).unlink(missing_ok=True)
        self.path.replace(self._database)
        sync_folder(self.path.parent)

    def remove(self) -> None:
        """The change is made and checked."""
        if self.path.exists():
            self.path.unlink()
            sync_folder(self.path.parent)
