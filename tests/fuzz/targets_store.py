"""What lies on the booth's disk, and what people write."""

import base64
import hmac
import json
import os
import tempfile
import zlib
from collections.abc import Hashable
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk_app import settings
from kiosk_app.booth import codec, facts, packets
from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.codec import DecodeError
from kiosk_app.booth.facts import Arrived, Called, CodeKind, HelpCalled, Lane, PhotoTaken, Stamp, from_body, to_body
from kiosk_app.booth.packets import PacketHeader, info_bytes, pack, pack_signed, split
from kiosk_app.booth.profile import Profile
from kiosk_app.errors import KioskError
from kiosk_app.office import imports
from kiosk_app.office.imports import _Reader, read_bookings
from kiosk_app.store import keycheck, notes, pin_copies, spare
from kiosk_app.store.keycheck import KeyCheck
from kiosk_app.store.notes import _bound_to, read_note
from kiosk_app.store.pin_copies import PinCopies
from kiosk_app.store.spare import Spare
from kiosk_app.store.witness import Witness
from tests.fuzz.driver import NotAsPromised, Target, patched
from tests.fuzz.mutate import Form

_KEY = b"k" * 32
_AT = datetime(2025, 1, 25, 2, 30, tzinfo=UTC)
_STAMP = Stamp(_AT, 5, "boot", None, 1)
_VISIT = "0194a2b0-0000-7000-8000-000000000001"
_PHOTO = PhotoTaken(
    _VISIT,
    "77",
    "0" * 64,
    500,
    "1" * 64,
    "k",
    413,
    531,
    1,
    True,
    measurements={"yaw_deg": 1.5},
    verdicts={"pose": "pass"},
)
_FACTS = (
    Arrived(_VISIT, "A001", Lane.ORDINARY, CodeKind.SIGNED, booking="GAAAAAAAAAA", area="16.71"), Called(_VISIT, "1", "77"), _PHOTO,
    HelpCalled("attract"),
)  # fmt: skip
_HEADER = PacketHeader("d" * 32, _VISIT, _VISIT, "k", _AT, "image/jpeg")


def _fact(data: bytes) -> Hashable:
    value = json.loads(data)
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        return None
    fact, stamp = from_body(value["kind"], {name: part for name, part in value.items() if name != "kind"})
    again = from_body(value["kind"], json.loads(json.dumps(to_body(fact, stamp))))
    if again[0] != fact:
        raise NotAsPromised("a fact that does not come back")
    return str(value["kind"])


def _packet(data: bytes) -> Hashable:
    found = split(data)
    version_2 = bool(found.note or found.signature)
    rest = (found.note, found.signature, found.ciphertext)
    if version_2 and not data.endswith(b"".join(packets._LENGTH.pack(len(part)) + part for part in rest[:2]) + rest[2]):
        raise NotAsPromised("a packet that was not read as it is")
    return version_2, found.header.version


def _note(data: bytes) -> Hashable:
    """A note whose encryption holds, with anything inside."""
    info = info_bytes(_HEADER)
    sealed = AESGCM(_KEY).encrypt(b"n" * 12, zlib.compress(data, 1), _bound_to(info, b"cipher"))
    noted = read_note(pack_signed(_HEADER, b"n" * 12 + sealed, b"s", b"cipher"), _KEY)
    return None if noted is None else noted.day.year.bit_length()


class _Folder:
    """Files are only made where somebody fuzzes; a memory file system where there is one, so that no disk is worn."""

    def __init__(self) -> None:
        self._made: tempfile.TemporaryDirectory[str] | None = None

    def file(self, name: str, data: bytes) -> Path:
        if self._made is None:
            shared = Path("/dev/shm")  # noqa: S108 - nothing of it is secret
            self._made = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-", dir=shared if shared.is_dir() else None)
        path = Path(self._made.name) / f"{os.getpid()}-{name}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
        return path


_FOLDER = _Folder()


def _witness(data: bytes) -> Hashable:
    found = Witness(_FOLDER.file("journal.db.head", data).with_name(f"{os.getpid()}-journal.db"), _KEY).read()
    if found is not None and data.rstrip(b"\n") != _WITNESS.rstrip(b"\n"):
        raise NotAsPromised("a witness that nobody wrote")
    return found is None


def _keycheck(data: bytes) -> Hashable:
    path = _FOLDER.file("roster.db.check", data)
    KeyCheck(path.with_name(f"{os.getpid()}-roster.db"), _KEY, "roster").before_open(exists=True)
    return True


def _spare(data: bytes) -> Hashable:
    path = _FOLDER.file("a.db.spare", data)
    return Spare(path.with_name(f"{os.getpid()}-a.db"), _KEY).salt()


class _AnyLock:
    how = "pepper"

    def lock(self, officer: str, pin: str, secret: bytes) -> tuple[bytes, bytes]:
        return b"s" * 16, secret

    def unlock(self, officer: str, pin: str, salt: bytes, blob: bytes) -> bytes | None:
        return blob if len(salt) == 16 else None


def _pin_copy(data: bytes) -> Hashable:
    copies = PinCopies(_FOLDER.file("x.copy", data).parent, (_AnyLock(),))
    path = _FOLDER.file("x.copy", data)
    path.replace(copies._path("77"))
    return copies.open("77", "246810", "ref"), copies.is_current("77", "ref")


def _trusting(copies: PinCopies, officer: str) -> object:
    """Takes the file for what the booth wrote."""
    return pin_copies._Copy(**json.loads(copies._path(officer).read_bytes()))


def _settings(data: bytes) -> Hashable:
    found = settings.load_settings(_FOLDER.file("booth.toml", data))
    return found.office.address == "", found.display.width_mm.bit_length()


def _csv(data: bytes) -> Hashable:
    return len(read_bookings(data, _READER))


def _profile() -> Profile:
    text = (Path(imports.__file__).parent / "profiles/default.json").read_text(encoding="utf-8")
    return codec.decode(Profile, json.loads(text))


_READER = _Reader(_profile(), lambda _place, nik: f"m{len(nik)}", {"9" * 16: "GAAAAAAAAAA"}, date(2025, 1, 25))
_PLACE = _READER.profile.places[0].id
_CSV = (
    "number;name;service;slot;place;area;id;nik;birth_date;electronic;flags;status\n"
    f'1234567890123456;"Siti; Aminah";new;2025-01-25 09:30;{_PLACE};16.71;;1671014107900001;1990-07-01;ya;minor umrah;booked\n'
    f"1234567890123457;Budi;{_READER.profile.services[0].id};2025-01-25T02:30:00Z;{_PLACE};other;;;;;;\n"
).encode()
_TOML = b'[office]\naddress = "https://office.example"\nca_file = "ca.pem"\n[camera]\nspec = "0"\n[display]\nwidth_mm = 510\ndesk = "2"\n'
_HEAD = f"{'0' * 32} 7 {'1' * 64}"
_WITNESS = f"{_HEAD} {Witness(Path('x'), _KEY)._mac(_HEAD)}\n".encode().ljust(256, b"\n")
_COPY = json.dumps(
    {
        "v": 1,
        "officer": "77",
        "pin": "ref",
        "how": "pepper",
        "salt": base64.b64encode(b"s" * 16).decode(),
        "blob": "AAAA",
    }
).encode()
_SPARE = b"n" * 12 + AESGCM(_KEY).encrypt(b"n" * 12, b'{"salt": "00", "rows": {}}', b"kiosk-spare-v1")


def _bodies() -> tuple[bytes, ...]:
    return tuple(canonical_bytes({**to_body(fact, _STAMP), "kind": fact.KIND}) for fact in _FACTS)


def _words() -> tuple[bytes, ...]:
    return tuple(f'"{kind}"'.encode() for kind in facts.FACTS)


def _note_seed() -> bytes:
    return canonical_bytes({**to_body(_PHOTO, _STAMP), "day": "2025-01-25"})


_INFO = info_bytes(_HEADER)
TARGETS = (
    Target(
        "journal bodies", _fact, _bodies(), patched(codec, "_from_text", lambda kind, value, _place: kind(value)), Form.JSON, _words(),
        (DecodeError, ValueError, RecursionError),
    ),
    Target(
        "packets", _packet, (pack_signed(_HEADER, b"note", b"signature", b"cipher"), pack(_HEADER, b"cipher")),
        patched(packets, "_part", lambda data, _most: (bytes(data[4 : 4 + data[3]]), data[4 + data[2] :])),
        words=(packets.MAGIC, packets.MAGIC_2, _INFO, b"[" * 4000), expected=(KioskError,),
    ),
    Target("packets' notes", _note, (_note_seed(),), patched(notes, "date", _FACTS), Form.JSON),
    Target("witness file", _witness, (_WITNESS,), patched(hmac, "compare_digest", lambda _a, _b: True), Form.BYTES, longest=600),
    Target(
        "key check file", _keycheck, (b"0" * 64 + b"\n",), patched(keycheck, "_FINGERPRINT", None), expected=(KioskError,), longest=300
    ),
    Target("spare file", _spare, (_SPARE,), patched(spare, "InvalidTag", ZeroDivisionError)),
    Target("PIN copies", _pin_copy, (_COPY,), patched(PinCopies, "_read", _trusting), Form.JSON),
    Target(
        "booth.toml", _settings, (_TOML,), patched(settings, "decode", lambda kind, value: kind(**value)), Form.TEXT,
        (b"[office]", b"width_mm", b"1979-05-27T07:32:00Z", b"0x7fffffffffffffffff", b"[[", b"]]"), (KioskError,), slow=True,
    ),
    Target(
        "import (CSV)", _csv, (_CSV, _CSV.replace(b";", b",")),
        patched(imports, "_NUMBER", None), Form.TEXT,
        (b"1234567890123456", b"16.71", b"GAAAAAAAAAA", b"0001-01-01 00:00", b"2025-01-25 09:30+23:59"), (KioskError,), slow=True,
    ),
)  # fmt: skip
