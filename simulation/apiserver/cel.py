"""The few `x-kubernetes-validations` that are understood: a field that must never change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulation.apiserver.errors import Cause
from simulation.apiserver.objects import Object
from simulation.apiserver.structural import Schema
from simulation.apiserver.validation import cause

IMMUTABLE = "self == oldSelf"
BLOCKING = frozenset(
    {"FieldValueRequired", "FieldValueTypeInvalid", "FieldValueNotSupported"}
    | {"FieldValueTooLong", "FieldValueTooMany"}
)
"""Refusals by the schema after which a server does not look at rules any more."""

NOT_CHECKED = (
    "some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation"
)


def causes(
    schema: Schema, versions: tuple[Object, Object | None], blocked: bool
) -> Iterator[Cause]:
    """Broken rules; where the schema's refusal hides them, only that they were not looked at."""
    if blocked:
        if _has_rules(schema):
            yield cause("<nil>", "FieldValueInvalid", f"Invalid value: null: {NOT_CHECKED}")
        return
    obj, old = versions
    if old is not None:
        yield from _broken(schema, obj, old, "")


def _has_rules(schema: Schema) -> bool:
    if schema.get("x-kubernetes-validations"):
        return True
    below = [*schema.get("properties", {}).values(), schema.get("items")]
    return any(_has_rules(item) for item in below if isinstance(item, dict))


def _broken(schema: Schema, new: Any, old: Any, field: str) -> Iterator[Cause]:
    for rule in schema.get("x-kubernetes-validations", ()):
        if rule["rule"] == IMMUTABLE and new != old:
            shown = f'"{new}"' if isinstance(new, str) else "object"
            why = rule.get("message", f"failed rule: {IMMUTABLE}")
            yield cause(field, "FieldValueInvalid", f"Invalid value: {shown}: {why}")
    if isinstance(new, dict) and isinstance(old, dict):
        for name, below in schema.get("properties", {}).items():
            if name in new and name in old:
                here = f"{field}.{name}" if field else name
                yield from _broken(below, new[name], old[name], here)
