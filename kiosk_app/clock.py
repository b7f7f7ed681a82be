"""Time, handed to whoever needs it, so that rules and tests never ask the system themselves."""

import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

_BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """Wall time may jump; monotonic time never does, but is only comparable within one `boot_id`."""

    @property
    def boot_id(self) -> str:
        """Names the run of the machine (or, where the system does not tell, of this process)."""
        ...

    def now(self) -> datetime:
        """The wall clock as an aware UTC datetime."""
        ...

    def monotonic(self) -> float:
        """Seconds since an arbitrary start."""
        ...


class SystemClock:
    """The machine's own clock."""

    def __init__(self) -> None:
        self._boot_id = _BOOT_ID_FILE.read_text().strip() if _BOOT_ID_FILE.exists() else str(uuid.uuid4())

    @property
    def boot_id(self) -> str:
        return self._boot_id

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
