"""What `kubectl get` shows of the built-in kinds beside name and age."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulation.apiserver.objects import Object, dig

NONE = "<none>"
Cell = Callable[[Object, float], Any]


def _at(*path: str, default: Any = NONE) -> Cell:
    def cell(obj: Object, _now: float) -> Any:
        found = dig(obj, *path)
        return default if found is None else found

    return cell


def _count(*path: str) -> Cell:
    return lambda obj, _now: len(dig(obj, *path) or ())


def _of(part: tuple[str, ...], whole: tuple[str, ...]) -> Cell:
    return lambda obj, _now: f"{dig(obj, *part) or 0}/{dig(obj, *whole) or 0}"


def _statuses(obj: Object) -> list[dict[str, Any]]:
    return list(dig(obj, "status", "containerStatuses") or ())


def _pod_ready(obj: Object, _now: float) -> str:
    ready = sum(bool(status.get("ready")) for status in _statuses(obj))
    return f"{ready}/{len(dig(obj, 'spec', 'containers') or ())}"


def _pod_status(obj: Object, _now: float) -> Any:
    if obj["metadata"].get("deletionTimestamp"):
        return "Terminating"
    shown = dig(obj, "status", "reason") or dig(obj, "status", "phase") or "Unknown"
    for status in _statuses(obj):
        state = status.get("state") or {}
        for name in ("waiting", "terminated"):
            shown = (state.get(name) or {}).get("reason") or shown
    return shown


def _pod_restarts(obj: Object, _now: float) -> str:
    return str(sum(status.get("restartCount", 0) for status in _statuses(obj)))


def _node_status(obj: Object, _now: float) -> str:
    conditions = dig(obj, "status", "conditions") or ()
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
    cordoned = ",SchedulingDisabled" if dig(obj, "spec", "unschedulable") else ""
    return ("Ready" if ready else "NotReady") + cordoned


def _node_roles(obj: Object, _now: float) -> str:
    labels = obj["metadata"].get("labels") or {}
    prefix = "node-role.kubernetes.io/"
    return ",".join(sorted(k[len(prefix) :] for k in labels if k.startswith(prefix))) or NONE


def _ports(obj: Object, _now: float) -> str:
    ports = dig(obj, "spec", "ports") or ()
    return ",".join(f"{port['port']}/{port.get('protocol', 'TCP')}" for port in ports) or NONE


def _job_status(obj: Object, _now: float) -> str:
    """Source: kubernetes pkg/printers/internalversion, printJob."""
    told = dig(obj, "status", "conditions") or ()
    true = {condition["type"] for condition in told if condition["status"] == "True"}
    if "deletionTimestamp" in obj["metadata"] and not true & {"Complete", "Failed"}:
        return "Terminating"
    known = ("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet")
    return next((word for word in known if word in true), "Running")


def _involved(obj: Object, _now: float) -> str:
    return f"{dig(obj, 'involvedObject', 'kind')}/{dig(obj, 'involvedObject', 'name')}".lower()


_REPLICAS = ("spec", "replicas")
BUILTIN: dict[str, list[tuple[str, int, Cell]]] = {
    "Namespace": [("Status", 0, _at("status", "phase"))],
    "Node": [
        ("Status", 0, _node_status),
        ("Roles", 0, _node_roles),
        ("Version", 0, _at("status", "nodeInfo", "kubeletVersion")),
    ],
    "Pod": [
        ("Ready", 0, _pod_ready),
        ("Status", 0, _pod_status),
        ("Restarts", 0, _pod_restarts),
        ("IP", 1, _at("status", "podIP")),
        ("Node", 1, _at("spec", "nodeName")),
    ],
    "Service": [
        ("Type", 0, _at("spec", "type")),
        ("Cluster-IP", 0, _at("spec", "clusterIP")),
        ("External-IP", 0, _at("spec", "externalName")),
        ("Port(s)", 0, _ports),
    ],
    "ConfigMap": [("Data", 0, _count("data"))],
    "Secret": [("Type", 0, _at("type")), ("Data", 0, _count("data"))],
    "ServiceAccount": [],
    "Deployment": [
        ("Ready", 0, _of(("status", "readyReplicas"), _REPLICAS)),
        ("Up-to-date", 0, _at("status", "updatedReplicas", default=0)),
        ("Available", 0, _at("status", "availableReplicas", default=0)),
    ],
    "ReplicaSet": [
        ("Desired", 0, _at(*_REPLICAS, default=0)),
        ("Current", 0, _at("status", "replicas", default=0)),
        ("Ready", 0, _at("status", "readyReplicas", default=0)),
    ],
    "DaemonSet": [
        ("Desired", 0, _at("status", "desiredNumberScheduled", default=0)),
        ("Current", 0, _at("status", "currentNumberScheduled", default=0)),
        ("Ready", 0, _at("status", "numberReady", default=0)),
        ("Up-to-date", 0, _at("status", "updatedNumberScheduled", default=0)),
        ("Available", 0, _at("status", "numberAvailable", default=0)),
    ],
    "StatefulSet": [("Ready", 0, _of(("status", "readyReplicas"), _REPLICAS))],
    "Job": [
        ("Status", 0, _job_status),
        ("Completions", 0, _of(("status", "succeeded"), ("spec", "completions"))),
    ],
    "CronJob": [
        ("Schedule", 0, _at("spec", "schedule")),
        ("Suspend", 0, _at("spec", "suspend", default=False)),
        ("Active", 0, _count("status", "active")),
    ],
    "NetworkPolicy": [],
    "Event": [
        ("Type", 0, _at("type")),
        ("Reason", 0, _at("reason")),
        ("Object", 0, _involved),
        ("Message", 0, _at("message")),
    ],
    "Lease": [("Holder", 0, _at("spec", "holderIdentity"))],
}
