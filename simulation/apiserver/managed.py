"""managedFields: who set which field, kept by every write that is not a server-side apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulation.apiserver.fieldsets import (
    CONTAINER,
    Path,
    flatten,
    from_fields_v1,
    to_fields_v1,
)
from simulation.apiserver.objects import Object
from simulation.apiserver.resources import Resource

APPLY, UPDATE = "Apply", "Update"
_ALWAYS_THERE = frozenset(
    {"f:spec", "f:status", "f:metadata", "f:template", "f:jobTemplate", "f:containers"}
    | {"f:strategy", "f:updateStrategy", "f:podSelector"}
)
"""Fields that Go writes even when empty: setting something in them does not set them."""

_MISSING = object()


@dataclass
class Manager:
    """One entry of managedFields, its field set parsed."""

    name: str
    operation: str
    api_version: str
    subresource: str
    time: str
    paths: set[Path]

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.name, self.operation, self.subresource

    def entry(self) -> Object:
        written: Object = {
            "manager": self.name,
            "operation": self.operation,
            "apiVersion": self.api_version,
            "time": self.time,
            "fieldsType": "FieldsV1",
            "fieldsV1": to_fields_v1(self.paths),
        }
        return written | ({"subresource": self.subresource} if self.subresource else {})


def managers_of(obj: Object) -> list[Manager]:
    return [
        Manager(
            entry.get("manager", ""),
            entry.get("operation", UPDATE),
            entry.get("apiVersion", ""),
            entry.get("subresource", ""),
            entry.get("time", ""),
            from_fields_v1(entry.get("fieldsV1") or {}),
        )
        for entry in obj.get("metadata", {}).get("managedFields") or ()
    ]


def write_managers(obj: Object, managers: list[Manager]) -> None:
    kept = [manager for manager in managers if manager.paths]
    kept.sort(key=lambda m: (m.operation != APPLY, m.time, m.name))
    obj["metadata"]["managedFields"] = [manager.entry() for manager in kept]
    if not kept:
        del obj["metadata"]["managedFields"]


def owned_part(obj: Object, resource: Resource, subresource: str) -> Object:
    """The part of an object that a write to this endpoint can own."""
    if subresource == "status":
        return {"metadata": {}, "status": obj.get("status") or {}}
    if subresource == "scale":
        return {"metadata": {}, "spec": {"replicas": obj.get("spec", {}).get("replicas")}}
    if resource.has_status:
        return {key: value for key, value in obj.items() if key != "status"}
    return obj


def changed_paths(
    old: Object | None, new: Object, resource: Resource, subresource: str
) -> tuple[set[Path], set[Path]]:
    """Paths that a write set, and paths that it removed."""
    shape = resource.shape
    before = flatten(owned_part(old or {}, resource, subresource), shape)
    after = flatten(owned_part(new, resource, subresource), shape)
    changed = {path for path, value in after.items() if before.get(path, _MISSING) != value}
    if resource.schema is None:
        changed = {
            p for p in changed if p[-1] not in _ALWAYS_THERE or after[p] not in (CONTAINER, {})
        }
    return changed, set(before) - set(after)


def record_update(
    old: Object | None,
    new: Object,
    resource: Resource,
    who: tuple[str, str],
    now: Callable[[], str],
) -> None:
    """Rewrite `new`'s managedFields for an update by `who` (manager, subresource)."""
    name, subresource = who
    managers = managers_of(old or {})
    changed, removed = changed_paths(old, new, resource, subresource)
    for manager in managers:
        manager.paths -= removed
        if manager.identity != (name, UPDATE, subresource):
            manager.paths -= changed
    if changed:
        _credit(managers, Manager(name, UPDATE, resource.api_version, subresource, now(), changed))
    write_managers(new, managers)


def _credit(managers: list[Manager], gained: Manager) -> None:
    for manager in managers:
        if (manager.identity, manager.api_version) == (gained.identity, gained.api_version):
            manager.time = gained.time
            manager.paths |= gained.paths
            return
    managers.append(gained)


def strip_managers(obj: Any) -> Any:
    """The object without managedFields, for comparing what matters."""
    metadata = {k: v for k, v in obj["metadata"].items() if k != "managedFields"}
    return obj | {"metadata": metadata}
