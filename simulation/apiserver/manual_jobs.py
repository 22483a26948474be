"""`kubectl create job NAME --from=cronjob/NAME`, which kubectl sends as protobuf.

Such a Job's spec is the CronJob's template, word for word (kubectl create_job.go), so that only the
metadata is decoded and the spec is taken from the CronJob that it names as its owner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulation.apiserver.objects import Object, clone
from simulation.apiserver.protobuf import MAGIC, fields_of

_OWNER = {1: "kind", 3: "name", 4: "uid", 5: "apiVersion", 6: "controller"}

Find = Callable[[str, str], Object | None]
"""The CronJob of a namespace and name."""


def decode(data: bytes, find: Find) -> Object | None:
    """The Job; None when this is none, ValueError when it is no copy of a CronJob's."""
    envelope = dict(fields_of(data.removeprefix(MAGIC)))
    if _texts(envelope.get(1, b""), {2: "kind"}).get("kind") != "Job":
        return None
    raw = dict(fields_of(_bytes(envelope.get(2, b"")))).get(1, b"")
    metadata = _metadata(_bytes(raw))
    for owner in metadata.get("ownerReferences", ()):
        found = find(str(metadata.get("namespace", "")), str(owner.get("name")))
        if found is not None and owner.get("kind") == "CronJob":
            spec = clone(found["spec"]["jobTemplate"]["spec"])
            return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}
    raise ValueError("a Job in protobuf that no CronJob owns")


def _metadata(data: bytes) -> Object:
    """Source: apimachinery meta/v1 generated.proto, ObjectMeta."""
    found: Object = dict(_texts(data, {1: "name", 2: "generateName", 3: "namespace"}))
    for key, number in (("labels", 11), ("annotations", 12)):
        entries = [_texts(entry, {1: "key", 2: "value"}) for entry in _repeated(data, number)]
        if entries:
            found[key] = {entry["key"]: entry.get("value", "") for entry in entries}
    owners = [_texts(entry, _OWNER) for entry in _repeated(data, 13)]
    for owner in owners:
        owner["controller"] = bool(owner.get("controller"))
    return found | ({"ownerReferences": owners} if owners else {})


def _repeated(data: bytes, number: int) -> Iterator[bytes]:
    return (_bytes(value) for key, value in fields_of(data) if key == number)


def _texts(data: int | bytes, names: dict[int, str]) -> Object:
    return {
        names[number]: value.decode() if isinstance(value, bytes) else value
        for number, value in fields_of(_bytes(data))
        if number in names and value not in (b"", 0)
    }


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number where a message should be")
    return value
