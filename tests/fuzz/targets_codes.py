"""What an applicant holds up, types, or the office signed."""

import re
from collections.abc import Hashable
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk_app.booth import codes
from kiosk_app.booth.codes import (
    SignedCode,
    booking_id_number,
    booking_id_text,
    encode_signed,
    pack_body,
    parse,
    signing_input,
)
from kiosk_app.booth.facts import CodeKind
from tests.fuzz.driver import NotAsPromised, Target, patched
from tests.fuzz.mutate import Form

_KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
_BODY = pack_body(SignedCode(7, booking_id_text(5), 1, datetime(2025, 1, 25, 2, 30, tzinfo=UTC), 2))
_SIGNED = encode_signed(_BODY, _KEY.sign(signing_input(_BODY)))
_ID = booking_id_text(123_456_789)
_NUMBER = re.compile(r"[0-9]{16}", re.ASCII)


class _OneKey:
    def verify(self, key_id: int, message: bytes, signature: bytes) -> bool:
        try:
            _KEY.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return key_id == 7


class _AnyKey:
    def verify(self, key_id: int, message: bytes, signature: bytes) -> bool:
        return True


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _qr(data: bytes) -> Hashable:
    text = _text(data)
    code = parse(text, _OneKey())
    # Two bits of the last letter carry nothing: four texts say the same.
    if code.kind is CodeKind.SIGNED and (code.signed is None or pack_body(code.signed) != _BODY):
        raise NotAsPromised("a code that nobody signed")
    if code.kind is CodeKind.NUMBER and not (_NUMBER.fullmatch(code.number) or codes._is_booking_id(code.booking_id)):
        raise NotAsPromised("a number that is none")
    return (code.kind, bool(code.number), text[:1] in "{[", "://" in text)


def _typed(data: bytes) -> Hashable:
    text = _text(data)
    if booking_id_text(booking_id_number(text)) != codes._without_look_alikes(text):
        raise NotAsPromised("an id that is another")
    if len(text) != len(_ID):
        raise NotAsPromised("an id of another length")
    return text.count("1"), text.count("8"), text.count("0")


def _signed_body(data: bytes) -> Hashable:
    raw = data[:81].ljust(81, b"\0")
    text = encode_signed(raw[:17], raw[17:])
    code = parse(text, _AnyKey())
    if code.kind is CodeKind.SIGNED and (
        code.signed is None or encode_signed(pack_body(code.signed), raw[17:]) != text
    ):
        raise NotAsPromised("a body that was not read as it is")
    return code.kind


QR = Target(
    "QR and booking codes",
    _qr,
    (
        _SIGNED.encode(), b"1671014107900001", _ID.encode(), b"https://paspor.example/a?no=1671014107900001&nik=2671014107900001#x",
        b'{"nomor": "1671014107900001", "nik": 1671014107900002, "a": [1, {"b": "c"}]}', b"1671-0141-0790-0001\r\n",
        b"https://a.example/nik/1671014107900001/x",
    ),
    patched(codes, "_NUMBER", re.compile(r"\d{16}")),
    Form.TEXT,
    words=(b"nik", b"KTP", b"kk", b"#", b"?", b"//", b"[::1]", b'"nik":', b"\xd9\xa1" * 16),
    longest=700,
)  # fmt: skip
TYPED = Target(
    "typed codes",
    _typed,
    (_ID.encode(), booking_id_text(0).encode(), booking_id_text((1 << 50) - 1).encode(), _ID.replace("O", "0").encode(), b"11111111111"),
    patched(codes, "_without_look_alikes", lambda text: text[:11]),
    Form.BYTES,
    words=(b"0", b"1", b"8", b"O", b"I", b"L", b"B", b"1" * 11, b"\xc2\xb2"),
    expected=(ValueError,),
    longest=40,
)  # fmt: skip
SIGNED = Target("signed codes", _signed_body, (_BODY + b"s" * 64,), patched(codes, "_LAST_MINUTE", 1 << 32), longest=81)
TARGETS = (QR, TYPED, SIGNED)
