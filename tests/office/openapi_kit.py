"""Requests made from the committed contract, right and wrong, and what every answer must keep of it."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

Schema = dict[str, Any]
_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
_TIMES = st.sampled_from(
    ["2026-01-24T03:00:00Z", "2026-01-24T10:00:00+07:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict,
    "null": type(None),
}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One request; `body` None = none, bytes as they are, else JSON."""

    method: str
    path: str
    template: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None


def resolve(document: Schema, schema: Schema) -> Schema:
    """Follows a reference."""
    while "$ref" in schema:
        node: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            node = node[step]
        schema = node
    return schema


def operations(document: Schema) -> list[tuple[str, str]]:
    """Every method and path template."""
    return sorted((method.upper(), path) for path, methods in document["paths"].items() for method in methods)


@st.composite
def values(draw: st.DrawFn, document: Schema, schema: Schema, spoil: bool) -> Any:
    """A value of the schema; with `spoil` any part of it may be anything."""
    if spoil and draw(st.integers(0, 9)) == 0:
        return draw(_JUNK)
    schema = resolve(document, schema)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return draw(values(document, draw(st.sampled_from(schema[several])), spoil))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    match schema.get("type"):
        case "object":
            return draw(_objects(document, schema, spoil))
        case "array":
            return draw(st.lists(values(document, schema.get("items", {}), spoil), max_size=3))
        case "integer":
            return draw(st.integers(schema.get("minimum", -(2**53)), schema.get("maximum", 2**53)))
        case "number":
            return draw(st.floats(allow_nan=False, allow_infinity=False))
        case "string":
            return draw(_strings(schema))
        case kind:
            return draw({"boolean": st.booleans(), "null": st.none()}.get(str(kind), _JUNK))


@st.composite
def _objects(draw: st.DrawFn, document: Schema, schema: Schema, spoil: bool) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    made = {
        name: draw(values(document, part, spoil))
        for name, part in schema.get("properties", {}).items()
        if name in required or draw(st.booleans())
    }
    if spoil and made and draw(st.integers(0, 9)) == 0:
        made.pop(draw(st.sampled_from(sorted(made))))
    if spoil and draw(st.integers(0, 19)) == 0:
        made[draw(st.text(min_size=1, max_size=8))] = draw(_JUNK)
    return made


def _strings(schema: Schema) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        return _TIMES
    if "pattern" in schema:
        made = st.from_regex(re.compile(schema["pattern"], re.ASCII))
        return made.map(lambda text: text.rstrip("\n")[: min(schema.get("maxLength", 400), 400)])
    return st.text(
        st.characters(codec="utf-8"), min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 40), 40)
    )


@st.composite
def calls(draw: st.DrawFn, document: Schema, tokens: list[str], known: dict[str, list[str]]) -> Call:
    """A request to any operation; `known` are names that exist, by the name of their path parameter."""
    method, template = draw(st.sampled_from(operations(document)))
    operation = document["paths"][template][method.lower()]
    spoil = draw(st.booleans())
    path, query, headers = template, {}, {}
    for parameter in operation.get("parameters", ()):
        name, place = parameter["name"], parameter["in"]
        if not parameter.get("required") and draw(st.booleans()):
            continue
        there = known.get(name, []) if draw(st.booleans()) else []
        text = draw(st.sampled_from(there)) if there else _text(draw(values(document, parameter["schema"], spoil)))
        if place == "path":
            path = path.replace("{" + name + "}", quote(text, safe="") or "-")
        elif place == "query":
            query[name] = text
        else:
            headers[name] = re.sub(r"[^!-~]", "", text)
    headers["Authorization"] = f"Bearer {draw(st.sampled_from(tokens))}"
    body: Any = None
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        body = draw(values(document, content["application/json"]["schema"], spoil))
    elif content:
        headers["Content-Type"] = next(iter(content))
        body = draw(st.binary(max_size=50))
    return Call(method, path, template, query, headers, body)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)[:300]


def faults(document: Schema, schema: Schema, value: Any, place: str = "") -> list[str]:
    """Where a value does not keep its schema."""
    schema = resolve(document, schema)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            found = [faults(document, option, value, place) for option in schema[several]]
            return [] if not all(found) else found[0]
    wrong = []
    kind = schema.get("type")
    if kind and (not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind in ("integer", "number"))):
        return [f"{place} is no {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{place} is none of the known values")
    if isinstance(value, str):
        wrong += _text_faults(schema, value, place)
    if isinstance(value, dict):
        wrong += [f"{place}/{name} is missing" for name in schema.get("required", ()) if name not in value]
    known = schema.get("properties", {})
    for name, part in _parts(value):
        wrong += faults(
            document,
            known.get(name, {}) if isinstance(value, dict) else schema.get("items", {}),
            part,
            f"{place}/{name}",
        )
    return wrong


def _parts(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def _text_faults(schema: Schema, value: str, place: str) -> list[str]:
    wrong = []
    if "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append(f"{place} does not match")
    if len(value) > schema.get("maxLength", len(value)):
        wrong.append(f"{place} is too long")
    return wrong
