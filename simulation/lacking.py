"""Clusters of another kind: without something that the population has, or called production."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from catalog.needs import INSTALLABLE, OFFLINE, Need
from catalog.upstream import (
    DEFAULT_NAMESPACE,
    DEMO_LOKI,
    FLOW_COLLECTOR_CRD,
    HOST_CIDRS_ANNOTATION,
    NODE_SUBNETS_ANNOTATION,
    OBSERVABILITY_GATE,
)
from simulation.apiserver import Store

CRD = "apiextensions.k8s.io/v1/CustomResourceDefinition"
CSV = "operators.coreos.com/v1alpha1/ClusterServiceVersion"
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
OPERATOR_NAMESPACE = "openshift-netobserv-operator"


def take_away(store: Store, needs: Collection[Need]) -> None:
    """Before anybody looks; KeyError for a need that the simulated cluster always meets."""
    for need in {*needs} - {*OFFLINE}:
        REMOVALS[need](store)
    if {*INSTALLABLE} <= {*needs}:
        store.delete("v1/Namespace", None, DEFAULT_NAMESPACE)


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


def _one_family(store: Store) -> None:
    """What was given to nodes, services and networks first is what they keep."""
    store.cluster_ips.dual_stack = False
    for kind in ("config.openshift.io/v1/Network", "operator.openshift.io/v1/Network"):
        _change(store, kind, _keep_first_networks)
    for node in store.list("v1/Node"):
        store.update("v1/Node", None, _with_one_family(node))
        store.set_status("v1/Node", None, node["metadata"]["name"], node["status"])
    for service in store.list("v1/Service"):
        spec = service["spec"]
        spec |= {key: spec[key][:1] for key in ("clusterIPs", "ipFamilies") if key in spec}
        spec["ipFamilyPolicy"] = "SingleStack"
        store.update("v1/Service", service["metadata"]["namespace"], service)


def _keep_first_networks(network: dict[str, Any]) -> None:
    for part in ("spec", "status"):
        held = network.get(part) or {}
        held |= {k: held[k][:1] for k in ("clusterNetwork", "serviceNetwork") if k in held}


def _with_one_family(node: dict[str, Any]) -> dict[str, Any]:
    notes, status = node["metadata"]["annotations"], node["status"]
    notes[HOST_CIDRS_ANNOTATION] = json.dumps(json.loads(notes[HOST_CIDRS_ANNOTATION])[:1])
    subnets = json.loads(notes[NODE_SUBNETS_ANNOTATION])["default"]
    notes[NODE_SUBNETS_ANNOTATION] = json.dumps({"default": subnets[:1]})
    node["spec"]["podCIDRs"] = node["spec"]["podCIDRs"][:1]
    status["addresses"] = [each for each in status["addresses"] if ":" not in each["address"]]
    return node


def _one_node(store: Store) -> None:
    """Single-node OpenShift: the control plane takes ordinary pods as well."""
    for node in store.list("v1/Node"):
        if CONTROL_PLANE not in node["metadata"]["labels"]:
            store.delete("v1/Node", None, node["metadata"]["name"])


def _no_flow_collector(store: Store) -> None:
    """Neither the operator nor what it brought; the namespace stays if Loki is in it."""
    store.delete(CRD, None, FLOW_COLLECTOR_CRD)
    for version in store.list(CSV, OPERATOR_NAMESPACE):
        store.delete(CSV, OPERATOR_NAMESPACE, version["metadata"]["name"])
    store.delete("apps/v1/Deployment", OPERATOR_NAMESPACE, "netobserv-controller-manager")
    store.delete("v1/Namespace", None, OPERATOR_NAMESPACE)


def _no_loki(store: Store) -> None:
    store.delete("v1/Service", DEFAULT_NAMESPACE, DEMO_LOKI)
    store.delete("apps/v1/Deployment", DEFAULT_NAMESPACE, DEMO_LOKI)


def call_production(store: Store) -> None:
    """As the owner of a cluster that others rely on may mark it."""

    def mark(found: dict[str, Any]) -> None:
        found["metadata"].setdefault("labels", {})["example.com/environment"] = "production"

    _change(store, "config.openshift.io/v1/Infrastructure", mark)


def _change(store: Store, kind: str, change: Callable[[dict[str, Any]], None]) -> None:
    found = store.get(kind, None, "cluster")
    change(found)
    store.update(kind, None, found)


REMOVALS: Mapping[Need, Callable[[Store], None]] = {
    Need.IPSEC: _no_ipsec,
    Need.USER_DEFINED_NETWORKS: _no_networks,
    Need.OVN_OBSERVABILITY: _no_observability,
    Need.DUAL_STACK: _one_family,
    Need.TWO_NODES: _one_node,
    Need.FLOW_COLLECTOR: _no_flow_collector,
    Need.LOKI: _no_loki,
}
