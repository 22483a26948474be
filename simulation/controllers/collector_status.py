"""The FlowCollector's conditions, with upstream's traps left in.

Source: operator 1.11, internal/pkg/manager/status/status_manager.go. Ready follows from the
components alone; a DaemonSet counts as done when all its pods are *scheduled* anew, ready or not;
the Waiting conditions are inverted; nothing says which generation was observed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulation.controllers import conditions

Json = dict[str, Any]

COMPONENTS = (
    "FlowCollectorLegacy",
    "Monitoring",
    "StaticController",
    "FLPParent",
    "FLPMonolith",
    "FLPTransformer",
    "NetworkPolicy",
)


@dataclass(frozen=True)
class Component:
    """How far one part of the operator has come."""

    status: str = "Ready"
    reason: str = ""
    message: str = ""

    def condition(self, name: str) -> Json:
        found = {"type": f"Waiting{name}", "message": self.message}
        if self.status == "Unused":
            return found | {"status": "Unknown", "reason": "ComponentUnused"}
        if self.status == "Ready":
            return found | {"status": "False", "reason": "Ready"}
        return found | {"status": "True", "reason": self.reason}


READY, UNUSED = Component(), Component("Unused")


def pending(reason: str, message: str) -> Component:
    return Component("InProgress", reason, message)


def daemon_set_progress(found: Json | None) -> Component:
    if found is None:
        return pending("DaemonSetNotCreated", "DaemonSet not created")
    status, name = found.get("status") or {}, found["metadata"]["name"]
    updated = status.get("updatedNumberScheduled", 0)
    desired = status.get("desiredNumberScheduled", 0)
    if updated < desired:
        text = f"DaemonSet {name} not ready: {updated}/{desired}"
        return pending("DaemonSetNotReady", text)
    return READY


def deployment_progress(found: Json | None) -> Component:
    if found is None:
        return pending("DeploymentNotCreated", "Deployment not created")
    status, name = found.get("status") or {}, found["metadata"]["name"]
    available = conditions.find(status.get("conditions") or [], "Available")
    updated, replicas = status.get("updatedReplicas", 0), status.get("replicas", 0)
    if available is None or available["status"] != "True":
        why = (available or {}).get("message", "missing condition")
        text = f"Deployment {name} not ready: {updated}/{replicas} ({why})"
        return pending("DeploymentNotReady", text)
    return READY


def ready_condition(components: dict[str, Component]) -> Json:
    states = [each.status for each in components.values()]
    good, bad = states.count("Ready"), states.count("Failure")
    waiting = states.count("InProgress")
    text = f"{good} ready components, {bad} with failure, {waiting} pending"
    if bad:
        return {"type": "Ready", "status": "False", "reason": "Failure", "message": text}
    if waiting:
        return {"type": "Ready", "status": "False", "reason": "Pending", "message": text}
    return {"type": "Ready", "status": "True", "reason": "Ready", "message": text}


def all_conditions(
    components: dict[str, Component], said: list[str], of_loki: list[Json]
) -> list[Json]:
    """`said` is what the webhook warns of: the operator asks it again and repeats it here."""
    issue = {"type": "ConfigurationIssue", "status": "False", "reason": "Valid", "message": ""}
    if said:
        issue |= {"status": "True", "reason": "Warnings", "message": "; ".join(said)}
    return [
        ready_condition(components),
        *(components[name].condition(name) for name in COMPONENTS),
        issue,
        *of_loki,
    ]
