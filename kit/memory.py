"""What a borrowed FlowCollector was like, kept in the cluster itself beside the Lease."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kit.cluster import Cluster
from kit.verdict import Inconclusive

NAME = "netobserv-egress-conformance"
SELECTOR = f"app.kubernetes.io/name={NAME}"
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
    found = cluster.list("v1", "ConfigMap", selector=SELECTOR)
    if not found:
        return None
    metadata, data = found[0]["metadata"], found[0]["data"]
    original, left = json.loads(data[ORIGINAL]), json.loads(data.get(LEFT, "[]"))
    return Memory(data["run"], metadata["namespace"], original, tuple(left))


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
    labels = {"app.kubernetes.io/part-of": NAME, "app.kubernetes.io/name": NAME}
    return {"name": NAME, "namespace": namespace, "labels": labels}
