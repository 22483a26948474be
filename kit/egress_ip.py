"""An egress address on loan to a namespace: asked for, awaited in its status, given back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.upstream import OVN_API
from kit import evidence, node_labels
from kit.cluster import Cluster
from kit.errors import Refused
from kit.manifests import manifest
from kit.node_labels import Home, homes
from kit.ownership import RUN, labels_of
from kit.patience import EGRESS_IP_ASSIGNED
from kit.stage import Stage
from kit.verdict import Inconclusive, Verdict, met, unmet

Found = Mapping[str, Any] | None


@dataclass
class EgressIp:
    """One EgressIP object of the run's for a namespace; `home` is the node that holds it.

    `changing` says that packets may not follow the object yet.
    """

    stage: Stage
    namespace: str
    address: str
    name: str
    home: Home | None = field(default=None, init=False)
    nodes: list[Home] = field(default_factory=list, init=False)
    changing: bool = field(default=False, init=False)

    def assign(self, pods: Mapping[str, str] | None = None) -> None:
        """Ask for it, on a node that may hold one, and wait until the status names that node."""
        self._look_around()
        if not any(home.label is not None for home in self.nodes):
            self._allow(self.for_pods()[0])
        self._apply(pods)
        self._await(self._has_a_node)

    def move(self) -> None:
        """Let another node hold it, and the present one no longer."""
        old = self.held()
        self._allow(self.elsewhere(old))
        node_labels.forbid(self.stage.cluster, old)
        self._await(self._has_a_node)

    def make_homeless(self) -> None:
        node_labels.forbid(self.stage.cluster, self.held())
        self._await(_has_no_node)

    def remove(self) -> None:
        self.stage.cluster.delete((OVN_API, "EgressIP", self.name, None))
        self.changing = True

    def give_back(self) -> None:
        self.remove()
        node_labels.give_back(self.stage.cluster)

    def warned(self, reason: str) -> None:
        """Since its status has no place for errors, an event is all that a user gets to see."""
        chosen = f"involvedObject.name={self.name}"
        self.stage.waiting.eventually(
            lambda: self.stage.cluster.list("v1", "Event", "default", fields=chosen),
            lambda events: _tell(events, reason),
            within=EGRESS_IP_ASSIGNED,
            what=f"an event tells {reason} of EgressIP {self.name}",
        )

    # Nodes

    def _allow(self, home: Home) -> None:
        marks = labels_of(self.stage.own({"metadata": {}}))
        node_labels.allow(self.stage.cluster, home, marks)

    def held(self) -> Home:
        if self.home is None:
            raise Inconclusive(f"no node holds the egress address {self.address}")
        return self.home

    def elsewhere(self, home: Home) -> Home:
        """Another node that takes pods."""
        others = [other for other in self.for_pods() if other.name != home.name]
        if not others:
            raise Inconclusive(f"no node but {home.name} takes pods: two are needed")
        return others[0]

    def for_pods(self) -> list[Home]:
        found = [home for home in self.nodes if home.takes_pods]
        if not found:
            raise Inconclusive("no node takes ordinary pods")
        return found

    def _look_around(self) -> None:
        self.nodes = homes(self.stage.cluster)

    # The object

    def _apply(self, pods: Mapping[str, str] | None) -> None:
        item = self.stage.own(manifest("egress-ip"))
        item["metadata"]["name"] = self.name
        spec = item["spec"]
        spec["egressIPs"] = [self.address]
        spec["namespaceSelector"]["matchLabels"] = {"kubernetes.io/metadata.name": self.namespace}
        if pods:
            spec["podSelector"] = {"matchLabels": dict(pods)}
        evidence.attach("EgressIP applied", item, "json")
        self.stage.cluster.apply(item)

    def _await(self, judge: Callable[[Found], Verdict]) -> None:
        self._look_around()
        found = self.stage.waiting.eventually(
            lambda: self.stage.cluster.get(OVN_API, "EgressIP", self.name),
            judge,
            within=EGRESS_IP_ASSIGNED,
            what=f"the status of EgressIP {self.name}",
        )
        holder = {item["node"] for item in _items(found)}
        self.home = next((home for home in self.nodes if home.name in holder), None)
        self.changing = True
        evidence.fact("egress node", self.home.name if self.home else "none")

    def _has_a_node(self, found: Found) -> Verdict:
        """Exactly our address, on a node that carries the label."""
        labelled = [home.name for home in self.nodes if home.label is not None]
        items = [(item["egressIP"], item["node"]) for item in _items(found)]
        told = ", ".join(f"{address} on {node}" for address, node in items) or "no node"
        if [address for address, _ in items] == [self.address] and items[0][1] in labelled:
            return met(f"it names {told}")
        return unmet(f"it names {told}; expected {self.address} on {' or '.join(labelled)}")


def give_back(cluster: Cluster) -> str:
    """Delete what any run has left of egress addresses; a sentence, or nothing to say."""
    gone = _left(cluster)
    for name in gone:
        cluster.delete((OVN_API, "EgressIP", name, None))
    nodes = node_labels.give_back(cluster)
    if not gone and not nodes:
        return ""
    told = f"EgressIPs deleted: {', '.join(gone) or 'none'}"
    return f"{told}; nodes unlabelled: {', '.join(nodes) or 'none'}"


def _left(cluster: Cluster) -> list[str]:
    """Where we may not even look, we have made none."""
    if not cluster.serves(OVN_API, "EgressIP"):
        return []
    try:
        found = cluster.list(OVN_API, "EgressIP", selector=RUN)
    except Refused:
        return []
    return [str(each["metadata"]["name"]) for each in found]


def _items(found: Found) -> list[Mapping[str, Any]]:
    items: list[Mapping[str, Any]] = ((found or {}).get("status") or {}).get("items") or []
    return items


def _has_no_node(found: Found) -> Verdict:
    nodes = ", ".join(item["node"] for item in _items(found))
    return unmet(f"it still names {nodes}, which has lost the label") if nodes else met()


def _tell(events: list[dict[str, Any]], reason: str) -> Verdict:
    reasons = sorted({event.get("reason", "") for event in events})
    return met() if reason in reasons else unmet(f"its events are {', '.join(reasons) or 'none'}")
