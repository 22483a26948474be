"""Clusters that lack something: what the population has and others have not, taken away again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from catalog.needs import Need
from catalog.upstream import OBSERVABILITY_GATE
from simulation.apiserver import Store

CRD = "apiextensions.k8s.io/v1/CustomResourceDefinition"


def take_away(store: Store, needs: Iterable[Need]) -> None:
    """Before anybody looks; KeyError for a need that the simulated cluster always meets."""
    for need in needs:
        REMOVALS[need](store)


def _no_ipsec(store: Store) -> None:
    def disable(network: dict[str, Any]) -> None:
        ovn = network["spec"]["defaultNetwork"]["ovnKubernetesConfig"]
        ovn["ipsecConfig"] = {"mode": "Disabled"}

    _change(store, "operator.openshift.io/v1/Network", disable)


def _no_networks(store: Store) -> None:
    for plural in ("userdefinednetworks", "clusteruserdefinednetworks"):
        store.delete(CRD, None, f"{plural}.k8s.ovn.org")


def _no_observability(store: Store) -> None:
    kind = "config.openshift.io/v1/FeatureGate"
    gates = store.get(kind, None, "cluster")["status"]["featureGates"]
    for version in gates:
        gate = {"name": OBSERVABILITY_GATE}
        version["enabled"] = [each for each in version["enabled"] if each != gate]
        version["disabled"] = [*version["disabled"], gate]
    store.set_status(kind, None, "cluster", {"featureGates": gates})


def _change(store: Store, kind: str, change: Callable[[dict[str, Any]], None]) -> None:
    found = store.get(kind, None, "cluster")
    change(found)
    store.update(kind, None, found)


REMOVALS: Mapping[Need, Callable[[Store], None]] = {
    Need.IPSEC: _no_ipsec,
    Need.USER_DEFINED_NETWORKS: _no_networks,
    Need.OVN_OBSERVABILITY: _no_observability,
}
