"""Merge, JSON and strategic merge patches."""

from __future__ import annotations

from typing import Any

import jsonpatch

from simulation.apiserver.errors import ApiError, bad_request
from simulation.apiserver.objects import clone

MERGE = "application/merge-patch+json"
JSON = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"

# Merge keys by the name of the list, the longest way to it first (patchMergeKey upstream).
_KEYS: dict[str, str] = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "volumes": "name",
    "env": "name",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "containers.ports": "containerPort",
    "initContainers.ports": "containerPort",
    "spec.ports": "port",
    "imagePullSecrets": "name",
    "secrets": "name",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
    "podIPs": "ip",
    "hostIPs": "ip",
    "status.addresses": "type",
    "conditions": "type",
    "ownerReferences": "uid",
    "webhooks": "name",
    "spec.taints": "key",
}
_PRIMITIVE = frozenset({"finalizers", "podCIDRs"})


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return clone(patch)
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def json_patch(target: Any, operations: Any) -> Any:
    """RFC 6902; an operation that does not apply is a 422, as upstream has it."""
    if not isinstance(operations, list):
        why = "json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"
        raise bad_request(f"error decoding patch: {why}")
    try:
        return jsonpatch.JsonPatch(operations).apply(clone(target))
    except jsonpatch.InvalidJsonPatch as error:
        raise bad_request(f"error decoding patch: {error}") from error
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        text = "the server rejected our request due to an error in our request"
        raise ApiError(422, "Invalid", text, {}) from error


def strategic(target: Any, patch: Any, path: tuple[str, ...] = ()) -> Any:
    """Strategic merge of built-in kinds: named lists merge by key, `$patch` is obeyed."""
    if isinstance(patch, dict):
        return _strategic_map(target, patch, path)
    if isinstance(patch, list):
        return _strategic_list(target, patch, path)
    return patch


def _strategic_map(target: Any, patch: dict[str, Any], path: tuple[str, ...]) -> Any:
    directive = patch.get("$patch")
    if directive in ("replace", "delete"):
        return {key: clone(value) for key, value in patch.items() if key != "$patch"}
    merged = dict(target) if isinstance(target, dict) else {}
    orders: dict[str, list[Any]] = {}
    for key, value in patch.items():
        if key.startswith("$retainKeys"):
            merged = {k: v for k, v in merged.items() if k in value}
        elif key.startswith("$deleteFromPrimitiveList/"):
            name = key.partition("/")[2]
            merged[name] = [item for item in merged.get(name) or () if item not in value]
        elif key.startswith("$setElementOrder/"):
            orders[key.partition("/")[2]] = value
        elif value is None:
            merged.pop(key, None)
        else:
            merged[key] = strategic(merged.get(key), value, (*path, key))
    for name, order in orders.items():
        if isinstance(merged.get(name), list):
            merged[name] = _in_order(merged[name], order, _key_of((*path, name)))
    return merged


def _in_order(items: list[Any], order: list[Any], key: str | None) -> list[Any]:
    """Items as `$setElementOrder` lists them; what it does not list keeps its place at the end."""
    wanted = [entry.get(key) if isinstance(entry, dict) else entry for entry in order]

    def rank(item: Any) -> int:
        value = item.get(key) if isinstance(item, dict) else item
        return wanted.index(value) if value in wanted else len(wanted)

    return sorted(items, key=rank)


def _key_of(path: tuple[str, ...]) -> str | None:
    return _KEYS.get(".".join(path[-2:])) or _KEYS.get(path[-1] if path else "")


def _strategic_list(target: Any, patch: list[Any], path: tuple[str, ...]) -> Any:
    current = list(target) if isinstance(target, list) else []
    if path and path[-1] in _PRIMITIVE:
        return current + [item for item in patch if item not in current]
    key = _key_of(path)
    if key is None or not all(isinstance(item, dict) for item in patch):
        return clone(patch)
    if any(item.get("$patch") == "replace" for item in patch):
        return [clone(item) for item in patch if "$patch" not in item]
    known = {item.get(key) for item in current}
    for item in patch:
        _strategic_item(current, item, key, path)
    # Items that are new stand before those that were there: so does a real server leave them.
    return sorted(current, key=lambda item: item.get(key) in known)


def _strategic_item(
    current: list[Any], item: dict[str, Any], key: str, path: tuple[str, ...]
) -> None:
    if key not in item:
        text = f"map: {item} does not contain declared merge key: {key}"
        raise ApiError(400, "BadRequest", text)
    index = next((i for i, old in enumerate(current) if old.get(key) == item[key]), None)
    if item.get("$patch") == "delete":
        if index is not None:
            del current[index]
    elif index is None:
        current.append(strategic({}, item, path))
    else:
        current[index] = strategic(current[index], item, path)
