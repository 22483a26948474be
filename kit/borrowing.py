"""The user's FlowCollector on loan: remembered in the cluster itself, and given back exactly.

A Lease says who holds it, a ConfigMap beside it what it was like. Both outlive a killed run, so
that `python -m kit restore` can bring the original back from nothing but the cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from catalog.upstream import (
    DEFAULT_NAMESPACE,
    FLOW_COLLECTOR_API,
    FLOW_COLLECTOR_NAME,
    FOREIGN_MANAGERS,
)
from kit.cluster import Cluster, Refused
from kit.meddling import differences
from kit.memory import NAME, SELECTOR, Memory, bare, config_map, named, remembered
from kit.patience import OBJECT_GONE
from kit.three_way import merged
from kit.verdict import Inconclusive, Unmet, met, unmet
from kit.wait import Waiting

LEASE_API = "coordination.k8s.io/v1"
LEASE_SECONDS = 300
ATTEMPTS = 5
"""How often to put the original back before an edit that is as quick as we are wins."""

Object = Mapping[str, Any]


@dataclass
class Loan:
    """One run's hold on the FlowCollector; `memory` outlives the namespace that keeps it too."""

    cluster: Cluster
    run_id: str
    memory: Memory | None = field(default=None, init=False)

    def take(self, flow_collector: Object, now: datetime) -> None:
        """Remember the original and hold the Lease; Inconclusive when that is not ours to do."""
        foreign = somebody_elses(flow_collector)
        if foreign:
            raise Inconclusive(foreign)
        namespace = home_of(flow_collector)
        held = self.cluster.get(LEASE_API, "Lease", NAME, namespace)
        if held is not None:
            raise Inconclusive(_held(held, now))
        self.cluster.create(_lease(namespace, self.run_id, now))
        self.memory = Memory(self.run_id, namespace, bare(flow_collector))
        self.cluster.apply(config_map(self.memory))

    def renew(self, namespace: str, now: datetime) -> None:
        self.cluster.patch(
            LEASE_API, "Lease", NAME, {"spec": {"renewTime": _micro(now)}}, namespace
        )


def give_back(cluster: Cluster, known: Memory | None = None, waiting: Waiting | None = None) -> str:
    """Restore what any run has borrowed, prove it, and forget it. A sentence on what was done.

    `known` stands in for what the cluster has forgotten: a FlowCollector that somebody deletes may
    take its namespace with it, and our ConfigMap there.
    """
    memory = remembered(cluster) or known
    if memory is None:
        _forget_half_a_loan(cluster)
        return "nothing is borrowed: no run has left a FlowCollector behind"
    kept = _put_back(cluster, memory, waiting or Waiting())
    cluster.delete(("v1", "ConfigMap", NAME, memory.namespace))
    cluster.delete((LEASE_API, "Lease", NAME, memory.namespace))
    said = f"the FlowCollector {FLOW_COLLECTOR_NAME} is as it was before run {memory.run}"
    return f"{said}, but for what somebody set since and keeps: {'; '.join(kept)}" if kept else said


def somebody_elses(flow_collector: Object) -> str:
    """Why the object must not be borrowed, in a sentence; empty when it may be."""
    metadata, spec = flow_collector["metadata"], flow_collector.get("spec", {})
    marks = {*metadata.get("labels", {}), *metadata.get("annotations", {})}
    marks |= {entry.get("manager", "") for entry in metadata.get("managedFields", ())}
    for mark, who in FOREIGN_MANAGERS.items():
        if any(mark in found for found in marks):
            return (
                f"the FlowCollector is managed by {who}, which would undo every change: pause it "
                "there, then run again"
            )
    if metadata.get("ownerReferences"):
        owner = metadata["ownerReferences"][0]
        return (
            f"the FlowCollector belongs to {owner.get('kind')} {owner.get('name')}, which would "
            "undo every change: run against a cluster whose FlowCollector is its own"
        )
    if spec.get("execution", {}).get("mode") == "OnHold":
        return "the FlowCollector is on hold (spec.execution.mode): set it to Running first"
    return ""


def home_of(flow_collector: Object) -> str:
    return str(flow_collector.get("spec", {}).get("namespace", DEFAULT_NAMESPACE))


def _put_back(cluster: Cluster, memory: Memory, waiting: Waiting) -> tuple[str, ...]:
    """Ours out, theirs stays; what stays is named."""
    _await_deletion(cluster, waiting)
    for _attempt in range(ATTEMPTS):
        live = _live(cluster)
        if live is None:
            cluster.create(memory.original)
            live = _live(cluster) or {}
        found = merged(memory.original["spec"], memory.left, live.get("spec", {}))
        if found.spec == live.get("spec"):
            return found.kept
        _replace(cluster, live.get("spec", {}), found.spec)
    after = (_live(cluster) or {}).get("spec", {})
    said = differences(found.spec, after)
    raise Inconclusive(f"the FlowCollector could not be restored: {said}")


def _replace(cluster: Cluster, live: Object, wanted: Object) -> None:
    """Not a PUT: the operator writes status all the time, and each write would be a conflict."""
    whole = [
        {"op": "test", "path": "/spec", "value": live},
        {"op": "replace", "path": "/spec", "value": wanted},
    ]
    try:
        cluster.patch(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME, whole)
    except Refused:
        # An edit in between fails the test above, and is read and kept by the next attempt.
        if (_live(cluster) or {}).get("spec") == live:
            raise


def _live(cluster: Cluster) -> dict[str, Any] | None:
    return cluster.get(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME)


def _await_deletion(cluster: Cluster, waiting: Waiting) -> None:
    """One that is being deleted cannot be changed, only made again."""
    try:
        waiting.eventually(
            lambda: _live(cluster),
            lambda live: (
                unmet(f"finalizers hold it: {live['metadata'].get('finalizers')}")
                if live and live["metadata"].get("deletionTimestamp")
                else met()
            ),
            within=OBJECT_GONE,
            what="the FlowCollector that somebody deleted is gone",
        )
    except Unmet as late:
        raise Inconclusive(f"the FlowCollector could not be restored: {late.because}") from None


def _forget_half_a_loan(cluster: Cluster) -> None:
    """A run that died after it took the Lease had changed nothing, and yet locks out all others."""
    for lease in cluster.list(LEASE_API, "Lease", selector=SELECTOR):
        cluster.delete((LEASE_API, "Lease", NAME, lease["metadata"]["namespace"]))


def _held(lease: Object, now: datetime) -> str:
    spec = lease["spec"]
    holder, renewed = spec.get("holderIdentity", "somebody"), spec.get("renewTime", "")
    lapsed = not renewed or now - datetime.fromisoformat(renewed.replace("Z", "+00:00")) > (
        timedelta(seconds=spec.get("leaseDurationSeconds", LEASE_SECONDS))
    )
    if lapsed:
        return (
            f"run {holder} has borrowed the FlowCollector and ended without giving it back: "
            "run `make restore` with the same kubeconfig first"
        )
    return f"run {holder} is using the FlowCollector (seen {renewed}): wait until it has ended"


def _lease(namespace: str, run_id: str, now: datetime) -> dict[str, Any]:
    return {
        "apiVersion": LEASE_API,
        "kind": "Lease",
        "metadata": named(namespace),
        "spec": {
            "holderIdentity": run_id,
            "leaseDurationSeconds": LEASE_SECONDS,
            "acquireTime": _micro(now),
            "renewTime": _micro(now),
        },
    }


def _micro(at: datetime) -> str:
    """A Kubernetes MicroTime."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
