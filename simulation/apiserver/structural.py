"""Structural schemas at work: prune unknown fields, fill in defaults, report unknown ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulation.apiserver.objects import clone

Schema = dict[str, Any]
_KEEP = "x-kubernetes-preserve-unknown-fields"
_ANYTHING: Schema = {_KEEP: True}
_ROOT = ("apiVersion", "kind", "metadata")


def _child(schema: Schema, name: str) -> Schema | None:
    """The schema of a field; None for a field that the schema does not know."""
    known = schema.get("properties", {}).get(name)
    if known is not None:
        return dict(known)
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        return extra
    return _ANYTHING if extra or schema.get(_KEEP) else None


def _nullable(schema: Schema) -> bool:
    return bool(schema.get("nullable") or schema.get(_KEEP) or "type" not in schema)


def prune(value: Any, schema: Schema, root: bool = False) -> Any:
    """A copy without the fields that the schema does not know."""
    if schema == _ANYTHING:
        return clone(value)
    if isinstance(value, dict):
        kept = {}
        for name, item in value.items():
            below = _ANYTHING if root and name in _ROOT else _child(schema, name)
            if below is not None and (item is not None or _nullable(below)):
                kept[name] = prune(item, below)
        return kept
    if isinstance(value, list):
        below = schema.get("items") or {_KEEP: schema.get(_KEEP)}
        return [prune(item, below) for item in value]
    return value


def unknown_fields(value: Any, schema: Schema, path: str = "", root: bool = False) -> Iterator[str]:
    """Paths of the fields that pruning would drop."""
    if isinstance(value, dict):
        for name, item in value.items():
            below = _ANYTHING if root and name in _ROOT else _child(schema, name)
            here = f"{path}.{name}" if path else name
            if below is None:
                yield here
            else:
                yield from unknown_fields(item, below, here)
    elif isinstance(value, list):
        below = schema.get("items") or {_KEEP: schema.get(_KEEP)}
        for index, item in enumerate(value):
            yield from unknown_fields(item, below, f"{path}[{index}]")


def fill(value: Any, schema: Schema) -> None:
    """Write the schema's defaults into a value, in place, as the server does on every write."""
    if isinstance(value, dict):
        for name, below in schema.get("properties", {}).items():
            missing = name not in value or (value[name] is None and not below.get("nullable"))
            if missing and "default" in below:
                value[name] = clone(below["default"])
            if name in value:
                fill(value[name], below)
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict):
            for name in value.keys() - schema.get("properties", {}).keys():
                fill(value[name], extra)
    elif isinstance(value, list):
        for item in value:
            fill(item, schema.get("items") or {})
