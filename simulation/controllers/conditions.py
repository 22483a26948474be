"""Lists of status conditions, kept as Kubernetes keeps them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def put(conditions: list[Json], new: Json, stamp: str) -> bool:
    """Set one condition; its transition time moves only when its status does. Says if changed."""
    old = next((each for each in conditions if each["type"] == new["type"]), None)
    if old is None:
        conditions.append({**new, "lastTransitionTime": stamp})
        return True
    moved = old["status"] != new["status"]
    since = stamp if moved else old.get("lastTransitionTime", stamp)
    updated = {**old, **new, "lastTransitionTime": since}
    changed = updated != old
    old.update(updated)
    return changed


def find(conditions: list[Json], kind: str) -> Json | None:
    return next((each for each in conditions if each["type"] == kind), None)
