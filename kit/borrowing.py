"""The user's FlowCollector on loan: remembered in the cluster itself, and given back exactly.

A Lease says who holds it, a ConfigMap beside it what it was like. Both outlive a killed run, so
that `python -m kit restore` can bring the original back from nothing but the cluster.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from catalog.upstream import (
    DEFAULT_NAMESPACE,
    FLOW_COLLECTOR_API,
    FLOW_COLLECTOR_NAME,
    FOREIGN_MANAGERS,
)
from kit.cluster import Cluster
from kit.collector import differences
from kit.verdict import Inconclusive

NAME = "netobserv-egress-conformance"
SELECTOR = f"app.kubernetes.io/name={NAME}"
LEASE_API = "coordination.k8s.io/v1"
LEASE_SECONDS = 300
ORIGINAL = "flowcollector.json"

Object = Mapping[str, Any]


@dataclass
class Loan:
    """One run's hold on the FlowCollector."""

    cluster: Cluster
    run_id: str

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
        self.cluster.apply(_memory(namespace, self.run_id, flow_collector))

    def renew(self, namespace: str, now: datetime) -> None:
        self.cluster.patch(
            LEASE_API, "Lease", NAME, {"spec": {"renewTime": _micro(now)}}, namespace
        )


def give_back(cluster: Cluster) -> str:
    """Restore what any run has borrowed, prove it, and forget it. A sentence on what was done."""
    memory = _remembered(cluster)
    if memory is None:
        _forget_half_a_loan(cluster)
        return "nothing is borrowed: no run has left a FlowCollector behind"
    namespace = memory["metadata"]["namespace"]
    original = json.loads(memory["data"][ORIGINAL])
    _put_back(cluster, original)
    cluster.delete(("v1", "ConfigMap", NAME, namespace))
    cluster.delete((LEASE_API, "Lease", NAME, namespace))
    return (
        f"the FlowCollector {FLOW_COLLECTOR_NAME} is as it was before run {memory['data']['run']}"
    )


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


def _put_back(cluster: Cluster, original: dict[str, Any]) -> None:
    live = cluster.get(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME)
    if live is None:
        cluster.create(original)
    elif live.get("spec") != original["spec"]:
        # Not a PUT: the operator writes status all the time, and each write would be a conflict.
        whole = [{"op": "replace", "path": "/spec", "value": original["spec"]}]
        cluster.patch(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME, whole)
    after = cluster.get(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME) or {}
    if after.get("spec") != original["spec"]:
        said = differences(original["spec"], after.get("spec", {}))
        raise Inconclusive(f"the FlowCollector could not be restored: {said}")


def _forget_half_a_loan(cluster: Cluster) -> None:
    """A run that died after it took the Lease had changed nothing, and yet locks out all others."""
    for lease in cluster.list(LEASE_API, "Lease", selector=SELECTOR):
        cluster.delete((LEASE_API, "Lease", NAME, lease["metadata"]["namespace"]))


def _remembered(cluster: Cluster) -> dict[str, Any] | None:
    found = cluster.list("v1", "ConfigMap", selector=SELECTOR)
    return found[0] if found else None


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
        "metadata": _named(namespace),
        "spec": {
            "holderIdentity": run_id,
            "leaseDurationSeconds": LEASE_SECONDS,
            "acquireTime": _micro(now),
            "renewTime": _micro(now),
        },
    }


def _memory(namespace: str, run_id: str, flow_collector: Object) -> dict[str, Any]:
    metadata = flow_collector["metadata"]
    kept = {key: metadata[key] for key in ("name", "labels", "annotations") if key in metadata}
    original = {
        "apiVersion": flow_collector["apiVersion"],
        "kind": flow_collector["kind"],
        "metadata": kept,
        "spec": flow_collector.get("spec", {}),
    }
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": _named(namespace),
        "data": {"run": run_id, ORIGINAL: json.dumps(original, sort_keys=True)},
    }


def _named(namespace: str) -> dict[str, Any]:
    labels = {"app.kubernetes.io/part-of": NAME, "app.kubernetes.io/name": NAME}
    return {"name": NAME, "namespace": namespace, "labels": labels}


def _micro(at: datetime) -> str:
    """A Kubernetes MicroTime."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
