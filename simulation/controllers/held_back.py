"""A lie: a policy engine that wants to see each privileged pod before it goes, and never does."""

from __future__ import annotations

from simulation.controllers.hub import Hub

FAULT, FINALIZER = "privileged-pod-stays", "policy.example.com/review"
POD = "v1/Pod"


def hold_back(hub: Hub, key: tuple[str, str]) -> None:
    """Bare pods alone: those of workloads would keep their workload from rolling."""
    if not hub.faults.active(FAULT):
        return
    pod = hub.store.find(POD, *key)
    if pod is None or pod["metadata"].get("ownerReferences"):
        return
    security = [each.get("securityContext") or {} for each in pod["spec"]["containers"]]
    if any(each.get("privileged") for each in security):
        pod["metadata"]["finalizers"] = [FINALIZER]
        hub.store.update(POD, key[0], pod, manager="policy-engine")
