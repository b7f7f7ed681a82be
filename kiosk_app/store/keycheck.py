"""The right key's fingerprint, in a file beside the database.

SQLCipher says the same of a wrong key and of a damaged file; and a database that vanished looks like one that was never
made. The fingerprint tells these apart and gives the key to nobody. It is written only once the database is on disk.
"""

import hashlib
import hmac
import re
from pathlib import Path

from kiosk_app.errors import KioskError
from kiosk_app.store.files import write_durably

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class KeyCheck:
    """The fingerprint file of the database at `path`, for the key that is now in hand."""

    def __init__(self, path: Path, key: bytes, name: str) -> None:
        self._database = path
        self._fingerprint = hmac.new(key, b"kiosk-store-key-v1\0" + name.encode(), hashlib.sha256).hexdigest()

    @property
    def path(self) -> Path:
        return self._database.with_name(self._database.name + ".check")

    def before_open(self, exists: bool) -> None:
        """Raises KioskError "store-missing" or "store-wrong-key"; a fingerprint that cannot be read decides nothing."""
        known = self._known()
        if known is None:
            return
        if not exists:
            raise KioskError(
                "store-missing",
                f"{self._database.name} is gone, but this booth had one.",
                f"Put the file back; if it is lost for good, remove {self.path.name} to begin an empty one.",
            )
        if known != self._fingerprint:
            raise KioskError(
                "store-wrong-key",
                f"The key of this booth does not open {self._database.name}.",
                "Put back the key folder that belongs to this data; do not delete anything.",
            )

    def after_open(self) -> None:
        """Keeps the fingerprint of a key that has just opened the database."""
        if self._known() is None:
            write_durably(self.path, self._fingerprint.encode() + b"\n")

    def _known(self) -> str | None:
        try:
            text = self.path.read_text("ascii").strip()
        except (OSError, ValueError):
            return None
        return text if _FINGERPRINT.fullmatch(text) else None
