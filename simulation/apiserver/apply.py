"""Server-side apply: merge a configuration into an object, with owners and conflicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulation.apiserver.errors import ApiError
from simulation.apiserver.fieldsets import (
    CONTAINER,
    Path,
    applied_set,
    flatten,
    item_element,
    said,
)
from simulation.apiserver.managed import (
    APPLY,
    UPDATE,
    Manager,
    managers_of,
    owned_part,
    write_managers,
)
from simulation.apiserver.objects import Object, clone
from simulation.apiserver.resources import Resource
from simulation.apiserver.shapes import Shape


@dataclass(frozen=True)
class Application:
    """Who applies what, to which endpoint of which kind."""

    resource: Resource
    config: Object
    manager: str
    subresource: str = ""
    force: bool = False


def merge(live: Any, config: Any, shape: Shape) -> Any:
    """`live` with everything that `config` says, merged as the shape tells."""
    if isinstance(config, dict) and isinstance(live, dict) and not shape.atomic_map():
        merged = dict(live)
        for name, value in config.items():
            merged[name] = merge(live.get(name), value, shape.field(name))
        return merged
    if isinstance(config, list) and isinstance(live, list):
        kind, keys = shape.list_type()
        if kind != "atomic":
            return _merge_list(live, config, shape, (kind, keys))
    return clone(config)


def _merge_list(
    live: list[Any], config: list[Any], shape: Shape, how: tuple[str, tuple[str, ...]]
) -> list[Any]:
    named = {item_element(item, *how): item for item in live}
    for item in config:
        element = item_element(item, *how)
        named[element] = merge(named.get(element), item, shape.item())
    return list(named.values())


def conflicts(
    live: Object, wanted: dict[Path, Any], managers: list[Manager], application: Application
) -> list[tuple[Manager, Path]]:
    """Fields that somebody else set, and that this configuration would change."""
    shape = application.resource.shape
    flat = flatten(live, shape)
    changed = {p for p, value in wanted.items() if p in flat and flat[p] != value}
    mine = (application.manager, APPLY, application.subresource)
    return [
        (manager, path)
        for manager in managers
        if manager.identity != mine
        for path in sorted(manager.paths & changed)
    ]


def _said_manager(manager: Manager) -> str:
    text = f'"{manager.name}"'
    if manager.subresource:
        text += f' with subresource "{manager.subresource}"'
    if manager.operation == UPDATE:
        text += f" using {manager.api_version}"
    return text


def refusal(found: list[tuple[Manager, Path]]) -> ApiError:
    """409: one conflict in one line, several grouped by manager."""
    causes = [
        {
            "reason": "FieldManagerConflict",
            "message": f"conflict with {_said_manager(manager)}",
            "field": said(path),
        }
        for manager, path in found
    ]
    count = "1 conflict" if len(found) == 1 else f"{len(found)} conflicts"
    text = f"Apply failed with {count}: {_listed(found)}"
    return ApiError(409, "Conflict", text, {"causes": causes})


def _listed(found: list[tuple[Manager, Path]]) -> str:
    if len(found) == 1:
        return f"conflict with {_said_manager(found[0][0])}: {said(found[0][1])}"
    by_manager: dict[str, list[str]] = {}
    for manager, path in found:
        by_manager.setdefault(_said_manager(manager), []).append(f"- {said(path)}")
    lines = [
        line
        for manager, paths in sorted(by_manager.items())
        for line in (f"conflicts with {manager}:", *paths)
    ]
    return "\n".join(lines)


def remove(obj: Any, path: Path, shape: Shape) -> None:
    """Take one owned position out of an object, and the maps that it leaves empty."""
    element, rest = path[0], path[1:]
    if element.startswith("f:"):
        name = element[2:]
        if not isinstance(obj, dict) or name not in obj:
            return
        if rest:
            remove(obj[name], rest, shape.field(name))
        if not rest or obj[name] in ({}, []):
            del obj[name]
        return
    how = shape.list_type()
    items = obj if isinstance(obj, list) else []
    for index, item in enumerate(items):
        if item_element(item, *how) == element:
            if rest:
                remove(item, rest, shape.item())
            else:
                del items[index]
            return


def _prune(merged: Object, dropped: set[Path], kept: set[Path], shape: Shape) -> None:
    prefixes = {path[:length] for path in kept for length in range(1, len(path) + 1)}
    for path in sorted(dropped, key=len):  # an item before its key, by which it is found
        if path not in prefixes:
            remove(merged, path, shape)


def applied(live: Object, application: Application, now: Callable[[], str]) -> Object:
    """The object after the apply; raises the 409 unless forced."""
    resource = application.resource
    shape = resource.shape
    config = owned_part(application.config, resource, application.subresource)
    wanted = applied_set(config, shape)
    managers = managers_of(live)
    found = conflicts(live, wanted, managers, application)
    if found and not application.force:
        raise refusal(found)
    merged: Object = merge(clone(live), _mergeable(config), shape)
    for manager, path in found:
        manager.paths.discard(path)
    _take_over(merged, application, managers, (set(wanted), now()))
    return merged


def _mergeable(config: Object) -> Object:
    metadata = {k: v for k, v in config.get("metadata", {}).items() if k != "managedFields"}
    return config | {"metadata": metadata}


def _take_over(
    merged: Object, application: Application, managers: list[Manager], claim: tuple[set[Path], str]
) -> None:
    resource, subresource = application.resource, application.subresource
    paths, now = claim
    identity = (application.manager, APPLY, subresource)
    mine = next((m for m in managers if m.identity == identity), None)
    others = [m for m in managers if m is not mine]
    if mine:
        kept = paths.union(*(m.paths for m in others))
        _prune(merged, mine.paths - paths, kept, resource.shape)
    unchanged = mine is not None and mine.paths == paths
    time = mine.time if mine and unchanged else now
    me = Manager(application.manager, APPLY, resource.api_version, subresource, time, paths)
    write_managers(merged, [*others, me])


__all__ = ["CONTAINER", "Application", "applied", "merge", "refusal"]
