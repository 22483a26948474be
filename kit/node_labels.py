"""The label that lets a node hold egress addresses: given by us with a value that says so.

OVN-Kubernetes ignores the value. Ours marks the label as a loan, in the very write that makes it:
whatever kills a run, `python -m kit restore` finds each label of ours and no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.upstream import EGRESS_ASSIGNABLE_LABEL
from kit.cluster import Cluster
from kit.errors import Refused
from kit.nodes import HOST_NAME, takes_pods
from kit.verdict import Inconclusive

OURS = "netobserv-egress-conformance"
SELECTOR = f"{EGRESS_ASSIGNABLE_LABEL}={OURS}"


@dataclass(frozen=True)
class Home:
    """A node as a place of clients and of egress addresses."""

    name: str
    host_name: str
    address: str
    takes_pods: bool
    label: str | None

    @property
    def strangers(self) -> bool:
        """Somebody else lets it hold egress addresses."""
        return self.label is not None and self.label != OURS


def homes(cluster: Cluster) -> list[Home]:
    """Every node, by name."""
    return sorted(map(_home, cluster.list("v1", "Node")), key=lambda home: home.name)


def allow(cluster: Cluster, home: Home) -> None:
    """Let a node hold egress addresses, unless somebody does already."""
    if home.label is None:
        _set(cluster, home.name, OURS)


def forbid(cluster: Cluster, home: Home) -> None:
    """Take our label away; another's is not ours to take."""
    if home.strangers:
        raise Inconclusive(
            f"node {home.name} holds egress addresses under a label that is not the suite's: "
            "taking it away could move the addresses of others"
        )
    _set(cluster, home.name, None)


def give_back(cluster: Cluster) -> list[str]:
    """Take every label of ours away; the names of the nodes that had one."""
    try:
        nodes = cluster.list("v1", "Node", selector=SELECTOR)
    except Refused:
        return []  # where we may not even look, we have labelled none
    names = [str(node["metadata"]["name"]) for node in nodes]
    for name in names:
        _set(cluster, name, None)
    return sorted(names)


def _set(cluster: Cluster, name: str, value: str | None) -> None:
    patch: dict[str, Any] = {"metadata": {"labels": {EGRESS_ASSIGNABLE_LABEL: value}}}
    cluster.patch("v1", "Node", name, patch)


def _home(node: Mapping[str, Any]) -> Home:
    metadata, labels = node["metadata"], node["metadata"].get("labels", {})
    addresses = node.get("status", {}).get("addresses", ())
    internal = [each["address"] for each in addresses if each["type"] == "InternalIP"]
    return Home(
        name=metadata["name"],
        host_name=labels.get(HOST_NAME, metadata["name"]),
        address=internal[0] if internal else "",
        takes_pods=takes_pods(node),
        label=labels.get(EGRESS_ASSIGNABLE_LABEL),
    )
