"""Events: what the controllers say about an object, counted when repeated."""

from __future__ import annotations

from simulation.apiserver import ApiError
from simulation.controllers.hub import Hub, Json
from simulation.controllers.names import digest

KIND = "v1/Event"
KUBELET_REASONS = frozenset(
    ["Pulling", "Pulled", "Failed", "Started", "FailedMount", "BackOff", "Evicted"]
)
SCHEDULER_REASONS = ("Scheduled", "FailedScheduling")


def tell(hub: Hub, about: Json, reason: str, message: str, kind: str = "Normal") -> None:
    """Record an event, or count it once more; one in a namespace on its way out is lost."""
    metadata = about["metadata"]
    namespace = metadata.get("namespace") or "default"
    name = f"{metadata['name']}.{digest([metadata.get('uid'), reason, message], 16)}"
    now = hub.clock.stamp()
    try:
        old = hub.store.find(KIND, namespace, name)
        if old:
            old.update(count=old.get("count", 1) + 1, lastTimestamp=now)
            hub.store.update(KIND, namespace, old)
        else:
            event = _event(about, reason, message, kind)
            event["metadata"] = {"name": name, "namespace": namespace}
            hub.store.create(KIND, namespace, event | {"firstTimestamp": now, "lastTimestamp": now})
    except ApiError:
        return


def warn(hub: Hub, about: Json, reason: str, message: str) -> None:
    tell(hub, about, reason, message, "Warning")


def _event(about: Json, reason: str, message: str, kind: str) -> Json:
    metadata = about["metadata"]
    involved: Json = {key: about[key] for key in ("apiVersion", "kind") if key in about}
    involved |= {key: metadata[key] for key in ("name", "namespace", "uid") if key in metadata}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "involvedObject": involved,
        "reason": reason,
        "message": message,
        "type": kind,
        "count": 1,
        "source": {"component": _component(reason)},
    }


def _component(reason: str) -> str:
    if reason in SCHEDULER_REASONS:
        return "default-scheduler"
    return "kubelet" if reason in KUBELET_REASONS else "controller-manager"
