"""The kinds that the API server serves, and how they are looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from simulation.apiserver.errors import no_such_path
from simulation.apiserver.shapes import Shape, shape_of

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True, eq=False)
class Resource:
    """One served kind; `schema` is a CRD's structural schema, None for built-in kinds."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool
    singular: str = ""
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    schema: dict[str, Any] | None = field(default=None, repr=False)
    columns: tuple[dict[str, Any], ...] = ()
    selectable: tuple[str, ...] = ()
    verbs: tuple[str, ...] = VERBS

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def key(self) -> tuple[str, str]:
        """What stored objects are filed under: the same for every version of a kind."""
        return self.group, self.plural

    @cached_property
    def shape(self) -> Shape:
        return shape_of(self.schema, self.api_version, self.kind)

    @property
    def has_status(self) -> bool:
        return "status" in self.subresources


class Registry:
    """Every served kind, by path and by name."""

    def __init__(self) -> None:
        self._by_path: dict[tuple[str, str, str], Resource] = {}

    def add(self, resource: Resource) -> None:
        self._by_path[resource.group, resource.version, resource.plural] = resource

    def remove(self, group: str, plural: str) -> None:
        for key in [k for k in self._by_path if (k[0], k[2]) == (group, plural)]:
            del self._by_path[key]

    def all(self) -> list[Resource]:
        return list(self._by_path.values())

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        return self._by_path.get((group, version, plural))

    def kind(self, api_version: str, kind: str) -> Resource:
        for resource in self._by_path.values():
            if resource.kind == kind and resource.api_version == api_version:
                return resource
        raise no_such_path()

    def named(self, name: str) -> Resource:
        """Look up "apps/v1/Deployment" or "v1/Pod"."""
        api_version, _, kind = name.rpartition("/")
        return self.kind(api_version, kind)

    def versions(self) -> dict[str, list[str]]:
        """Each API group with its versions, in order of registration."""
        groups: dict[str, list[str]] = {}
        for resource in self._by_path.values():
            known = groups.setdefault(resource.group, [])
            if resource.version not in known:
                known.append(resource.version)
        return groups
