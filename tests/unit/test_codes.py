import base64
import json
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk_app.booth.codes import (
    FORGED,
    UNKNOWN,
    BookingCode,
    SignedCode,
    booking_id_number,
    booking_id_text,
    encode_signed,
    pack_body,
    parse,
    signing_input,
)
from kiosk_app.booth.facts import CodeKind

KEY = Ed25519PrivateKey.generate()
SLOT = datetime(2025, 1, 25, 2, 30, tzinfo=UTC)


class OneKey:
    """Verifies with KEY under key id 7."""

    def verify(self, key_id: int, message: bytes, signature: bytes) -> bool:
        try:
            KEY.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return key_id == 7


def signed(number: int = 5, key_id: int = 7, office: int = 1, service: int = 2) -> str:
    body = pack_body(SignedCode(key_id, booking_id_text(number), office, SLOT, service))
    return encode_signed(body, KEY.sign(signing_input(body)))


def read(text: str) -> BookingCode:
    return parse(text, OneKey())


@given(st.integers(0, 2**50 - 1), st.integers(0, 65535), st.integers(0, 255))
def test_a_signed_code_comes_back_as_it_was(number: int, office: int, service: int) -> None:
    code = read(signed(number, 7, office, service))
    assert code == BookingCode(
        CodeKind.SIGNED,
        booking_id=booking_id_text(number),
        signed=SignedCode(7, booking_id_text(number), office, SLOT, service),
    )
    assert code.key == booking_id_text(number)


def test_a_signed_code_fits_qr_version_6_in_alphanumeric_mode() -> None:
    assert len(signed()) == 134
    assert set(signed()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" + "1")


@given(st.integers(4, 133), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_any_changed_character_makes_it_forged_or_the_same(position: int, character: str) -> None:
    text = signed()
    changed = text[:position] + character + text[position + 1 :]
    code = read(changed)
    assert code == read(text) or code == FORGED


@pytest.mark.parametrize(
    "text",
    [
        "IMI1",
        "IMI1" + "A" * 129,
        "IMI1" + "a" * 130,
        "IMI1" + "A" * 130,
        "IMI1" + "A" * 130 + "=",
    ],
)
def test_broken_signed_codes_are_forged(text: str) -> None:
    assert read(text) == FORGED


def test_another_key_another_version_and_a_too_large_id_are_forged() -> None:
    assert read(signed(key_id=8)) == FORGED
    body = bytearray(pack_body(SignedCode(7, booking_id_text(1), 1, SLOT, 1)))
    body[0] = 2
    assert read(encode_signed(bytes(body), KEY.sign(signing_input(bytes(body))))) == FORGED
    body = bytearray(pack_body(SignedCode(7, booking_id_text(1), 1, SLOT, 1)))
    body[2] = 255
    assert read(encode_signed(bytes(body), KEY.sign(signing_input(bytes(body))))) == FORGED


def test_a_signed_time_beyond_the_calendar_is_forged() -> None:
    body = bytearray(pack_body(SignedCode(7, booking_id_text(1), 1, SLOT, 1)))
    body[12:16] = b"\xff" * 4
    assert read(encode_signed(bytes(body), KEY.sign(signing_input(bytes(body))))) == FORGED


def test_encode_signed_wants_whole_parts() -> None:
    with pytest.raises(ValueError, match="17 bytes"):
        encode_signed(b"", b"")


@given(st.integers(0, 2**50 - 1))
def test_booking_ids_round_trip_and_survive_typing(number: int) -> None:
    text = booking_id_text(number)
    assert len(text) == 11
    assert booking_id_number(text) == number
    assert read(f" {text[:4].lower()}-{text[4:8]} {text[8:]} ") == BookingCode(CodeKind.NUMBER, booking_id=text)


@given(st.integers(0, 2**50 - 1), st.integers(0, 9), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_one_mistyped_character_of_a_booking_id_is_seen(number: int, position: int, character: str) -> None:
    text = booking_id_text(number)
    changed = text[:position] + character + text[position + 1 :]
    if changed != text:
        with pytest.raises(ValueError, match="not a booking id"):
            booking_id_number(changed)


def id_of(characters: str) -> str:
    """The booking id that begins with these 10 characters."""
    number = 0
    for character in characters:
        number = number << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".index(character)
    return booking_id_text(number)


CONFUSABLE_IDS = st.text("OBILAQ5", min_size=10, max_size=10).map(id_of)


@given(CONFUSABLE_IDS)
def test_digits_that_no_id_has_are_read_as_the_letters_that_they_look_like(text: str) -> None:
    typed = text.replace("O", "0").replace("B", "8")
    assume(not typed.isdigit())
    assert booking_id_number(typed) == booking_id_number(text)
    assert read(f"{typed[:4]} {typed[4:7]} {typed[7:]}".lower()) == BookingCode(CodeKind.NUMBER, booking_id=text)


@given(CONFUSABLE_IDS, st.integers(0, 9), st.sampled_from("IL"))
def test_the_check_character_tells_which_letter_a_one_is(text: str, position: int, letter: str) -> None:
    text = id_of(text[:position] + letter + text[position + 1 : 10])
    typed = text[:position] + "1" + text[position + 1 :]
    assume(not typed.isdigit())
    assert booking_id_number(typed) == booking_id_number(text)


def test_ones_that_leave_two_readings_are_not_guessed() -> None:
    assert booking_id_number("IL2LLLALBLE") != booking_id_number("LL2LILALBLE")
    assert read("112111A1B1E") == UNKNOWN
    for said, meant in (("1L2LLLALBLE", "IL2LLLALBLE"), ("1L2LILALBLE", "LL2LILALBLE")):
        assert read(said) == BookingCode(CodeKind.NUMBER, booking_id=meant)


def test_the_beginning_of_an_application_number_is_not_taken_for_an_id() -> None:
    """One in fifty would be: 2.2 % of random 11 digits, counted over 20,000."""
    assert booking_id_number("5LO6L32677L")
    assert read("51061326771") == UNKNOWN


@pytest.mark.parametrize("number", [-1, 2**50])
def test_a_booking_id_has_50_bits(number: int) -> None:
    with pytest.raises(ValueError, match="50 bits"):
        booking_id_text(number)


@given(st.from_regex(r"[0-9]{16}", fullmatch=True))
def test_a_number_alone_in_a_url_or_in_json(number: str) -> None:
    expected = BookingCode(CodeKind.NUMBER, number=number)
    grouped = " ".join(number[i : i + 4] for i in range(0, 16, 4))
    for text in (
        number,
        number + "\r\n",
        grouped,
        f"https://mpaspor.example/antrean/{number}",
        f"https://mpaspor.example/?no={number}&nik=9999999999999999",
        f"https://mpaspor.example/#{number}",
        json.dumps({"nomor_permohonan": number, "NIK": "1671014107900001"}),
        json.dumps({"data": [{"permohonan": int("1" + number[1:])}]}),
        json.dumps([number, number]),
        json.dumps({"nomor_elektronik": number, "teknik_no": int("1" + number[1:]) if number[0] == "1" else number}),
    ):
        code = read(text)
        assert code.kind is CodeKind.NUMBER
        assert code == expected or code.number == "1" + number[1:]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "https://example.org/",
        "https://[broken",
        "123456789012345",
        "12345678901234567",
        "²" * 16,
        "١" * 16,
        "https://x.example/12345678901234567",
        '{"a": "1111111111111111", "b": "2222222222222222"}',
        '{"nik": "1671014107900001"}',
        '{"nomorKTP": "1671014107900001"}',
        '{"nik": {"value": "1671014107900001"}}',
        "https://x.example/nik/1671014107900001",
        '{"broken',
        "[" * 400,
        '{"flag": true, "none": null, "part": 1.5}',
        "1234567890123456\x00",
        "1234567890123456\u202e",
        "\ud800",
        "A" * 513,
        "1" * 4000,
        "mailto:1234567890123456",
    ],
)
def test_texts_that_say_nothing(text: str) -> None:
    assert read(text) == UNKNOWN


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    assert isinstance(read(text), BookingCode)


@given(st.binary(min_size=81, max_size=81))
def test_no_bytes_behind_the_prefix_are_accepted_without_a_signature(raw: bytes) -> None:
    assert read("IMI1" + base64.b32encode(raw).decode().rstrip("=")) == FORGED
