"""The few calls of kit.cluster that the kit's own modules make, on a dict of objects."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import jsonpatch

from kit.ration import Unlimited

Object = dict[str, Any]


class FakeCluster:
    """Holds objects as they were put; `written` tells every write, `on_read` may move the world."""

    output = ""
    ration = Unlimited()

    def __init__(self, *objects: Object) -> None:
        self.objects: dict[tuple[str, str | None, str], Object] = {}
        self.written: list[tuple[str, Object]] = []
        self.kinds: set[str] = set()
        self.on_read: Callable[[], None] = lambda: None
        for item in objects:
            self.put(item)

    def put(self, item: Object) -> Object:
        self.objects[_key(item)] = copy.deepcopy(item)
        return copy.deepcopy(item)

    def get(self, _version: str, kind: str, name: str, namespace: str | None = None) -> Any:
        self.on_read()
        return copy.deepcopy(self.objects.get((kind, namespace, name)))

    def list(
        self, _version: str, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        self.on_read()
        wanted = re.findall(r"[^,(]+(?:\([^)]*\))?", selector)
        return [
            copy.deepcopy(item)
            for (a_kind, a_namespace, _), item in self.objects.items()
            if a_kind == kind
            and namespace in (None, a_namespace)
            and all(_chooses(part, item["metadata"].get("labels", {})) for part in wanted)
        ]

    def create(self, item: Object) -> Object:
        self.written.append(("create", copy.deepcopy(item)))
        return self.put(item)

    def apply(self, item: Object, *, dry_run: bool = False) -> Object:
        if dry_run:
            return _merged(self.objects.get(_key(item), {}), item)
        self.written.append(("apply", copy.deepcopy(item)))
        return self.put(_merged(self.objects.get(_key(item), {}), item))

    def replace(self, item: Object) -> Object:
        self.written.append(("replace", copy.deepcopy(item)))
        return self.put(item)

    def delete(self, which: tuple[str, str, str, str | None]) -> None:
        _version, kind, name, namespace = which
        self.written.append(("delete", {"kind": kind, "name": name}))
        self.objects.pop((kind, namespace, name), None)

    def logs(self, _namespace: str, _pod: str, *, previous: bool = False) -> str:
        return self.output

    def serves(self, version: str, kind: str) -> bool:
        held = {(item.get("apiVersion"), item["kind"]) for item in self.objects.values()}
        return f"{version}/{kind}" in self.kinds or (version, kind) in held

    def patch(
        self, version: str, kind: str, name: str, patch: Any, namespace: Any = None
    ) -> Object:
        """Only what the kit sends: tests and replacements of top-level fields, or a merge."""
        item = self.objects[(kind, namespace, name)]
        if isinstance(patch, list):
            item = jsonpatch.JsonPatch(patch).apply(item)
        else:
            item = _merged(item, patch)
        self.written.append(("patch", copy.deepcopy(item)))
        return self.put(item)


def _chooses(part: str, labels: dict[str, str]) -> bool:
    """`key=value`, `key in (one,other)`, or `key` for any value."""
    key, among, values = part.partition(" in ")
    if among:
        return labels.get(key) in values.strip("()").split(",")
    key, equals, value = part.partition("=")
    return labels.get(key) == value if equals else key in labels


def _key(item: Object) -> tuple[str, str | None, str]:
    metadata = item["metadata"]
    return item["kind"], metadata.get("namespace"), metadata["name"]


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        both = {key: _merged(old.get(key), new.get(key, old.get(key))) for key in {**old, **new}}
        return {key: value for key, value in both.items() if new.get(key, "") is not None}
    return copy.deepcopy(new)
