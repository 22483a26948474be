"""A folder's objects as `kubectl kustomize` builds them, as far as our own folders use it.

Resources, components, merge patches and replacements. Whatever else a kustomization says is
refused: what is applied by hand and what `--install` applies must stay the same objects.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]

FILE = "kustomization.yaml"
KNOWN = {"apiVersion", "kind", "resources", "components", "patches", "replacements"}
LOCAL = "config.kubernetes.io/local-config"


def built(folder: Path, *components: Path) -> list[Manifest]:
    """Private copies, in the order of the kustomization; ValueError for what cannot be built."""
    objects = _accumulated(folder, [])
    for component in components:
        objects = _accumulated(component, objects)
    return [obj for obj in objects if not _is_local(obj)]


def merged(target: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7386): null removes, objects are merged, all else replaces."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    base = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            base.pop(key, None)
        else:
            base[key] = merged(base.get(key), value)
    return base


def _accumulated(folder: Path, objects: list[Manifest]) -> list[Manifest]:
    (kustomization,) = _documents(folder / FILE)
    if unknown := kustomization.keys() - KNOWN:
        raise ValueError(f"{folder / FILE}: {', '.join(sorted(unknown))} cannot be built here")
    for name in kustomization.get("resources", ()):
        path = folder / name
        objects = objects + (_accumulated(path, []) if path.is_dir() else _read(path))
    for name in kustomization.get("components", ()):
        objects = _accumulated(folder / name, objects)
    for patch in kustomization.get("patches", ()):
        for change in _read(folder / patch["path"]):
            objects = [_patched(obj, change) for obj in objects]
    for replacement in kustomization.get("replacements", ()):
        _replace(objects, replacement)
    return objects


def _patched(obj: Manifest, change: Manifest) -> Manifest:
    same = _named(obj) == _named(change)
    return dict(merged(obj, change)) if same else obj


def _replace(objects: list[Manifest], replacement: Manifest) -> None:
    source = replacement["source"]
    (found,) = (o for o in objects if _named(o)[1:] == (source["kind"], source["name"]))
    value = _value(found, source["fieldPath"].split("."))
    for target in replacement["targets"]:
        select = target["select"]
        for obj in objects:
            if obj["kind"] == select["kind"] and obj["metadata"]["name"] == select.get(
                "name", obj["metadata"]["name"]
            ):
                for path in target["fieldPaths"]:
                    *way, last = path.split(".")
                    _value(obj, way)[last] = value


def _value(node: Any, way: list[str]) -> Any:
    for key in way:
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node


def _named(obj: Manifest) -> tuple[str, str, str]:
    return obj["apiVersion"], obj["kind"], obj["metadata"]["name"]


def _is_local(obj: Manifest) -> bool:
    return bool(obj["metadata"].get("annotations", {}).get(LOCAL) == "true")


def _read(path: Path) -> list[Manifest]:
    return [copy.deepcopy(document) for document in _documents(path)]


@cache
def _documents(path: Path) -> tuple[Manifest, ...]:
    return tuple(_parsed(path))


def _parsed(path: Path) -> Iterator[Manifest]:
    if not path.is_file():
        raise ValueError(f"{path} is named in a kustomization and is not there")
    yield from (document for document in yaml.safe_load_all(path.read_text()) if document)
