"""Nodes that take ordinary pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit.cluster import Cluster

HOST_NAME = "kubernetes.io/hostname"
REPELLING = ("NoSchedule", "NoExecute")


def schedulable(cluster: Cluster) -> list[str]:
    """Host names of the nodes that take ordinary pods, sorted."""
    nodes = cluster.list("v1", "Node")
    return sorted(node["metadata"]["labels"][HOST_NAME] for node in nodes if takes_pods(node))


def takes_pods(node: Mapping[str, Any]) -> bool:
    """Ready, not cordoned, and without a taint that a pod would have to tolerate."""
    spec = node.get("spec", {})
    repelling = any(taint.get("effect") in REPELLING for taint in spec.get("taints", ()))
    ready = any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in node.get("status", {}).get("conditions", ())
    )
    return ready and not repelling and not spec.get("unschedulable", False)
