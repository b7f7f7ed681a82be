"""The canaries, and the search for them in whatever form a program might write them."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

_PEOPLE = 12
JPEG_MARKER = b"KENARI-DALAM-GAMBAR-7Q4X" * 4
PLATE = "BG 7413 KNR"
_SYLLABLES = ("Zul", "Qar", "Nae", "Wid", "Fah", "Rim", "Tau", "Dzi", "Kam", "Lut", "Mih", "Yas")


@dataclass(frozen=True)
class Person:
    """Somebody who comes; `number` is the application's."""

    name: str
    nik: str
    born: date
    phone: str
    number: str

    @property
    def words(self) -> tuple[str, ...]:
        """What may not be found: the birth date as Indonesians write it too."""
        return self.name, self.nik, self.born.isoformat(), self.phone


def people() -> tuple[Person, ...]:
    """Twelve, always the same: 48 words, and with the two below 50."""
    return tuple(
        Person(
            name=f"Kenari {syllable}kifli Bin{syllable.lower()}awan",
            nik=f"167101{41 + n:02}07{70 + n:02}{n:04}",
            born=date(1931, 3, 17) + timedelta(days=401 * n),
            phone=f"+62813{7_300_411 + 7919 * n}",
            number=f"99{n:02}{314159265358 + n * 271828:012}",
        )
        for n, syllable in enumerate(_SYLLABLES[:_PEOPLE])
    )


def words() -> dict[str, bytes]:
    """All canaries by a name under which a hit is told."""
    found = {f"{word[:6]}.. of person {n}": word.encode() for n, one in enumerate(people()) for word in one.words}
    return {**found, "plate": PLATE.encode(), "marker in the picture": JPEG_MARKER[:24]}


def forms(word: bytes) -> Iterator[bytes]:
    """As it is, and as programs write such things: hex, base64 at each of the three places in a group, UTF-16, percent, JSON."""
    yield word
    yield word.hex().encode()
    yield word.hex().upper().encode()
    for lead in range(3):
        encoded = base64.b64encode(b"\0" * lead + word)
        # The letters that depend on what stands before or behind are left out.
        yield encoded[(0, 2, 3)[lead] : len(encoded) - 4]
    text = word.decode("latin-1")
    for coding in ("utf-16-le", "utf-16-be"):
        yield text.encode(coding)
    yield quote(text, safe="").encode()
    yield text.replace(" ", "+").encode()
    yield text.replace(" ", "_").encode()


def hits(folders: list[Path]) -> list[str]:
    """Every canary in every file below `folders`, with the file's name; also in the names themselves."""
    wanted = {name: set(forms(word)) for name, word in words().items()}
    found = []
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes() + b"\n" + str(path).encode()
        found += [
            f"{name} in {path.name}" for name, written in wanted.items() if any(form in content for form in written)
        ]
    return found
