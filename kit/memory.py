"""What a borrowed FlowCollector was like, kept in the cluster itself beside the Lease."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.upstream import DEFAULT_NAMESPACE, FLOW_COLLECTOR_API, FLOW_COLLECTOR_NAME
from kit.cluster import Cluster, Refused
from kit.ownership import labels_of
from kit.verdict import Inconclusive

NAME = "netobserv-egress-conformance"
NAME_LABEL = "app.kubernetes.io/name"
SELECTOR = f"{NAME_LABEL}={NAME}"
ORIGINAL, LEFT = "flowcollector.json", "left.json"

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Memory:
    """The object before run `run`, and each spec that the run has left or was about to leave."""

    run: str
    namespace: str
    original: dict[str, Any]
    left: tuple[Object, ...] = ()


def remember(cluster: Cluster, spec: Object) -> None:
    """Note a spec before it is written, so that whoever restores knows it for ours."""
    memory = remembered(cluster)
    if memory is None:
        raise Inconclusive(
            f"somebody deleted the ConfigMap {NAME} that remembers the FlowCollector: nothing more "
            "is changed without it"
        )
    left = json.dumps([*memory.left, spec], sort_keys=True)
    change = {"data": {LEFT: left}}
    cluster.patch("v1", "ConfigMap", NAME, change, memory.namespace)


def remembered(cluster: Cluster) -> Memory | None:
    """What any run has written down and nobody has restored yet."""
    found = find(cluster, "v1", "ConfigMap")
    if found is None:
        return None
    metadata, data = found["metadata"], found["data"]
    original, left = json.loads(data[ORIGINAL]), json.loads(data.get(LEFT, "[]"))
    return Memory(data["run"], metadata["namespace"], original, tuple(left))


def find(cluster: Cluster, api_version: str, kind: str) -> dict[str, Any] | None:
    """Ours beside the collector; or anywhere, should the FlowCollector be gone or have moved."""
    live = cluster.get(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME) or {}
    found = cluster.get(api_version, kind, NAME, home_of(live))
    if found is not None:
        return found if labels_of(found).get(NAME_LABEL) == NAME else None
    try:
        elsewhere = cluster.list(api_version, kind, selector=SELECTOR)
    except Refused:
        return None  # whoever has made one there may look there
    return elsewhere[0] if elsewhere else None


def home_of(flow_collector: Object) -> str:
    return str(flow_collector.get("spec", {}).get("namespace", DEFAULT_NAMESPACE))


def bare(flow_collector: Object) -> dict[str, Any]:
    """What it takes to make the object again."""
    metadata = flow_collector["metadata"]
    return {
        "apiVersion": flow_collector["apiVersion"],
        "kind": flow_collector["kind"],
        "metadata": {
            key: metadata[key] for key in ("name", "labels", "annotations") if key in metadata
        },
        "spec": flow_collector.get("spec", {}),
    }


def config_map(memory: Memory) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": named(memory.namespace),
        "data": {"run": memory.run, ORIGINAL: json.dumps(memory.original, sort_keys=True)},
    }


def named(namespace: str) -> dict[str, Any]:
    labels = {"app.kubernetes.io/part-of": NAME, NAME_LABEL: NAME}
    return {"name": NAME, "namespace": namespace, "labels": labels}
