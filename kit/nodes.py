"""Nodes that take ordinary pods, and the addresses that pods get there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from catalog.upstream import NODE_SUBNETS_ANNOTATION
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


def pod_networks(nodes: list[dict[str, Any]], version: int) -> dict[str, str]:
    """By node name: what OVN-Kubernetes has noted, or else the node's own podCIDR."""
    return {
        str(node["metadata"]["name"]): network
        for node in nodes
        for network in pod_slices(node)[::-1]
        if ip_network(network).version == version
    }


def pod_slices(node: Mapping[str, Any]) -> list[str]:
    """The node's part of the pod network, one for each IP family."""
    noted = json.loads(node["metadata"].get("annotations", {}).get(NODE_SUBNETS_ANNOTATION, "{}"))
    default = noted.get("default", [])
    found = [default] if isinstance(default, str) else list(default)
    return found or [str(cidr) for cidr in node.get("spec", {}).get("podCIDRs", ())]
