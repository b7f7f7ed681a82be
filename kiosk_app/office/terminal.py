"""What the office's commands say, and the files they write."""

import json
import sys
from pathlib import Path

from kiosk_app.errors import KioskError
from kiosk_app.files import write_whole


def say(text: str) -> None:
    """One line for a person."""
    sys.stdout.write(text + "\n")


def say_json(value: object) -> None:
    """One JSON value for a program."""
    say(json.dumps(value, ensure_ascii=False))


def remark(text: str) -> None:
    """One line for a person, beside output that a program reads."""
    sys.stderr.write(text + "\n")


def read_file(file: Path) -> bytes:
    """The content; raises KioskError."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise KioskError("file-unreadable", f"{file} cannot be read ({error.strerror}).", "Check the name.") from error


def write_file(file: Path, content: bytes, advice: str = "Name another file with --out.") -> None:
    """Writes a file that only its owner reads: it may hold a person. Raises KioskError, leaving no half file."""
    write_whole(file, content, advice)
