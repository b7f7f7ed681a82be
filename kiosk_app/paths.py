"""Where a booth, or the reference office, keeps its files."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

DATA_VARIABLE = "KIOSK_APP_DATA"


def default_data_dir() -> Path:
    """The folder from the environment, else the platform's place for a program's data."""
    named = os.environ.get(DATA_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "kiosk-app"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "kiosk-app"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "kiosk-app"


def assets_dir() -> Path:
    """Fonts, icons and texts: beside the package in a checkout, inside the bundle when frozen."""
    bundle = getattr(sys, "_MEIPASS", None)
    return (Path(bundle) if bundle else Path(__file__).resolve().parent.parent) / "assets"


@dataclass(frozen=True, slots=True)
class BoothPaths:
    """The files of one booth below its data folder."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / "booth.toml"

    @property
    def journal(self) -> Path:
        return self.root / "journal.db"

    @property
    def roster(self) -> Path:
        return self.root / "roster.db"

    @property
    def photos(self) -> Path:
        return self.root / "photos"

    @property
    def quarantine(self) -> Path:
        """What was put aside because it was spoilt: kept, never read again by the booth, never deleted by it."""
        return self.root / "quarantine"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def lock(self) -> Path:
        return self.root / "booth.lock"

    @property
    def log(self) -> Path:
        return self.root / "log" / "booth.log"

    def make(self) -> None:
        """Makes the folders, readable by their owner only."""
        for folder in (self.root, self.photos, self.keys, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)


@dataclass(frozen=True, slots=True)
class OfficePaths:
    """The files of a reference office below its data folder."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "office.db"

    @property
    def blobs(self) -> Path:
        return self.root / "blobs"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    def make(self) -> None:
        """Makes the folders, readable by their owner only."""
        for folder in (self.root, self.blobs, self.keys):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
