"""docs/openapi.json is what the office does; whoever changes the one changes the other."""

import json
from pathlib import Path

from kiosk_app.office.openapi import contract, contract_text

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def test_the_file_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == contract_text(), "run: python tools/write_openapi.py"


def test_every_reference_leads_somewhere() -> None:
    document = contract()
    references = set(json.dumps(document).split('"$ref": "')[1:])
    for reference in references:
        node = document
        for step in reference.split('"')[0].removeprefix("#/").split("/"):
            node = node[step]
    assert len(references) > 20


def test_the_contract_has_all_calls_and_one_form_of_error() -> None:
    document = contract()
    calls = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert calls == {
        "POST /v1/devices/enrol", "POST /v1/devices/challenge", "POST /v1/devices/token",
        "POST /v1/devices/{device_id}/revoke", "POST /v1/sync", "HEAD /v1/blobs/{sha256}", "PATCH /v1/blobs/{sha256}",
        "GET /v1/changes", "GET /v1/snapshot", "GET /v1/config", "PUT /v1/bookings/{booking_id}/claim", "GET /v1/ping",
        "GET /v1/conflicts", "POST /v1/conflicts/{conflict_id}/decision", "GET /v1/alarms", "GET /v1/audit",
        "GET /v1/records", "GET /v1/blobs/{sha256}", "POST /v1/devices",
    }  # fmt: skip
    for methods in document["paths"].values():
        for operation in methods.values():
            assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]
            assert all("Kiosk-Api" in response["headers"] for response in operation["responses"].values())
    assert document["openapi"].startswith("3.1")
