"""Removing what a run has made: its namespaces, then what belongs to no namespace."""

from __future__ import annotations

from typing import Any

from catalog.upstream import OVN_API, POLICY_API
from kit.cluster import Cluster
from kit.patience import NAMESPACE_GONE
from kit.verdict import Verdict, met, unmet
from kit.wait import Waiting

OF_THE_CLUSTER = (
    (OVN_API, "ClusterUserDefinedNetwork"),
    (POLICY_API, "AdminNetworkPolicy"),
    (OVN_API, "EgressIP"),
)
"""A network goes after its pods: OVN-Kubernetes keeps one that is in use."""

Objects = list[dict[str, Any]]


def clear(cluster: Cluster, waiting: Waiting, selector: str) -> None:
    """Everything with these labels; Unmet, which names what is left, when it will not go."""

    def namespaces() -> Objects:
        return cluster.list("v1", "Namespace", selector=selector)

    def others() -> Objects:
        served = [kind for kind in OF_THE_CLUSTER if cluster.serves(*kind)]
        return [item for kind in served for item in cluster.list(*kind, selector=selector)]

    for look, what in ((namespaces, "namespaces"), (others, "objects of the whole cluster")):
        for item in look():
            cluster.delete((item["apiVersion"], item["kind"], item["metadata"]["name"], None))
        waiting.eventually(
            look, none_left, within=NAMESPACE_GONE, what=f"the run's {what} are gone"
        )


def none_left(objects: Objects) -> Verdict:
    names = ", ".join(f"{item['kind']} {item['metadata']['name']}" for item in objects)
    return unmet(f"left: {names}") if names else met()
