"""What a run has left behind: the cluster as it is at the end, held against how it was before.

Whoever else works on the cluster makes namespaces and labels too: only what is ours, or what the
suite touches of others, can be a leak.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.upstream import EGRESS_ASSIGNABLE_LABEL, FLOW_COLLECTOR_API, FLOW_COLLECTOR_NAME
from kit.clearing import objects, said
from kit.cluster import SUITE, Cluster
from kit.errors import Refused
from kit.lease import LEASE_API
from kit.meddling import differences
from kit.memory import NAME, home_of
from kit.node_labels import OURS
from kit.ownership import MARKS, RUN, labels_of

TOUCHED = (EGRESS_ASSIGNABLE_LABEL, *MARKS)
"""Labels of nodes that the suite sets and takes away."""

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Snapshot:
    """The cluster before a run: labels by node, the FlowCollector's spec, objects of our kinds.

    `collector` is None where there is no FlowCollector.
    """

    nodes: Mapping[str, Labels] = field(default_factory=dict)
    collector: Mapping[str, Any] | None = None
    objects: frozenset[str] = frozenset()


def snapshot(cluster: Cluster) -> Snapshot:
    before = frozenset(_name(item) for item in objects(cluster, selector=""))
    return Snapshot(_nodes(cluster), spec_of(cluster), before)


def spec_of(cluster: Cluster) -> dict[str, Any] | None:
    found = _collector(cluster)
    return found and (found.get("spec") or {})


def leaks(cluster: Cluster, before: Snapshot, run: str, *, kept: bool = False) -> Iterator[str]:
    """What is left of a run, a line each; `kept` objects were left on purpose."""
    if not kept:
        yield from _objects(cluster, before, run)
    yield from _labels(before.nodes, _nodes(cluster))
    collector = _collector(cluster)
    if before.collector is not None:
        yield from _spec(before.collector, collector)
    home = home_of(collector or {})
    for api, kind in ((LEASE_API, "Lease"), ("v1", "ConfigMap")):
        item = cluster.get(api, kind, NAME, home)
        if item is not None and labels_of(item).get(RUN) == run:
            yield f"{kind} {home}/{NAME}: the FlowCollector still counts as borrowed"


def _objects(cluster: Cluster, before: Snapshot, run: str) -> Iterator[str]:
    for item in objects(cluster, selector=""):
        if labels_of(item).get(RUN) == run:
            yield said(item)
        elif _name(item) not in before.objects and _unmarked(item):
            yield f"{said(item)}: made by this suite and labelled as no run's"


def _unmarked(item: Mapping[str, Any]) -> bool:
    """The API server remembers who made it, even where the label is missing."""
    managers = {each.get("manager") for each in item["metadata"].get("managedFields") or ()}
    return SUITE in managers and RUN not in labels_of(item)


def _labels(before: Mapping[str, Labels], after: Mapping[str, Labels]) -> Iterator[str]:
    """A label that a stranger gave or took meanwhile is the stranger's; one of ours is not."""
    for node, found in sorted(after.items()):
        was = before.get(node, {})
        for key, value in found.items():
            if value != was.get(key) and (key in MARKS or value == OURS):
                yield f"Node {node}: label {key} is {value!r}, was {_shown(was, key)}"


def _shown(labels: Labels, key: str) -> str:
    return repr(labels[key]) if key in labels else "absent"


def _spec(before: Mapping[str, Any], found: Mapping[str, Any] | None) -> Iterator[str]:
    if found is None:
        yield f"FlowCollector {FLOW_COLLECTOR_NAME}: it is gone"
    elif (found.get("spec") or {}) != before:
        told = differences(before, found.get("spec") or {})
        yield f"FlowCollector {FLOW_COLLECTOR_NAME}: {told}"


def _collector(cluster: Cluster) -> dict[str, Any] | None:
    return cluster.get(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME)


def _nodes(cluster: Cluster) -> dict[str, Labels]:
    """Nothing where nodes may not be read: nobody can label what they may not see."""
    try:
        nodes = cluster.list("v1", "Node")
    except Refused:
        return {}
    return {
        node["metadata"]["name"]: {k: v for k, v in labels_of(node).items() if k in TOUCHED}
        for node in nodes
    }


def _name(item: Mapping[str, Any]) -> str:
    return f"{item['kind']} {item['metadata']['name']}"
