"""Servers that a scenario talks to: applied, awaited, and told apart as ends of a conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kit.addresses import other_of, wire_address, wire_addresses
from kit.cluster import Cluster
from kit.patience import WORKLOAD_READY
from kit.traffic import End
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting

Object = Mapping[str, Any]
ENDED = ("Succeeded", "Failed")


def await_workload(cluster: Cluster, waiting: Waiting, workload: Object) -> None:
    """Wait until a Deployment or DaemonSet runs as specified; Inconclusive when it never does."""
    metadata = workload["metadata"]
    try:
        waiting.eventually(
            lambda: cluster.get(
                workload["apiVersion"], workload["kind"], metadata["name"], metadata["namespace"]
            ),
            rolled_out,
            within=WORKLOAD_READY,
            what=f"{workload['kind']} {metadata['namespace']}/{metadata['name']} is ready",
        )
    except Unmet as late:
        raise Inconclusive(late.because) from None


def rolled_out(workload: Object | None) -> Verdict:
    """Every pod runs the newest template and is ready; pods of an old one do not count."""
    if workload is None:
        return unmet("it does not exist")
    status, generation = workload.get("status", {}), workload["metadata"].get("generation", 0)
    if status.get("observedGeneration", 0) < generation:
        return unmet(f"its controller has not seen generation {generation} yet")
    wanted, updated, ready = _counts(workload)
    if wanted == 0:
        return unmet("no pod of it is wanted anywhere")
    old = int(status.get("replicas", updated)) - updated
    if old > 0:
        return unmet(f"{old} pods of an older template are still there")
    if updated == wanted == ready:
        return met(f"{ready} of {wanted} pods are ready")
    return unmet(f"{updated} of {wanted} pods are updated, {ready} ready{_refused(status)}")


def _refused(status: Object) -> str:
    """Why no more pods are made, if admission says so: a quota, a LimitRange, a policy."""
    for condition in status.get("conditions", ()):
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True":
            return f"; {condition.get('message')}"
    return ""


def pods_of(cluster: Cluster, namespace: str, selector: str) -> list[dict[str, Any]]:
    """Ready pods, by name."""
    found = cluster.list("v1", "Pod", namespace, selector=selector)
    ready = [pod for pod in found if is_ready(pod)]
    return sorted(ready, key=lambda pod: str(pod["metadata"]["name"]))


def is_ready(pod: Object) -> bool:
    conditions: Sequence[Object] = pod.get("status", {}).get("conditions", ())
    going = "deletionTimestamp" in pod["metadata"]
    return not going and any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def unfinished(pods: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that have not ended: the object of an evicted pod stays until somebody removes it."""
    return [pod for pod in pods if pod.get("status", {}).get("phase") not in ENDED]


def living(pods: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of them that are not to end either, as a pod for ever is whose node is dead."""
    return [pod for pod in unfinished(pods) if "deletionTimestamp" not in pod["metadata"]]


def server_end(pod: Object, port: int, owner: str) -> End:
    """A pod that answers on a port; `owner` is the workload that flows name."""
    status = pod["status"]
    return End(
        name=pod["metadata"]["name"],
        namespace=pod["metadata"]["namespace"],
        address=wire_address(pod),
        port=port,
        owner=owner,
        node=pod["spec"]["nodeName"],
        node_address=status["hostIP"],
        other_address=other_of(wire_addresses(pod)),
    )


def service_end(service: Object) -> End:
    """A Service at its first port."""
    metadata, spec = service["metadata"], service["spec"]
    return End(
        name=metadata["name"],
        namespace=metadata["namespace"],
        address=spec["clusterIP"],
        port=int(spec["ports"][0]["port"]),
        owner=metadata["name"],
        other_address=other_of(spec.get("clusterIPs") or [spec["clusterIP"]]),
    )


def _counts(workload: Object) -> tuple[int, int, int]:
    status = workload.get("status", {})
    if workload["kind"] == "DaemonSet":
        return (
            int(status.get("desiredNumberScheduled", 0)),
            int(status.get("updatedNumberScheduled", 0)),
            int(status.get("numberReady", 0)),
        )
    return (
        int(workload["spec"].get("replicas", 1)),
        int(status.get("updatedReplicas", 0)),
        int(status.get("readyReplicas", 0)),
    )
