"""What holds for every request: headers, sizes, errors in one form that repeats nothing, nothing personal in logs."""

import gzip
import io
import json
import logging
import threading

import pytest
from sqlalchemy.exc import OperationalError

from kiosk_app.contract.messages import MAX_BODY_BYTES
from kiosk_app.errors import KioskError
from kiosk_app.office.office import Office
from kiosk_app.office.serve import OfficeServer

from .booth_double import BoothDouble
from .conftest import MakeBooth

SECRET = "Nyayu-1671014101900001"
JSON = {"Content-Type": "application/json"}


def test_ping_gives_the_nonce_back(stranger: BoothDouble) -> None:
    answer = stranger.call("GET", "/v1/ping", params={"n": "abc"})
    assert (answer.json()["service"], answer.json()["n"]) == ("kiosk-central", "abc")


@pytest.mark.parametrize("path", ["/v1/ping", "/v1/config", "/nowhere", "/v1/ping?n=" + "x" * 65])
def test_every_answer_carries_our_headers(stranger: BoothDouble, path: str) -> None:
    headers = stranger.call("GET", path, headers={"X-Request-Id": "my-id"}).headers
    assert (headers["Kiosk-Api"], headers["Kiosk-Api-Min"], headers["Kiosk-Api-Max"]) == ("1", "1", "1")
    assert headers["X-Request-Id"] == "my-id"
    assert headers["Date"]
    assert headers["Cache-Control"] == "no-store"


def test_a_request_id_that_is_none_is_replaced(stranger: BoothDouble) -> None:
    assert len(stranger.call("GET", "/v1/ping", headers={"X-Request-Id": "a b;c"}).headers["X-Request-Id"]) == 32


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/docs", 404, "not-found"),
        ("GET", "/openapi.json", 404, "not-found"),
        ("GET", "/v1/sync", 405, "method-not-allowed"),
        ("GET", "/v1/ping/", 404, "not-found"),
        ("POST", "/v1/sync", 401, "token-required"),
    ],
)
def test_errors_have_one_form(stranger: BoothDouble, method: str, path: str, status: int, slug: str) -> None:
    answer = stranger.call(method, path)
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (answer.status_code, body["status"], body["type"]) == (status, status, slug)
    assert set(body) == {"type", "status", "detail", "retry", "errors"}


def test_a_fault_names_its_place_and_never_the_value(booth: BoothDouble) -> None:
    body = booth.sync_body([])
    body["device_id"] = SECRET
    body["queue"]["pending"] = SECRET
    body["health"] = {SECRET: [SECRET]}
    body[SECRET] = SECRET
    answer = booth.call("POST", "/v1/sync", json=body)
    assert answer.status_code == 422
    assert SECRET not in answer.text
    pointers = {item["pointer"] for item in answer.json()["errors"]}
    assert {"/body/device_id", "/body/queue/pending", "/body"} <= pointers


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        (b"null", 422),
        (b"\xff", 400),
        (b"[" * 20_000, 400),
        (b'{"a": 1' + b"1" * 5000 + b"}", 400),
    ],
)
def test_what_is_no_message_is_refused(booth: BoothDouble, body: bytes, status: int) -> None:
    answer = booth.call("POST", "/v1/sync", data=body, headers=JSON)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_another_media_type_is_refused(booth: BoothDouble) -> None:
    answer = booth.call(
        "POST", "/v1/sync", data=json.dumps(booth.sync_body([])), headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code in (415, 422)


def test_a_large_body_is_refused_with_or_without_packing(booth: BoothDouble) -> None:
    for body, packed in [(b" " * (MAX_BODY_BYTES + 1), False), (gzip.compress(b" " * (MAX_BODY_BYTES + 1)), True)]:
        headers = {**JSON, **({"Content-Encoding": "gzip"} if packed else {})}
        answer = booth.call("POST", "/v1/sync", data=body, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (413, "too-big")
    chunks = iter([b" " * 100_000] * 4)
    assert booth.call("POST", "/v1/sync", data=chunks, headers=JSON).status_code == 413


def test_a_body_of_the_full_size_is_read(booth: BoothDouble) -> None:
    body = json.dumps(booth.sync_body([])).encode().ljust(MAX_BODY_BYTES)
    assert booth.call("POST", "/v1/sync", data=body, headers=JSON).status_code == 200


def test_a_bomb_is_stopped(booth: BoothDouble) -> None:
    bomb = gzip.compress(b"\0" * 100_000_000)
    assert len(bomb) < MAX_BODY_BYTES
    answer = booth.call("POST", "/v1/sync", data=bomb, headers={**JSON, "Content-Encoding": "gzip"})
    assert answer.json()["type"] == "too-big"


@pytest.mark.parametrize("spoil", [lambda data: data[:-5], lambda data: data + b"x", lambda data: b"x" + data])
def test_a_damaged_packing_is_refused(booth: BoothDouble, spoil: object) -> None:
    assert callable(spoil)
    body = spoil(gzip.compress(json.dumps(booth.sync_body([])).encode()))
    answer = booth.call("POST", "/v1/sync", data=body, headers={**JSON, "Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["type"]) == (400, "malformed")


def test_an_unknown_packing_is_refused(booth: BoothDouble) -> None:
    answer = booth.call("POST", "/v1/sync", data=b"x", headers={**JSON, "Content-Encoding": "br"})
    assert (answer.status_code, answer.json()["type"]) == (415, "content-encoding")


def test_another_version_of_the_contract_is_told_so(stranger: BoothDouble) -> None:
    answer = stranger.call("GET", "/v1/ping", headers={"Kiosk-Api": "2"})
    assert (answer.status_code, answer.json()["type"]) == (426, "schema-too-new")


def break_with(office: Office, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(type(office.intake), "take", fail)


def test_a_mistake_of_ours_says_nothing(
    office: Office, booth: BoothDouble, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    break_with(office, monkeypatch, RuntimeError(SECRET))
    with caplog.at_level(logging.INFO):
        answer = booth.try_to_sync()
    assert (answer.status_code, answer.json()["type"], answer.json()["retry"]) == (500, "internal", True)
    assert SECRET not in answer.text
    assert SECRET not in caplog.text
    assert [record.getMessage() for record in caplog.records] == ["request-failed"]


def test_a_busy_database_asks_for_patience(office: Office, booth: BoothDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    break_with(office, monkeypatch, OperationalError("INSERT", {"name": SECRET}, Exception("database is locked")))
    answer = booth.try_to_sync()
    assert (answer.status_code, answer.json()["type"], answer.headers["Retry-After"]) == (503, "database-busy", "5")


def test_a_day_of_faults_leaves_no_person_in_the_log(
    office: Office, make_booth: MakeBooth, caplog: pytest.LogCaptureFixture
) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "urllib3")  # the test's own client
    logging.getLogger().addHandler(handler)
    try:
        booth = make_booth()
        (result,) = booth.sync({**booth.raw_record("checkin", SECRET.encode()), "sig": ""})
        assert result["problem"]["type"] == "bad-signature"
        booth.call("POST", "/v1/sync", data=f'{{"{SECRET}": "{SECRET}"}}', headers=JSON)
        booth.call("PUT", f"/v1/bookings/{SECRET}/claim", json={})
        booth.call("GET", f"/v1/changes?cursor={SECRET}")
    finally:
        logging.getLogger().removeHandler(handler)
    assert "booth-alarm" in stream.getvalue(), "the log does say something"
    assert SECRET not in stream.getvalue()
    assert booth.token not in stream.getvalue()


def test_a_port_in_use_is_told(office: Office, server: OfficeServer) -> None:
    with pytest.raises(KioskError, match=f"Port {server.port} cannot be used"):
        OfficeServer(office, port=server.port)


def test_a_stopped_server_can_start_again_on_its_port(office: Office) -> None:
    first = OfficeServer(office)
    first.start()
    first.stop()
    second = OfficeServer(office, port=first.port)
    second.start()
    second.stop()
    assert "office-server" not in {thread.name for thread in threading.enumerate()}
