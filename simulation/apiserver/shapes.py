"""Which lists and maps are merged item by item, and which as one: by schema or by built-in kind.

Built-in rows follow the listType markers of the Kubernetes API types (api/openapi-spec).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

ATOMIC = ("atomic", ())
SET = ("set", ())
ListType = tuple[str, tuple[str, ...]]


class Shape(Protocol):
    """How one value of an object is merged and owned."""

    def field(self, name: str) -> Shape: ...
    def item(self) -> Shape: ...
    def list_type(self) -> ListType: ...
    def atomic_map(self) -> bool: ...
    def declared(self, name: str) -> bool: ...


def _map(*keys: str) -> ListType:
    return "map", keys


_LISTS: dict[str, ListType] = {
    "containers": _map("name"),
    "initContainers": _map("name"),
    "ephemeralContainers": _map("name"),
    "volumes": _map("name"),
    "env": _map("name"),
    "volumeMounts": _map("mountPath"),
    "volumeDevices": _map("devicePath"),
    "containers.ports": _map("containerPort", "protocol"),
    "initContainers.ports": _map("containerPort", "protocol"),
    "spec.ports": _map("port", "protocol"),
    "imagePullSecrets": _map("name"),
    "hostAliases": _map("ip"),
    "topologySpreadConstraints": _map("topologyKey", "whenUnsatisfiable"),
    "secrets": _map("name"),
    "podIPs": _map("ip"),
    "hostIPs": _map("ip"),
    "status.addresses": _map("type"),
    "conditions": _map("type"),
    "ownerReferences": _map("uid"),
    "webhooks": _map("name"),
    "finalizers": SET,
    "status.loadBalancer.ingress": ATOMIC,
}
_ATOMIC_MAPS = frozenset(
    {"selector", "labelSelector", "nodeSelector", "podSelector", "namespaceSelector"}
    | {"configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "secretRef"}
    | {"configMapRef", "roleRef", "involvedObject", "targetRef", "claimRef", "nodeSelectorTerms"}
)
_FREE_MAPS = frozenset(
    {"data", "stringData", "binaryData", "labels", "annotations", "limits", "requests"}
    | {"capacity", "allocatable", "matchLabels", "nodeSelector", "overhead", "parameters"}
)


@dataclass(frozen=True)
class BuiltinShape:
    """The shape of a built-in kind, known by the names on the way to a value."""

    path: tuple[str, ...] = ()

    def field(self, name: str) -> Shape:
        return BuiltinShape((*self.path, name))

    def item(self) -> Shape:
        return self

    def list_type(self) -> ListType:
        for width in (3, 2, 1):
            found = _LISTS.get(".".join(self.path[-width:]))
            if found and len(self.path) >= width:
                return found
        return ATOMIC

    def atomic_map(self) -> bool:
        return bool(self.path) and self.path[-1] in _ATOMIC_MAPS

    def declared(self, name: str) -> bool:
        return not self.path or self.path[-1] not in _FREE_MAPS


@dataclass(frozen=True)
class SchemaShape:
    """The shape of a custom kind, from its structural schema."""

    schema: dict[str, Any]
    root: bool = False

    def field(self, name: str) -> Shape:
        if self.root and name == "metadata":
            return BuiltinShape(("metadata",))
        below = self.schema.get("properties", {}).get(name)
        if below is None:
            below = self.schema.get("additionalProperties")
        return SchemaShape(below if isinstance(below, dict) else {})

    def item(self) -> Shape:
        return SchemaShape(self.schema.get("items") or {})

    def list_type(self) -> ListType:
        kind = self.schema.get("x-kubernetes-list-type", "atomic")
        return kind, tuple(self.schema.get("x-kubernetes-list-map-keys", ()))

    def atomic_map(self) -> bool:
        return self.schema.get("x-kubernetes-map-type") == "atomic"

    def declared(self, name: str) -> bool:
        return name in self.schema.get("properties", {}) or self.root


def shape_of(schema: dict[str, Any] | None) -> Shape:
    return BuiltinShape() if schema is None else SchemaShape(schema, root=True)
