"""Mirrors of the store that controllers read without copying; what they yield is read-only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from simulation.apiserver import Store

Json = dict[str, Any]
Callback = Callable[[str, Json], None]


class Informer:
    """All objects of one kind, as of the last committed change."""

    def __init__(self, store: Store, kind: str) -> None:
        self._objects: dict[tuple[str, str], Json] = {}
        self._owned: defaultdict[str, dict[tuple[str, str], Json]] = defaultdict(dict)
        self._callbacks: list[Callback] = []
        for resource in store.registry.all():
            if resource.kind == kind:
                for obj in store.list(resource):
                    self._on_event("ADDED", obj)
        store.subscribe(self._on_event, kind)

    def on_change(self, callback: Callback) -> None:
        """Call back with ADDED, MODIFIED or DELETED and the object: first for what there is."""
        for obj in self.all():
            callback("ADDED", obj)
        self._callbacks.append(callback)

    def _on_event(self, event: str, obj: Json) -> None:
        metadata = obj["metadata"]
        key = metadata.get("namespace", ""), metadata["name"]
        owners = [each["uid"] for each in metadata.get("ownerReferences") or []]
        if event == "DELETED":
            self._objects.pop(key, None)
            for uid in owners:
                self._owned[uid].pop(key, None)
        else:
            self._objects[key] = obj
            for uid in owners:
                self._owned[uid][key] = obj
        for callback in self._callbacks:
            callback(event, obj)

    def all(self) -> list[Json]:
        return list(self._objects.values())

    def get(self, namespace: str, name: str) -> Json | None:
        return self._objects.get((namespace, name))

    def within(self, namespace: str) -> list[Json]:
        return [obj for (where, _), obj in self._objects.items() if where == namespace]

    def owned_by(self, owner: Json) -> list[Json]:
        return list(self._owned.get(owner["metadata"]["uid"], {}).values())


class Informers:
    """One mirror a kind, made when first asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_kind: dict[str, Informer] = {}

    def __getitem__(self, kind: str) -> Informer:
        if kind not in self._by_kind:
            self._by_kind[kind] = Informer(self._store, kind)
        return self._by_kind[kind]
