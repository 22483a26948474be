"""The user's FlowCollector on loan: remembered in the cluster itself, and given back exactly.

A Lease says who holds it, a ConfigMap beside it what it was like. Both outlive a killed run, so
that `python -m kit restore` can bring the original back from nothing but the cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog.upstream import (
    FLOW_COLLECTOR_API,
    FLOW_COLLECTOR_NAME,
    FOREIGN_MANAGERS,
)
from kit import lease
from kit.cluster import Cluster, Refused
from kit.errors import InfrastructureError
from kit.lease import LEASE_API
from kit.meddling import differences
from kit.memory import NAME, Memory, bare, config_map, home_of, remembered
from kit.ownership import Ownership
from kit.patience import OBJECT_GONE
from kit.three_way import merged
from kit.verdict import Inconclusive, Unmet, met, unmet
from kit.wait import Waiting

ATTEMPTS = 5
"""How often to put the original back before an edit that is as quick as we are wins."""

Object = Mapping[str, Any]


@dataclass
class Loan:
    """One run's hold on the FlowCollector; `memory` outlives the namespace that keeps it too."""

    cluster: Cluster
    whose: Ownership
    memory: Memory | None = field(default=None, init=False)

    def take(self, flow_collector: Object, now: datetime) -> None:
        """Remember the original and hold the Lease; Inconclusive when that is not ours to do."""
        foreign = somebody_elses(flow_collector)
        if foreign:
            raise Inconclusive(foreign)
        namespace = home_of(flow_collector)
        lease.acquire(self.cluster, self.whose, namespace, now)
        self.memory = Memory(self.whose.run, namespace, bare(flow_collector))
        try:
            self.cluster.apply(self.whose.mark(config_map(self.memory)))
        except InfrastructureError:
            lease.release(self.cluster)  # nothing was changed, so nobody has to wait for us
            raise

    def renew(self, namespace: str, now: datetime) -> None:
        lease.renew(self.cluster, namespace, now)


def give_back(cluster: Cluster, known: Memory | None = None, waiting: Waiting | None = None) -> str:
    """Restore what any run has borrowed, prove it, and forget it. A sentence on what was done.

    `known` stands in for what the cluster has forgotten: a FlowCollector that somebody deletes may
    take its namespace with it, and our ConfigMap there.
    """
    memory = remembered(cluster) or known
    if memory is None:
        lease.release(cluster)
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
