"""What a QR code or a keyboard says, turned into a booking code.

What M-Paspor's QR holds is not published, so the parsers are a list: our own signed code, a booking id, a 16-digit application
number alone, or one inside a URL or JSON. A NIK has 16 digits too: a number named as one is never taken for an application.
"""

import base64
import itertools
import json
import re
import struct
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from kiosk_app.booth.facts import CodeKind
from kiosk_app.booth.ports import CodeVerifier

PREFIX = "IMI1"
MAX_BYTES = 512
_SIGNED_CONTEXT = b"imi-booking-v1\0"
_BODY = struct.Struct(">BBQHIB")
_SIGNATURE_BYTES = 64
_SIGNED_TEXT = re.compile(r"IMI1[A-Z2-7]{130}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{16}", re.ASCII)
_DIGIT_RUN = re.compile(r"(?<![0-9])[0-9]{16}(?![0-9])", re.ASCII)
_BOOKING_ID = re.compile(r"[A-Z2-7]{11}", re.ASCII)
_TYPED_ID = re.compile(r"[A-Z0-8]{11}", re.ASCII)
_SEPARATORS = re.compile(r"[ .\-]", re.ASCII)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
# The digits that the alphabet leaves out, and the letters that people take them for (RFC 4648, section 3.4, and 8 for B).
_LOOK_ALIKES = {"0": "O", "1": "IL", "8": "B"}
_ID_BITS = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The field's 32 bits reach beyond the calendar; a day is left for the zones.
_LAST_MINUTE = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH) // timedelta(minutes=1)
_NOT_APPLICATIONS = frozenset({"nik", "ktp", "kk", "billing"})
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignedCode:
    """The body of our own code: who signed, which booking, where, when, what. `office` and `service` are numbers of the profile."""

    key_id: int
    booking_id: str
    office: int
    slot: datetime
    service: int


@dataclass(frozen=True, slots=True)
class BookingCode:
    """A recognised code, UNKNOWN for what is none of ours, FORGED for one that only looks so."""

    kind: CodeKind
    booking_id: str = ""
    number: str = ""
    signed: SignedCode | None = None

    @property
    def key(self) -> str:
        """What identifies the booking at the office."""
        return self.booking_id or self.number


UNKNOWN = BookingCode(CodeKind.UNKNOWN)
FORGED = BookingCode(CodeKind.FORGED)


def booking_id_text(number: int) -> str:
    """The 50-bit booking id as people type it: 10 base32 characters and one check character (Luhn mod 32)."""
    if not 0 <= number < 1 << _ID_BITS:
        raise ValueError("A booking id has 50 bits.")
    text = "".join(_ALPHABET[number >> shift & 31] for shift in range(_ID_BITS - 5, -5, -5))
    return text + _check_character(text)


def booking_id_number(text: str) -> int:
    """The inverse of `booking_id_text`; raises ValueError for a wrong length, character or check character.

    Forgives 0 for O, 1 for I or L, and 8 for B: no id has these digits. Which letter a 1 stands for, the check character
    tells; where it leaves two readings, this is no id. Digits alone are read as they are: they may be the beginning of an
    application number.
    """
    number = 0
    for character in _without_look_alikes(text)[:-1]:
        number = number << 5 | _ALPHABET.index(character)
    return number


def _without_look_alikes(typed: str) -> str:
    """The one id that `typed` can stand for; raises ValueError for none, and for more than one."""
    if not _TYPED_ID.fullmatch(typed):
        raise ValueError("This is not a booking id.")
    forgiven = {} if typed.isdigit() else _LOOK_ALIKES
    readings = itertools.product(*(forgiven.get(character, character) for character in typed))
    found = [text for text in map("".join, readings) if _is_booking_id(text)]
    if len(found) != 1:
        raise ValueError("This is not a booking id.")
    return found[0]


def _is_booking_id(text: str) -> bool:
    return _BOOKING_ID.fullmatch(text) is not None and _check_character(text[:-1]) == text[-1]


def _check_character(text: str) -> str:
    total = 0
    for position, character in enumerate(reversed(text)):
        doubled = _ALPHABET.index(character) * (2 - position % 2)
        total += doubled // 32 + doubled % 32
    return _ALPHABET[-total % 32]


def pack_body(code: SignedCode) -> bytes:
    """The 17 bytes that are signed (with `signing_input`): version, key id, booking id, office, slot in minutes, service."""
    minutes = int((code.slot - _EPOCH) / timedelta(minutes=1))
    return _BODY.pack(1, code.key_id, booking_id_number(code.booking_id), code.office, minutes, code.service)


def signing_input(body: bytes) -> bytes:
    """What the office's Ed25519 key signs for a code."""
    return _SIGNED_CONTEXT + body


def encode_signed(body: bytes, signature: bytes) -> str:
    """The text of the QR code: 134 characters of QR's alphanumeric mode (version 6-M)."""
    if len(body) != _BODY.size or len(signature) != _SIGNATURE_BYTES:
        raise ValueError("A signed code is 17 bytes of body and 64 bytes of signature.")
    return PREFIX + base64.b32encode(body + signature).decode("ascii").rstrip("=")


def parse(text: str, verifier: CodeVerifier) -> BookingCode:
    """The booking code in `text`; never raises, whatever the text holds."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES or _has_hidden_characters(text):
        return UNKNOWN
    stripped = text.strip()
    for parser in _PARSERS:
        code = parser(stripped, verifier)
        if code is not None:
            return code
    return UNKNOWN


def _has_hidden_characters(text: str) -> bool:
    """Control, format, private and unassigned characters have no place in a code; a scanner's closing newline may stay."""
    return any(unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn", "Cs") for character in text.rstrip("\r\n"))


def _signed(text: str, verifier: CodeVerifier) -> BookingCode | None:
    if not text.startswith(PREFIX):
        return None
    if not _SIGNED_TEXT.fullmatch(text):
        return FORGED
    raw = base64.b32decode(text.removeprefix(PREFIX) + "======")
    body, signature = raw[: _BODY.size], raw[_BODY.size :]
    version, key_id, number, office, minutes, service = _BODY.unpack(body)
    in_range = number < 1 << _ID_BITS and minutes <= _LAST_MINUTE
    if version != 1 or not in_range or not verifier.verify(key_id, signing_input(body), signature):
        return FORGED
    slot = _EPOCH + timedelta(minutes=minutes)
    signed = SignedCode(key_id, booking_id_text(number), office, slot, service)
    return BookingCode(CodeKind.SIGNED, booking_id=signed.booking_id, signed=signed)


def _bare(text: str, verifier: CodeVerifier) -> BookingCode | None:
    """A number or a booking id alone, with the spaces, dots and dashes that people write."""
    compact = _SEPARATORS.sub("", text).upper()
    if _NUMBER.fullmatch(compact):
        return BookingCode(CodeKind.NUMBER, number=compact)
    try:
        number = booking_id_number(compact)
    except ValueError:
        return None
    return BookingCode(CodeKind.NUMBER, booking_id=booking_id_text(number))


def _inside_json(text: str, verifier: CodeVerifier) -> BookingCode | None:
    if not text.startswith(("{", "[")):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _only_number(_named_values(value, ""))


def _inside_url(text: str, verifier: CodeVerifier) -> BookingCode | None:
    try:
        parts = urlsplit(text)
        query = parse_qsl(parts.query, max_num_fields=50)
    except ValueError:
        return None
    if not parts.scheme or not parts.netloc:
        return None
    path = parts.path.split("/")
    steps = zip(["", *path], path, strict=False)  # what a step is, the step before it says: /nik/1671...
    return _only_number(iter([*query, *steps, ("", parts.fragment)]))


def _named_values(value: object, name: str) -> Iterator[tuple[str, str]]:
    """Every text and whole number of a JSON value with the name it stands under."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _named_values(inner, f"{name} {key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _named_values(inner, name)
    elif isinstance(value, str) or type(value) is int:
        yield name, str(value)


def _only_number(values: Iterator[tuple[str, str]]) -> BookingCode | None:
    """The one 16-digit number among named values; two different ones say nothing, and a NIK is none."""
    found: set[str] = set()
    for name, value in values:
        if _NOT_APPLICATIONS.isdisjoint(word.lower() for word in _WORDS.findall(name)):
            found.update(_DIGIT_RUN.findall(value))
    if len(found) != 1:
        return None
    return BookingCode(CodeKind.NUMBER, number=found.pop())


_PARSERS: tuple[Callable[[str, CodeVerifier], BookingCode | None], ...] = (_signed, _bare, _inside_json, _inside_url)
