"""Objects that are admitted, and then bind nobody, bind late, or bind another namespace.

What a cluster does right these never touch: they are lies, one for each kind and way.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime

from catalog.enforcement import BOUND_KINDS, LATE_SECONDS, lie
from simulation import faults
from simulation.controllers.hub import Hub, Json

STRANGER = "a-stranger"
NAME_LABEL = "kubernetes.io/metadata.name"

for _kind in BOUND_KINDS:
    for _way in BOUND_KINDS[_kind]:
        faults.register(lie(_kind, _way), BOUND_KINDS[_kind][_way])


def bound(hub: Hub, objects: Sequence[Json]) -> list[Json]:
    """The objects as they take effect at this moment."""
    effective = (_effective(hub, each) for each in objects)
    return [each for each in effective if each is not None]


def _effective(hub: Hub, obj: Json) -> Json | None:
    kind = str(obj["kind"])
    if _lies(hub, kind, "not"):
        return None
    if _lies(hub, kind, "late") and hub.clock.now() < _created(obj) + LATE_SECONDS:
        return None
    return _of_a_stranger(obj) if _lies(hub, kind, "elsewhere") else obj


def _lies(hub: Hub, kind: str, way: str) -> bool:
    return way in BOUND_KINDS.get(kind, {}) and hub.faults.active(lie(kind, way))


def _of_a_stranger(obj: Json) -> Json:
    """Bound to a namespace that nobody has asked for."""
    other, selector = deepcopy(obj), {"matchLabels": {NAME_LABEL: STRANGER}}
    if "namespace" in other["metadata"]:
        other["metadata"]["namespace"] = STRANGER
    elif "subject" in other["spec"]:
        other["spec"]["subject"] = {"namespaces": selector}
    else:
        other["spec"]["namespaceSelector"] = selector
    return other


def _created(obj: Json) -> float:
    return datetime.fromisoformat(obj["metadata"]["creationTimestamp"]).timestamp()
