"""Removing what a run has made: its namespaces, then what belongs to no namespace, then labels.

Only what carries our labels is ever looked at. A network goes after its pods: OVN-Kubernetes keeps
one that is in use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from catalog.upstream import OVN_API, POLICY_API
from kit import node_labels
from kit.cluster import Cluster
from kit.ownership import KEPT, RUN, labels_of
from kit.patience import NAMESPACE_GONE
from kit.verdict import Unmet, Verdict, met, unmet
from kit.wait import Waiting

NAMESPACES = (("v1", "Namespace"),)
OF_THE_CLUSTER = (
    (OVN_API, "ClusterUserDefinedNetwork"),
    (POLICY_API, "AdminNetworkPolicy"),
    (OVN_API, "EgressIP"),
)
"""Kinds without a namespace that a run makes objects of."""

Object = dict[str, Any]
Chosen = Callable[[Object], bool]


def objects(cluster: Cluster, selector: str = RUN) -> Iterator[Object]:
    """Objects of the kinds that a run makes, in the order in which they can go; ours alone."""
    for kind in (*NAMESPACES, *OF_THE_CLUSTER):
        if cluster.serves(*kind):
            yield from cluster.list(*kind, selector=selector)


def clear(cluster: Cluster, waiting: Waiting, chosen: Chosen) -> list[str]:
    """Delete what is chosen and wait until it is gone; what was done, a line each.

    Unmet names what is left when something will not go; the rest is removed all the same.
    """
    done, stuck = [], []
    for kinds in (NAMESPACES, OF_THE_CLUSTER):
        found = [item for item in objects(cluster) if _kind(item) in kinds and chosen(item)]
        for item in found:
            cluster.delete((*_kind(item), item["metadata"]["name"], None))
        try:
            _await_gone(cluster, waiting, kinds, chosen)
        except Unmet as late:
            stuck.append(late.because)
        done += [f"deleted {said(item)}" for item in found]
    for node in node_labels.labelled(cluster):
        if chosen(node):
            node_labels.clear(cluster, node)
            done.append(f"unlabelled {said(node)}")
    if stuck:
        raise Unmet("; ".join(stuck), "\n".join(done))
    return done


def keep(cluster: Cluster, chosen: Chosen) -> list[str]:
    """Mark what is left on purpose, so that nobody tidies it up before its time; the names."""
    found = [item for item in objects(cluster) if chosen(item)]
    for item in found:
        patch = {"metadata": {"labels": {KEPT: "true"}}}
        cluster.patch(*_kind(item), item["metadata"]["name"], patch)
    return [str(item["metadata"]["name"]) for item in found]


def said(item: Object) -> str:
    """`Namespace x`; why it does not go, where its status tells."""
    metadata, name = item["metadata"], f"{item['kind']} {item['metadata']['name']}"
    if "deletionTimestamp" not in metadata:
        return name
    held = ", ".join(metadata.get("finalizers") or ())
    told = [str(each["message"]) for each in _conditions(item) if each.get("status") == "True"]
    why = "; ".join([*told, *([f"finalizers {held}"] if held else [])])
    return f"{name} (terminating{why and ': ' + why})"


def _conditions(item: Object) -> list[Object]:
    found: list[Object] = (item.get("status") or {}).get("conditions") or []
    return [each for each in found if each.get("message")]


def _await_gone(
    cluster: Cluster, waiting: Waiting, kinds: tuple[tuple[str, str], ...], chosen: Chosen
) -> None:
    def left() -> list[Object]:
        return [item for item in objects(cluster) if _kind(item) in kinds and chosen(item)]

    what = " and ".join(sorted(f"{kind}s" for _, kind in kinds))
    waiting.eventually(left, none_left, within=NAMESPACE_GONE, what=f"{what} of ours are gone")


def none_left(found: list[Object]) -> Verdict:
    names = ", ".join(said(item) for item in found)
    return unmet(f"left: {names}") if names else met()


def of_run(run: str) -> Chosen:
    return lambda item: labels_of(item).get(RUN) == run


def _kind(item: Object) -> tuple[str, str]:
    return item["apiVersion"], item["kind"]
