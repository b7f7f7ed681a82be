"""What the figures were measured on, in one line, without naming the machine."""

import os
import platform
import sqlite3
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("PySide6_Essentials", "opencv-python-headless", "zxing-cpp", "sqlcipher3", "cryptography")


def describe() -> str:
    """Date, processor class, memory, system, versions, and how busy the machine was."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} CPUs ({_processor()}), {_memory_gb()} GB,"
        f" {platform.system()} {platform.machine()}; Python {platform.python_version()}, {packages},"
        f" SQLite {sqlite3.sqlite_version} (peer); temporary files on {filesystem(Path(tempfile.gettempdir()))};"
        f" load at start {_load()}."
    )


def filesystem(folder: Path) -> str:
    """The type of file system that `folder` lies on ("ext4", "tmpfs"), "unknown" where the system does not tell."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "unknown"
    found = ("", "unknown")
    for line in mounts.read_text().splitlines():
        point, kind = line.split()[1:3]
        if folder.resolve().is_relative_to(point) and len(point) >= len(found[0]):
            found = (point, kind)
    return found[1]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return named or platform.processor() or "unknown"


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"
