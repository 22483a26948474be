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
from kit.ownership import MARKS, RUN, labels_of
from kit.verdict import Inconclusive

OURS = "netobserv-egress-conformance"
SELECTOR = f"{EGRESS_ASSIGNABLE_LABEL}={OURS}"
WITHOUT: Mapping[str, None] = dict.fromkeys((EGRESS_ASSIGNABLE_LABEL, *MARKS))
"""A merge patch that takes the label away, and with it whose it was."""


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


def allow(cluster: Cluster, home: Home, marks: Mapping[str, str]) -> None:
    """Let a node hold egress addresses, unless somebody does already; `marks` say whose it is."""
    if home.label is None:
        _set(cluster, home.name, {EGRESS_ASSIGNABLE_LABEL: OURS, **marks})


def forbid(cluster: Cluster, home: Home) -> None:
    """Take our label away; another's is not ours to take."""
    if home.strangers:
        raise Inconclusive(
            f"node {home.name} holds egress addresses under a label that is not the suite's: "
            "taking it away could move the addresses of others"
        )
    _set(cluster, home.name, WITHOUT)


def give_back(cluster: Cluster) -> list[str]:
    """Take every label of ours away; the names of the nodes that had one."""
    nodes = labelled(cluster)
    for node in nodes:
        clear(cluster, node)
    return sorted(str(node["metadata"]["name"]) for node in nodes)


def labelled(cluster: Cluster) -> list[dict[str, Any]]:
    """Nodes with a label of ours; none where we may not even look, since we have labelled none."""
    try:
        found = [cluster.list("v1", "Node", selector=each) for each in (SELECTOR, RUN)]
    except Refused:
        return []
    return list({node["metadata"]["name"]: node for nodes in found for node in nodes}.values())


def clear(cluster: Cluster, node: Mapping[str, Any]) -> None:
    """A value that somebody else has set meanwhile stays."""
    ours = labels_of(node).get(EGRESS_ASSIGNABLE_LABEL) == OURS
    gone = WITHOUT if ours else dict.fromkeys(MARKS)
    _set(cluster, str(node["metadata"]["name"]), gone)


def _set(cluster: Cluster, name: str, labels: Mapping[str, str | None]) -> None:
    cluster.patch("v1", "Node", name, {"metadata": {"labels": dict(labels)}})


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
