"""Where stored objects lie: by kind, namespace and name, with an index of their owners."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.apiserver.journal import Event, Journal
from simulation.apiserver.objects import Object, name_of, namespace_of
from simulation.apiserver.resources import Resource

Key = tuple[str, str]
Place = tuple[str, str]


class Shelf:
    """Stored objects are never changed in place: a write puts a new one."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._objects: dict[Key, dict[Place, Object]] = {}
        self._dependents: dict[str, set[tuple[Key, Place]]] = {}

    @staticmethod
    def place(resource: Resource, namespace: str | None, name: str) -> Place:
        return (namespace or "" if resource.namespaced else "", name)

    def find(self, resource: Resource, namespace: str | None, name: str) -> Object | None:
        place = self.place(resource, namespace, name)
        return self._objects.get(resource.key, {}).get(place)

    def all(self, key: Key, namespace: str | None = None) -> list[Object]:
        """Objects of a kind by namespace and name, as etcd lists them."""
        shelf = self._objects.get(key, {})
        places = sorted(p for p in shelf if namespace is None or p[0] == namespace)
        return [shelf[place] for place in places]

    def put(self, resource: Resource, obj: Object, before: Object | None) -> Object:
        """Store an object under a new resource version and tell everybody."""
        obj["metadata"]["resourceVersion"] = self.journal.next_version()
        place = self.place(resource, namespace_of(obj), name_of(obj))
        self._objects.setdefault(resource.key, {})[place] = obj
        self._index(resource.key, place, before, obj)
        self._tell("MODIFIED" if before else "ADDED", resource, obj, before)
        return obj

    def take(self, resource: Resource, obj: Object) -> Object:
        """Remove an object; the event carries it with the version of its removal."""
        place = self.place(resource, namespace_of(obj), name_of(obj))
        before = self._objects[resource.key].pop(place)
        self._index(resource.key, place, before, None)
        gone = obj | {"metadata": dict(obj["metadata"])}
        gone["metadata"]["resourceVersion"] = self.journal.next_version()
        self._tell("DELETED", resource, gone, before)
        return gone

    def dependents(self, uid: str) -> list[tuple[Key, Object]]:
        found = sorted(self._dependents.get(uid, ()))
        return [(key, self._objects[key][place]) for key, place in found]

    def in_namespace(self, namespace: str) -> Iterator[tuple[Key, Object]]:
        for key, shelf in list(self._objects.items()):
            for place, obj in list(shelf.items()):
                if place[0] == namespace:
                    yield key, obj

    def _tell(self, kind: str, resource: Resource, obj: Object, before: Object | None) -> None:
        version = int(obj["metadata"]["resourceVersion"])
        self.journal.record(Event(version, kind, resource.key, resource.kind, obj, before))

    def _index(self, key: Key, place: Place, before: Object | None, after: Object | None) -> None:
        for uid in _owners(before):
            self._dependents[uid].discard((key, place))
        for uid in _owners(after):
            self._dependents.setdefault(uid, set()).add((key, place))


def _owners(obj: Object | None) -> set[str]:
    references = (obj or {}).get("metadata", {}).get("ownerReferences") or ()
    return {reference["uid"] for reference in references}
