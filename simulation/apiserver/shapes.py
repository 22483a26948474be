"""Which lists and maps are merged item by item, and which as one: by type or by schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from simulation.apiserver.typed import ANY, Type, root

ListType = tuple[str, tuple[str, ...]]


class Shape(Protocol):
    """How one value of an object is merged and owned."""

    def field(self, name: str, /) -> Shape: ...
    def item(self) -> Shape: ...
    def list_type(self) -> ListType: ...
    def atomic_map(self) -> bool: ...
    def declared(self, name: str, /) -> bool: ...


@dataclass(frozen=True)
class TypeShape:
    """The shape of a built-in type."""

    type: Type

    def field(self, name: str, /) -> Shape:
        return TypeShape(self.type.field(name) or ANY)

    def item(self) -> Shape:
        return TypeShape(self.type.item())

    def list_type(self) -> ListType:
        return self.type.listed

    def atomic_map(self) -> bool:
        return self.type.atomic

    def declared(self, _name: str, /) -> bool:
        return self.type.form == "struct"


_METADATA = TypeShape(Type("struct", name="ObjectMeta"))


@dataclass(frozen=True)
class SchemaShape:
    """The shape of a custom kind, from its structural schema."""

    schema: dict[str, Any]
    top: bool = False

    def field(self, name: str, /) -> Shape:
        if self.top and name == "metadata":
            return _METADATA
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

    def declared(self, name: str, /) -> bool:
        return self.top or name in self.schema.get("properties", {})


def shape_of(schema: dict[str, Any] | None, api_version: str, kind: str) -> Shape:
    if schema is None:
        return TypeShape(root(api_version, kind))
    return SchemaShape(schema, top=True)
