"""The table of office_api: what each answer means."""

import pytest

from kiosk_app.contract.messages import ClaimResponse, PingResponse
from kiosk_app.sync.outcomes import CallError, Fault, failure, read_message, retry_after, strict_json
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.transport import Reply

OURS = {"kiosk-api": "1", "content-type": "application/problem+json"}
HTML = {"content-type": "text/html"}


def problem(slug: str) -> bytes:
    return b'{"type": "%s", "status": 400, "detail": "x"}' % slug.encode()


@pytest.mark.parametrize(
    ("status", "headers", "slug", "fault", "step"),
    [
        (301, HTML, "", Fault.PORTAL, Step.PORTAL),
        (302, OURS, "", Fault.PORTAL, Step.PORTAL),
        (511, HTML, "", Fault.PORTAL, Step.PORTAL),
        (200, HTML, "", Fault.PORTAL, Step.PORTAL),
        (403, HTML, "", Fault.PORTAL, Step.PORTAL),
        (404, HTML, "", Fault.PORTAL, Step.PORTAL),
        (400, HTML, "", Fault.PORTAL, Step.PORTAL),
        (401, HTML, "", Fault.PORTAL, Step.PORTAL),
        (400, OURS, "malformed", Fault.REFUSED, Step.OK),
        (415, OURS, "media-type", Fault.REFUSED, Step.OK),
        (422, OURS, "invalid", Fault.REFUSED, Step.OK),
        (401, OURS, "token-expired", Fault.UNAUTHORISED, Step.OK),
        (403, OURS, "device-revoked", Fault.REVOKED, Step.REVOKED),
        (403, OURS, "wrong-device", Fault.NONSENSE, Step.NONSENSE),
        (404, OURS, "not-found", Fault.NONSENSE, Step.NONSENSE),
        (408, OURS, "", Fault.LOAD, Step.OFFICE),
        (409, OURS, "epoch-conflict", Fault.CONFLICT, Step.OK),
        (410, OURS, "cursor-expired", Fault.GONE, Step.OK),
        (413, OURS, "too-big", Fault.TOO_BIG, Step.OK),
        (413, HTML, "", Fault.TOO_BIG, Step.OFFICE),
        (425, HTML, "", Fault.LOAD, Step.OFFICE),
        (426, OURS, "schema-too-old", Fault.UPGRADE, Step.NONSENSE),
        (429, OURS, "slow-down", Fault.LOAD, Step.OFFICE),
        (500, OURS, "internal", Fault.SERVER, Step.OFFICE),
        (502, HTML, "", Fault.SERVER, Step.OFFICE),
        (503, OURS, "database-busy", Fault.LOAD, Step.OFFICE),
        (507, OURS, "office-full", Fault.SERVER, Step.OFFICE),
        (599, HTML, "", Fault.SERVER, Step.OFFICE),
        (204, OURS, "", Fault.NONSENSE, Step.NONSENSE),
    ],
)
def test_an_unwanted_answer_is_sorted(
    status: int, headers: dict[str, str], slug: str, fault: Fault, step: Step
) -> None:
    error = failure(Reply(status, headers, problem(slug)))
    assert (error.fault, error.step) == (fault, step)
    if fault not in (Fault.PORTAL, Fault.LOAD, Fault.SERVER, Fault.TOO_BIG):
        assert error.slug == slug


def test_another_version_of_the_contract_is_an_upgrade() -> None:
    assert failure(Reply(400, {**OURS, "kiosk-api": "2"}, b"")).fault is Fault.UPGRADE


def test_a_refusal_that_does_not_carry_our_form_has_no_word() -> None:
    assert failure(Reply(422, {**OURS, "content-type": "text/html"}, b"<html>")).slug == ""
    assert failure(Reply(422, OURS, b"not json")).slug == ""
    assert failure(Reply(422, OURS, problem("Name: Budi"))).slug == ""


GOOD = b'{"service": "kiosk-central", "n": "7", "server_time": "2025-01-25T02:00:00Z"}'
FINE = {"kiosk-api": "1", "content-type": "application/json; charset=utf-8"}


def test_a_message_needs_header_type_and_content() -> None:
    assert read_message(PingResponse, Reply(200, FINE, GOOD)).n == "7"


@pytest.mark.parametrize(
    ("headers", "body", "fault"),
    [
        ({"content-type": "application/json"}, GOOD, Fault.PORTAL),
        ({"kiosk-api": "1", "content-type": "text/html"}, GOOD, Fault.PORTAL),
        ({"kiosk-api": "1"}, GOOD, Fault.PORTAL),
        ({**FINE, "kiosk-api": "9"}, GOOD, Fault.UPGRADE),
        (FINE, GOOD[:-5], Fault.NONSENSE),
        (FINE, b"", Fault.NONSENSE),
        (FINE, b"[]", Fault.NONSENSE),
        (FINE, b'{"service": 3}', Fault.NONSENSE),
        (FINE, b"[" * 200_000, Fault.NONSENSE),
        (FINE, b"\xff\xfe", Fault.NONSENSE),
        (FINE, GOOD.replace(b'"n": "7"', b'"n": "7", "n": "8"'), Fault.NONSENSE),
        (FINE, GOOD.replace(b'"7"', b"9" * 5000), Fault.NONSENSE),
    ],
)
def test_anything_else_is_no_message(headers: dict[str, str], body: bytes, fault: Fault) -> None:
    with pytest.raises(CallError) as caught:
        read_message(PingResponse, Reply(200, headers, body))
    assert caught.value.fault is fault


def test_what_a_newer_office_adds_is_ignored() -> None:
    body = GOOD.replace(b'"n"', b'"weather": "sun", "n"')
    assert read_message(PingResponse, Reply(200, FINE, body)).n == "7"


def test_a_time_without_its_zone_is_not_believed() -> None:
    body = b'{"record_id": "01949a3e-0000-7000-8000-000000000001", "claimed_at": "2025-01-25T02:00:00"}'
    with pytest.raises(CallError):
        read_message(ClaimResponse, Reply(200, FINE, body))


@pytest.mark.parametrize("text", [b"NaN", b"Infinity", b"-Infinity", b'{"a": 1, "a": 2}', b'{"a": NaN}'])
def test_json_is_only_what_json_is(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|twice"):
        strict_json(text)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "  7 "}, 7),
        ({"retry-after": "999999"}, 900),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "7.5"}, None),
        ({"retry-after": "٧"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Sat, 25 Jan 2025 02:01:00 GMT", "date": "Sat, 25 Jan 2025 02:00:00 GMT"}, 60),
        ({"retry-after": "Sat, 25 Jan 2025 01:00:00 GMT", "date": "Sat, 25 Jan 2025 02:00:00 GMT"}, 0),
        ({"retry-after": "Sat, 25 Jan 2025 02:01:00 GMT", "date": "nonsense"}, 0),
    ],
)
def test_retry_after_in_both_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_the_error_says_nothing_of_what_was_sent() -> None:
    with pytest.raises(CallError) as caught:
        read_message(PingResponse, Reply(200, FINE, b'{"service": "Budi 1671010101900001"}'))
    assert "Budi" not in str(caught.value)
    assert "1671" not in repr(caught.value.__cause__)
