"""The contract as one OpenAPI file: what FastAPI derives, and what it cannot know."""

import json
import tempfile
from pathlib import Path
from typing import Any

from kiosk_app.contract.messages import API_HEADER, MAX_BLOB_BYTES, Problem
from kiosk_app.office.app import create_app
from kiosk_app.office.office import Office
from kiosk_app.office.routes.blobs import UPLOAD_TYPE
from kiosk_app.paths import OfficePaths

_COMMON_HEADERS = {
    API_HEADER: "Major version of the contract; an answer without it is not the office's",
    f"{API_HEADER}-Min": "Lowest schema of records that is understood",
    f"{API_HEADER}-Max": "Highest schema of records that is understood",
    "X-Request-Id": "The request's own id, or one that the office made",
}
_UPLOAD_HEADERS = {
    "Upload-Offset": "Bytes that are on disk for good",
    "Upload-Complete": "?1 when the blob is whole and its hash is right, else ?0",
    "Upload-Limit": "Largest blob, as max-size=BYTES",
}
_ETAG = {"ETag": "Give it as If-None-Match to get 304 while nothing has changed"}


def contract_text() -> str:
    """The file's content; the same on every machine."""
    return json.dumps(contract(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def contract() -> dict[str, Any]:
    """The OpenAPI document of an office that exists only for this."""
    with tempfile.TemporaryDirectory(prefix="office-contract-") as folder:
        office = Office.open(OfficePaths(Path(folder)))
        try:
            document = create_app(office).openapi()
        finally:
            office.close()
    components = document["components"]
    template = "#/components/schemas/{model}"
    schema = Problem.model_json_schema(ref_template=template, mode="serialization")
    components["schemas"].update(schema.pop("$defs"))
    components["schemas"]["Problem"] = schema
    every = {**_COMMON_HEADERS, **_UPLOAD_HEADERS, **_ETAG}
    components["headers"] = {name: {"description": text, "schema": {"type": "string"}} for name, text in every.items()}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _add_headers(path, operation)
    _describe_upload(document["paths"]["/v1/blobs/{sha256}"]["patch"])
    return document


def _add_headers(path: str, operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        names = list(_COMMON_HEADERS)
        if "/blobs/" in path and status != "default":
            names += _UPLOAD_HEADERS
        if "304" in operation["responses"] and status in ("200", "304"):
            names += _ETAG
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _describe_upload(operation: dict[str, Any]) -> None:
    """The body is read as it arrives, so FastAPI does not see it."""
    operation["parameters"] = [one for one in operation["parameters"] if one["name"] != "content-type"]
    schema = {"type": "string", "format": "binary", "maxLength": MAX_BLOB_BYTES}
    operation["requestBody"] = {"required": True, "content": {UPLOAD_TYPE: {"schema": schema}}}
