"""The office keeps its contract whatever it is sent: requests are made from docs/openapi.json, answers are held against it."""

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.office.claims import ClaimDesk
from kiosk_app.office.office import Office

from .booth_double import BoothDouble, arrival, record_id
from .conftest import MakeBooking, MakeBooth
from .openapi_kit import Call, calls, faults, operations

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PACKET = os.urandom(50)
OURS = ("Kiosk-Api", "Kiosk-Api-Min", "Kiosk-Api-Max", "X-Request-Id")
SAFE = {"deadline": None, "suppress_health_check": list(HealthCheck)}


class World:
    """An office with something in it, and who may ask."""

    def __init__(self, office: Office, make_booth: MakeBooth, make_booking: MakeBooking) -> None:
        self.booth, gone = make_booth(), make_booth()
        booking = make_booking()
        for one in (self.booth, gone):
            one.sync(one.record(arrival(booking.id)))
        self.booth.patch(PACKET, record_id())
        office.devices.revoke(gone.id)
        conflict = office.conflicts.find()[0]
        self.tokens = [self.booth.token, gone.token, office.keys.admin_token, "nobody"]
        self.known = {
            "booking_id": [booking.id], "sha256": [sha256_hex(PACKET)], "device_id": [gone.id],
            "conflict_id": [conflict.id], "idempotency-key": ["k-1"],
            "cursor": [self.booth.call("GET", "/v1/changes").json()["cursor"]],
        }  # fmt: skip


@pytest.fixture
def world(office: Office, make_booth: MakeBooth, make_booking: MakeBooking) -> World:
    return World(office, make_booth, make_booking)


def ask(booth: BoothDouble, call: Call) -> Any:
    body = call.body if isinstance(call.body, bytes) or call.body is None else json.dumps(call.body).encode()
    headers = {"Content-Type": "application/json", **call.headers} if body is not None else call.headers
    return booth.http.request(
        call.method, booth.url + call.path, params=call.query, headers=headers, data=body, timeout=30,
        allow_redirects=False,
    )  # fmt: skip


def broken(document: dict[str, Any], call: Call, answer: Any) -> list[str]:
    """What an answer does not keep of the contract."""
    wrong = [f"{name} is missing" for name in OURS if name not in answer.headers]
    declared = document["paths"][call.template][call.method.lower()]["responses"]
    status = str(answer.status_code)
    if answer.status_code >= 500:
        return [*wrong, f"a mistake of the office: {status}"]
    if answer.status_code >= 400:
        kind = "application/problem+json"
        expected = declared["default"]["content"][kind]["schema"]
    else:
        if status not in declared:
            return [*wrong, f"{status} is not declared"]
        content = declared[status].get("content", {})
        kind = next(iter(content), "")
        expected = content.get(kind, {}).get("schema", {})
    if call.method == "HEAD" or not kind:
        return wrong
    if answer.headers.get("Content-Type", "").partition(";")[0] != kind:
        return [*wrong, f"{status} is no {kind}"]
    if "json" in kind:
        wrong += faults(document, expected, answer.json())
        if answer.status_code >= 400 and answer.json().get("status") != answer.status_code:
            wrong.append("the problem names another status")
    return wrong


def run(world: World, document: dict[str, Any], examples: int, seen: set[str] | None = None) -> None:
    """Asks so often; raises AssertionError for the first answer that breaks the contract."""

    @settings(max_examples=examples, derandomize=True, database=None, **SAFE)  # type: ignore[arg-type]
    @given(st.data())
    def check(data: st.DataObject) -> None:
        call = data.draw(calls(document, world.tokens, world.known))
        answer = ask(world.booth, call)
        if seen is not None:
            seen.add(f"{call.method} {call.template} {answer.status_code // 100}")
        assert broken(document, call, answer) == []

    check()


def test_whatever_is_asked_the_answer_keeps_the_contract(world: World) -> None:
    run(world, DOCUMENT, 150)


@pytest.mark.nightly
def test_every_call_is_answered_well_and_badly(world: World) -> None:
    seen: set[str] = set()
    run(world, DOCUMENT, 2000, seen)
    for method, template in operations(DOCUMENT):
        assert f"{method} {template} 4" in seen or template == "/v1/ping", template
        assert f"{method} {template} 2" in seen or template.startswith("/v1/devices/"), template


def test_a_mistake_of_the_office_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(ClaimDesk, "claim", fail)
    booking = world.known["booking_id"][0]
    body = {"record_id": record_id(), "device_id": world.booth.id}
    headers = {"Authorization": f"Bearer {world.booth.token}"}
    call = Call("PUT", f"/v1/bookings/{booking}/claim", "/v1/bookings/{booking_id}/claim", {}, headers, body)
    assert broken(DOCUMENT, call, ask(world.booth, call)) == ["a mistake of the office: 500"]


def other_form(name: str) -> dict[str, Any]:
    """A contract that promises something else."""
    other = deepcopy(DOCUMENT)
    schema = other["components"]["schemas"][name]
    schema["properties"] = {field: {"type": "array"} for field in schema["properties"]}
    return other


def test_an_answer_of_another_form_is_caught(world: World) -> None:
    call = Call("GET", "/v1/ping", "/v1/ping")
    assert broken(other_form("PingResponse"), call, ask(world.booth, call)) == [
        f"/{field} is no array" for field in ("service", "n", "server_time")
    ]


def test_an_error_of_another_form_is_caught_by_the_same_run(world: World) -> None:
    with pytest.raises((AssertionError, ExceptionGroup)):
        run(world, other_form("Problem"), 60)
