"""Fetch one pinned npm package with the npm client and check what came, for the vendor scripts."""

import hashlib
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class NpmPackage:
    """A package at one version, and the SHA-256 of its archive."""

    name: str
    version: str
    sha256: str

    def read(self, *members: str) -> dict[str, bytes]:
        """The named files of the package.

        Raises SystemExit saying what to do when the archive is not the pinned one.
        """
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                ["npm", "pack", "--silent", f"{self.name}@{self.version}"],
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            archive = next(Path(folder).glob("*.tgz"))
            found = hashlib.sha256(archive.read_bytes()).hexdigest()
            if found != self.sha256:
                raise SystemExit(
                    f"{self.name} {self.version}: the archive has SHA-256 {found}, expected {self.sha256}. "
                    "Do not use it; find out why before changing the pin."
                )
            with tarfile.open(archive) as tar:
                return {member: _member(tar, f"package/{member}") for member in members}


def _member(tar: tarfile.TarFile, path: str) -> bytes:
    entry = tar.extractfile(path)
    if entry is None:
        raise SystemExit(f"{path} is no file in this package")
    return entry.read()
