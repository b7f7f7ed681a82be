"""Facts, the chain over them, and the sealed packet's frame."""

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.booth.audit import AUDIT_FACTS
from kiosk_app.booth.canonical import canonical_bytes, sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.booth.codec import DecodeError
from kiosk_app.booth.facts import (
    FACTS,
    ArrivalFlag,
    Arrived,
    CodeKind,
    Fact,
    Lane,
    Outcome,
    Reason,
    Stamp,
    from_body,
    to_body,
    visit_of,
)
from kiosk_app.booth.packets import MAGIC, PacketHeader, info_bytes, pack, unpack
from kiosk_app.errors import KioskError

STAMP = Stamp(datetime(2025, 1, 25, 2, tzinfo=UTC), 12, "boot", None, 3)
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)).map(lambda d: d.replace(microsecond=0)))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


_REFS = st.uuids().map(lambda value: value.hex)
_KEYS = st.sampled_from(["portrait.pose", "quota", "override.baby"])
_NARROW = {"ref": _REFS, "lease": _REFS, "rule": _KEYS, "reason": _KEYS, "slots": st.integers(1, 10**6)}


def made(kind: type[Fact]) -> st.SearchStrategy[Fact]:
    """Facts of a kind; where a kind refuses what could be a person's, with what it takes."""
    fields = kind.__dataclass_fields__
    narrow = {name: made for name, made in _NARROW.items() if name in fields and kind in AUDIT_FACTS}
    return st.builds(kind, **narrow)


@given(st.one_of([made(kind) for kind in FACTS.values()]), st.builds(Stamp))
def test_every_fact_survives_its_bytes(fact: Fact, stamp: Stamp) -> None:
    body = canonical_bytes(to_body(fact, stamp))
    assert from_body(fact.KIND, json.loads(body)) == (fact, stamp)
    assert canonical_bytes(json.loads(body)) == body


def test_kinds_are_unique_and_named_as_the_contract_allows() -> None:
    assert len(FACTS) == 20
    assert all(kind.replace("_", "").isalpha() and kind.islower() for kind in FACTS)


def test_the_bytes_of_a_fact_never_change() -> None:
    """What was signed years ago must still verify: this is the form of schema 1."""
    fact = Arrived(
        "v", "A001", Lane.LATE, CodeKind.NUMBER, code="1", flags=frozenset({ArrivalFlag.LATE, ArrivalFlag.MINOR})
    )
    assert canonical_bytes(to_body(fact, STAMP)) == (
        b'{"data":{"area":"","booking":"","code":"1","code_kind":"number","flags":["late","minor"],"lane":"late",'
        b'"number":"A001","person":"","service":"","slot":null,"visit":"v"},"stamp":{"at":"2025-01-25T02:00:00.000Z",'
        b'"boot_id":"boot","mono_ms":12,"offset_ms":null,"profile":3,"trusted":false}}'
    )


def test_a_stamp_from_before_there_was_a_trust_flag_is_not_trusted() -> None:
    body = {**to_body(FACTS["incident"](what="start"), STAMP)}
    stamp = dict(body["stamp"])  # type: ignore[call-overload]
    del stamp["trusted"]
    assert from_body("incident", {**body, "stamp": stamp})[1] == STAMP


def test_unknown_kinds_and_half_bodies_are_refused() -> None:
    with pytest.raises(DecodeError, match="known kind"):
        from_body("dance", {})
    with pytest.raises(DecodeError, match="data is missing"):
        from_body("checkin", {"stamp": {}})


def test_which_visit_a_fact_belongs_to() -> None:
    assert visit_of(FACTS["missed"](visit="v", officer="o")) == "v"
    assert visit_of(FACTS["turned_away"](Reason.EARLY, CodeKind.NUMBER)) == ""
    assert set(Outcome) == {"done", "incomplete", "referred", "refused"}


LINK = Link("e", 1, "id", "v", "checkin", 1, "a" * 64, GENESIS)


@pytest.mark.parametrize(
    ("name", "value"),
    [("epoch", "f"), ("seq", 2), ("id", "di"), ("applicant_key", "w"), ("kind", "call"), ("schema", 2),
     ("body_sha256", "b" * 64), ("prev_sha", "c" * 64)],
)  # fmt: skip
def test_every_part_of_a_record_is_in_its_link(name: str, value: object) -> None:
    parts = {field: getattr(LINK, field) for field in LINK.__dataclass_fields__}
    assert Link(**{**parts, name: value}).sha256() != LINK.sha256()  # type: ignore[arg-type]
    assert LINK.sha256() == sha256_hex(LINK.signing_input())


def test_canonical_bytes_have_no_nan() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_bytes({"x": float("nan")})


HEADER = PacketHeader("booth", "visit", "record", "key", STAMP.at, "image/jpeg")


@given(st.binary())
def test_a_packet_comes_apart_as_it_was_put_together(ciphertext: bytes) -> None:
    assert unpack(pack(HEADER, ciphertext)) == (HEADER, info_bytes(HEADER), ciphertext)


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"JPEG",
        MAGIC,
        MAGIC + b"\x00\x00\x00\x05{}",
        MAGIC + b"\x00\x00\x00\x02{}",
        MAGIC + b"\x00\x00\x00\x02{x",
        MAGIC + b"\x00\x00\xff\xff" + b" " * 65535,
        MAGIC + b"\x00\x00\x00\x01\xff",
    ],
)
def test_what_is_no_packet_is_refused(packet: bytes) -> None:
    with pytest.raises(KioskError) as caught:
        unpack(packet)
    assert caught.value.code == "packet-malformed"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for packet in (data, MAGIC + data):
        with contextlib.suppress(KioskError):
            unpack(packet)
