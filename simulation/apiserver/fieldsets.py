"""Sets of field paths: what managedFields record, in the form that FieldsV1 writes.

A path is a tuple of FieldsV1 elements: `f:name` (field), `k:{"name":"web"}` (item of a map list),
`v:"x"` (item of a set).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from simulation.apiserver.shapes import Shape

Path = tuple[str, ...]
CONTAINER = object()
"""The value of a path that stands for a map or list item itself, not for what is in it."""

KEY_DEFAULTS = {"protocol": "TCP"}
_SERVER_META = ("name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp")
_IGNORED = frozenset(
    [("f:apiVersion",), ("f:kind",), ("f:metadata",)]
    + [("f:metadata", f"f:{name}") for name in (*_SERVER_META, "selfLink", "managedFields")]
    + [("f:metadata", "f:deletionTimestamp"), ("f:metadata", "f:deletionGracePeriodSeconds")]
)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def item_element(item: Any, kind: str, keys: tuple[str, ...]) -> str | None:
    """How an item of a merged list is named; None where it lacks its keys."""
    if kind == "set":
        return f"v:{_compact(item)}"
    if not isinstance(item, dict):
        return None
    named = {key: item.get(key, KEY_DEFAULTS.get(key)) for key in sorted(keys)}
    if any(value is None for value in named.values()):
        return None
    return f"k:{_compact(named)}"


def flatten(value: Any, shape: Shape) -> dict[Path, Any]:
    """Every owned position of an object with its value; containers stand as CONTAINER."""
    found: dict[Path, Any] = {}
    for path, item in _walk(value, shape, ()):
        if path and path not in _IGNORED:
            found[path] = item
    return found


def _walk(value: Any, shape: Shape, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value and not shape.atomic_map():
        yield path, CONTAINER
        for name, item in value.items():
            if path == ("f:metadata",) and (*path, f"f:{name}") in _IGNORED:
                continue
            yield from _walk(item, shape.field(name), (*path, f"f:{name}"))
    elif isinstance(value, list) and value and shape.list_type()[0] != "atomic":
        yield path, CONTAINER
        yield from _walk_items(value, shape, path)
    else:
        yield path, value


def _walk_items(items: list[Any], shape: Shape, path: Path) -> Iterator[tuple[Path, Any]]:
    kind, keys = shape.list_type()
    for item in items:
        element = item_element(item, kind, keys)
        if element is None:
            continue
        if kind == "set":
            yield (*path, element), item
        else:
            yield (*path, element), CONTAINER
            for name, below in item.items():
                yield from _walk(below, shape.item().field(name), (*path, element, f"f:{name}"))


def applied_set(value: Any, shape: Shape) -> dict[Path, Any]:
    """What an applied configuration claims: leaves and list items, not the maps on the way."""
    flat = flatten(value, shape)
    return {
        path: item
        for path, item in flat.items()
        if item is not CONTAINER or not path[-1].startswith("f:") or _free(path, shape)
    }


def _free(path: Path, shape: Shape) -> bool:
    """Is this map an entry of a free-form map (rather than a declared field)?"""
    for element in path[:-1]:
        shape = shape.field(element[2:]) if element.startswith("f:") else shape.item()
    return not shape.declared(path[-1][2:])


def to_fields_v1(paths: Iterable[Path]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    chosen = set(paths)
    for path in sorted(chosen):
        node = tree
        for element in path:
            node = node.setdefault(element, {})
    for path in chosen:
        node = tree
        for element in path:
            node = node[element]
        if node:
            node["."] = {}
    return _dots_first(tree)


def _dots_first(tree: dict[str, Any]) -> dict[str, Any]:
    ordered = sorted(tree.items(), key=lambda entry: (entry[0] != ".", entry[0]))
    return {key: _dots_first(value) for key, value in ordered}


def from_fields_v1(tree: dict[str, Any]) -> set[Path]:
    return set(_paths_in(tree, ()))


def _paths_in(tree: dict[str, Any], path: Path) -> Iterator[Path]:
    for element, below in tree.items():
        if element == ".":
            yield path
        elif below:
            yield from _paths_in(below, (*path, element))
        else:
            yield (*path, element)


def said(path: Path) -> str:
    """A path as conflict messages write it: .spec.containers[name="web"].image."""
    return "".join(_said_element(element) for element in path)


def _said_element(element: str) -> str:
    if element.startswith("f:"):
        return f".{element[2:]}"
    if element.startswith("v:"):
        return f"[={element[2:]}]"
    keys = json.loads(element[2:])
    return f"[{','.join(f'{key}={_compact(value)}' for key, value in keys.items())}]"
