"""The few protobuf bodies that kubectl insists on: reviews, tokens, `kubectl create namespace`.

All that comes from a file comes as JSON. Source: the generated.proto files of kubernetes
api/core/v1, api/authorization/v1 and api/authentication/v1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulation.apiserver.objects import Object

MAGIC = b"k8s\x00"
Fields = dict[int, Any]

_RESOURCE = dict(
    enumerate(("namespace", "verb", "group", "version", "resource", "subresource", "name"), start=1)
)
_ATTRIBUTES: Fields = {
    1: ("resourceAttributes", _RESOURCE),
    2: ("nonResourceAttributes", {1: "path", 2: "verb"}),
}
_SPECS: dict[str, Fields] = {
    "SelfSubjectAccessReview": _ATTRIBUTES,
    "SelfSubjectRulesReview": {1: "namespace"},
    "SelfSubjectReview": {},
    "TokenRequest": {4: "expirationSeconds"},
    "Namespace": {},
    "ServiceAccount": {},
}
_METADATA: Fields = {1: "name", 2: "generateName", 3: "namespace"}


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields_of(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and byte strings of a message; there are no other wire types in these."""
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        value, at = _number(data, at)
        if key & 7 == 0:
            yield key >> 3, value
        elif key & 7 == 2:
            yield key >> 3, data[at : at + value]
            at += value
        else:
            raise ValueError(f"wire type {key & 7}")


def _message(data: bytes, fields: Fields) -> Object:
    found: Object = {}
    for number, value in fields_of(data):
        known = fields.get(number)
        if isinstance(known, tuple) and isinstance(value, bytes):
            found[known[0]] = _message(value, known[1])
        elif isinstance(known, str):
            found[known] = value.decode() if isinstance(value, bytes) else value
    return found


def decode(data: bytes) -> Object:
    """The object in a Kubernetes protobuf envelope; ValueError for any that is not known here."""
    envelope = dict(fields_of(data.removeprefix(MAGIC)))
    type_meta, raw = envelope.get(1), envelope.get(2, b"")
    if not isinstance(type_meta, bytes) or not isinstance(raw, bytes):
        raise ValueError("no type")
    head = _message(type_meta, {1: "apiVersion", 2: "kind"})
    if head.get("kind") not in _SPECS:
        raise ValueError(f"no protobuf of kind {head.get('kind')}")
    found = head | _message(raw, {1: ("metadata", _METADATA), 2: ("spec", _SPECS[head["kind"]])})
    return {name: value for name, value in found.items() if value}
