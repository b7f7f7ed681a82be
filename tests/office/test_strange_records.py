"""Records and messages that no booth of ours sends: each is answered clearly, alone, and the rest goes on; the same on both databases."""

import gzip
import json
import math
from typing import Any

import pytest

from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.facts import HelpCalled
from kiosk_app.contract import messages
from kiosk_app.office import flagging
from kiosk_app.office.archive import list_booths, list_records
from kiosk_app.office.office import Office

from .booth_double import BoothDouble, arrival
from .conftest import both_databases

HELP = HelpCalled("scan")
JSON = {"Content-Type": "application/json"}
FIELDS = [
    ("id", "00000000-0000-4000-8000-000000000000"), ("id", "01A20D80-0494-7FD7-B3F9-AEB0709ED252"), ("id", "../../etc/passwd"), ("id", 7),
    ("seq", 0), ("seq", -1), ("seq", 2**53 + 1), ("seq", 1.5), ("kind", "Help Call"), ("kind", ""),
    ("schema", 0), ("schema", 10**6), ("body_sha256", "A" * 64), ("prev_sha", "0" * 63), ("sig", "ä"),
    ("applicant_key", "x" * 201), ("blobs", ["0" * 64 + "\n"]), ("blobs", "0" * 64), ("extra", 1),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), FIELDS)
def test_a_field_out_of_the_contract_is_named(booth: BoothDouble, field: str, value: Any) -> None:
    record = {**booth.record(HELP), field: value}
    answer = booth.try_to_sync(record)
    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"].startswith("/body/records/0")
    assert str(value) not in answer.text or len(str(value)) < 3


@both_databases
@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\x1b[2J", "'; DROP TABLE record; --", "\u202e", "é" * 200])
def test_strange_texts_never_hold_up_the_rest(office: Office, booth: BoothDouble, text: str) -> None:
    visit = arrival(code=text[:16]) if text.isprintable() else arrival()
    whole = text.encode(errors="ignore").decode()
    sent = [
        {**booth.raw_record("help_call", b"{}", applicant=whole), "applicant_key": text},
        booth.raw_record("help_call", json.dumps({"data": {"screen": text}}).encode()),
        booth.record(visit) if text.isprintable() else booth.record(HELP),
    ]
    answer = booth.try_to_sync(*sent)
    if answer.status_code == 200:
        statuses = {result["status"] for result in answer.json()["results"]}
        assert statuses <= {"accepted", "rejected"}, "a fault of the record itself does not go away by waiting"
    else:
        assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert booth.try_to_sync(epoch=text).status_code in (200, 422)
    assert booth.try_to_sync(health={text: text}, app=text[:50]).status_code in (200, 422)
    booth.start_epoch("after")
    assert [result["status"] for result in booth.sync(booth.record(HELP))] == ["accepted"]


@both_databases
def test_an_id_of_another_record_is_refused_and_noted(office: Office, booth: BoothDouble) -> None:
    first = booth.record(HELP)
    booth.sync(first)
    for _ in range(2):
        (result,) = booth.sync(booth.raw_record("help_call", b"other", identifier=first["id"]))
        assert (result["status"], result["problem"]["type"]) == ("rejected", "id-reuse")
    assert list_booths(office)[0].alarms["id-reuse"] == 2
    assert len(list_records(office)) == 1


@both_databases
def test_any_order_within_and_between_messages(office: Office, booth: BoothDouble) -> None:
    sent = [booth.record(HELP) for _ in range(9)]
    for part in (sent[6:], sent[:3], sent[3:6]):
        assert {result["status"] for result in booth.sync(*reversed(part))} == {"accepted"}
    assert {result["status"] for result in booth.sync(*sent)} == {"duplicate"}
    assert list_booths(office)[0].alarms == {}


@pytest.mark.parametrize("schema", [1, 2, 3])
def test_schemas_of_two_versions_ago_are_read(
    office: Office, booth: BoothDouble, monkeypatch: pytest.MonkeyPatch, schema: int
) -> None:
    """A booth comes back after months: an office two versions on still reads it, and keeps the bytes as they came."""
    monkeypatch.setattr(flagging, "SCHEMA_MAX", 3)
    body = canonical_bytes(json.loads(canonical_bytes({"data": {"screen": "scan"}, "stamp": stamp(booth)})))
    booth.sync(booth.raw_record("help_call", body, schema=schema), booth.raw_record("help_call", body, schema=4))
    assert [record.flags for record in list_records(office)] == [(), ("unknown-schema",)]
    assert messages.SCHEMA_MIN <= 1


def stamp(booth: BoothDouble) -> dict[str, object]:
    at = booth.clock.now().isoformat().replace("+00:00", ".000Z")
    return {"at": at, "mono_ms": booth.mono_ms(), "boot_id": booth.boot_id, "offset_ms": 0, "profile": 1}


@pytest.mark.parametrize("nested", [b"[", b'{"a":'])
@pytest.mark.parametrize("packed", [False, True])
def test_deep_json_is_refused(booth: BoothDouble, nested: bytes, packed: bool) -> None:
    body = nested * 40_000
    headers = {**JSON, **({"Content-Encoding": "gzip"} if packed else {})}
    answer = booth.call("POST", "/v1/sync", data=gzip.compress(body) if packed else body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "malformed")


def test_deep_health_is_refused_and_odd_numbers_are_left_out(booth: BoothDouble) -> None:
    body = booth.sync_body([], health={"a": {"b": 1}})
    assert booth.call("POST", "/v1/sync", json=body).status_code == 422
    odd = json.dumps(booth.sync_body([], health={"cpu": math.nan, "load": math.inf}))
    assert booth.call("POST", "/v1/sync", data=odd, headers=JSON).status_code in (200, 400, 422)
    assert booth.try_to_sync().status_code == 200


def test_the_same_key_twice_is_no_way_round(office: Office, booth: BoothDouble) -> None:
    """Whichever of the two is read, what is stored is what was signed."""
    record = booth.record(HELP)
    text = json.dumps(booth.sync_body([record]))
    twice = text.replace('"kind": "help_call"', '"kind": "incident", "kind": "help_call"')
    answer = booth.call("POST", "/v1/sync", data=twice, headers=JSON)
    assert answer.status_code in (200, 400, 422)
    assert {found.kind for found in list_records(office)} <= {"help_call"}
