"""Structural schemas at work: what is wrong with a value, in the real server's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from simulation.apiserver.errors import Cause
from simulation.apiserver.structural import Schema

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer"}


def cause(field: str, reason: str, message: str) -> Cause:
    return {"reason": reason, "message": message, "field": field}


def wrong(field: str, value: Any, why: str) -> Cause:
    shown = value if isinstance(value, str) and value.startswith("{") else json.dumps(value)
    return cause(field, "FieldValueInvalid", f"Invalid value: {shown}: {why}")


def required(field: str, why: str = "") -> Cause:
    return cause(field, "FieldValueRequired", "Required value" + (f": {why}" if why else ""))


def unsupported(field: str, value: Any, allowed: list[Any]) -> Cause:
    listed = ", ".join(json.dumps(item) for item in allowed)
    shown = json.dumps(value)
    message = f"Unsupported value: {shown}: supported values: {listed}"
    return cause(field, "FieldValueNotSupported", message)


def too_many(field: str, count: int, most: int) -> Cause:
    message = f"Too many: {count}: must have at most {most} item{'' if most == 1 else 's'}"
    return cause(field, "FieldValueTooMany", message)


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    """Go's regexes search, and `$` there never matches before a final newline."""
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", text), re.ASCII)


def check(value: Any, schema: Schema, field: str) -> Iterator[Cause]:
    """Everything that is wrong with a value."""
    if value is None:
        if not schema.get("nullable") and "type" in schema:
            yield _wrong_type(field, "null", schema["type"])
        return
    if schema.get("x-kubernetes-int-or-string"):
        if isinstance(value, bool) or not isinstance(value, int | str):
            yield _wrong_type(field, _type_name(value), "integer,string")
        return
    if not _is_type(value, schema.get("type")):
        yield _wrong_type(field, _type_name(value), schema["type"])
        return
    yield from _check_scalar(value, schema, field)
    if isinstance(value, list):
        yield from _check_list(value, schema, field)
    if isinstance(value, dict):
        yield from _check_map(value, schema, field)


def _is_type(value: Any, wanted: str | None) -> bool:
    if wanted is None:
        return True
    if isinstance(value, bool):
        return wanted == "boolean"
    if wanted == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[wanted])


def _type_name(value: Any) -> str:
    return _NAMES.get(type(value), "number")


def _wrong_type(field: str, found: str, wanted: str) -> Cause:
    message = f'Invalid value: "{found}": {field} in body must be of type {wanted}: "{found}"'
    return cause(field, "FieldValueTypeInvalid", message)


def _check_scalar(value: Any, schema: Schema, field: str) -> Iterator[Cause]:
    if isinstance(value, str):
        yield from _check_text(value, schema, field)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if "minimum" in schema and value < schema["minimum"]:
            least = schema["minimum"]
            yield wrong(field, value, f"{field} in body should be greater than or equal to {least}")
        if "maximum" in schema and value > schema["maximum"]:
            most = schema["maximum"]
            yield wrong(field, value, f"{field} in body should be less than or equal to {most}")
    if "enum" in schema and value not in schema["enum"]:
        yield unsupported(field, value, schema["enum"])


def _check_text(value: str, schema: Schema, field: str) -> Iterator[Cause]:
    if len(value) > schema.get("maxLength", len(value)):
        most = schema["maxLength"]
        yield cause(field, "FieldValueTooLong", f"Too long: may not be more than {most} bytes")
        return
    if len(value) < schema.get("minLength", 0):
        least = schema["minLength"]
        yield wrong(field, value, f"{field} in body should be at least {least} chars long")
        return
    pattern = schema.get("pattern")
    if pattern and not _pattern(pattern).search(value):
        yield wrong(field, value, f"{field} in body should match '{pattern}'")


def _check_list(value: list[Any], schema: Schema, field: str) -> Iterator[Cause]:
    if len(value) > schema.get("maxItems", len(value)):
        yield too_many(field, len(value), schema["maxItems"])
    if len(value) < schema.get("minItems", 0):
        least = schema["minItems"]
        yield wrong(field, len(value), f"{field} in body should have at least {least} items")
    for index, item in enumerate(value):
        yield from check(item, schema.get("items") or {}, f"{field}[{index}]")
    yield from _check_unique(value, schema, field)


def _check_unique(value: list[Any], schema: Schema, field: str) -> Iterator[Cause]:
    kind = schema.get("x-kubernetes-list-type", "atomic")
    keys = schema.get("x-kubernetes-list-map-keys", ())
    seen: list[Any] = []
    for index, item in enumerate(value if kind != "atomic" else ()):
        named = {key: item.get(key) for key in keys} if kind == "map" else item
        if named in seen:
            shown = json.dumps(named, separators=(",", ":"))
            yield cause(f"{field}[{index}]", "FieldValueDuplicate", f"Duplicate value: {shown}")
        seen.append(named)


def _check_map(value: dict[str, Any], schema: Schema, field: str) -> Iterator[Cause]:
    if len(value) > schema.get("maxProperties", len(value)):
        yield too_many(field, len(value), schema["maxProperties"])
    if len(value) < schema.get("minProperties", 0):
        least = schema["minProperties"]
        why = f"{field} in body should have at least {least} properties"
        yield wrong(field, len(value), why)
    prefix = f"{field}." if field else ""
    for name in schema.get("required", ()):
        if name not in value:
            yield required(f"{prefix}{name}")
    extra = schema.get("additionalProperties")
    for name, item in value.items():
        below = schema.get("properties", {}).get(name)
        if below is None:
            below = extra if isinstance(extra, dict) else {}
        yield from check(item, below, f"{prefix}{name}")
