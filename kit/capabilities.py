"""What this cluster offers, found out without changing anything, each with how we know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from catalog.features import EBPF_MANAGER, FEATURES, Feature
from catalog.needs import Need
from catalog.upstream import FLOW_COLLECTOR_API, FLOW_COLLECTOR_CRD, OVN_API, POLICY_API
from kit.capability import Capability, State, supported, unsupported, unverifiable
from kit.cluster import Cluster
from kit.encryption import encryption
from kit.health.needs import health_needs
from kit.host import api_url
from kit.nodes import pod_slices, schedulable
from kit.observability import observability
from kit.privileges import privileges

__all__ = ["Capabilities", "Capability", "State", "detect", "supported", "unsupported"]

BPFMAN_API = "bpfman.io/v1alpha1"
"""Source: bpfman-operator apis/v1alpha1; the operator makes a ClusterBpfApplication of its own."""


@dataclass(frozen=True)
class Capabilities:
    needs: Mapping[Need, Capability]
    features: Mapping[str, Capability]

    def knowing(self, need: Need, known: Capability) -> Capabilities:
        """The same, and one more need that was looked into since."""
        return Capabilities({**self.needs, need: known}, self.features)

    @property
    def offered(self) -> frozenset[str]:
        """Names of the FlowCollector features that can do their work here."""
        return frozenset(each.name for each in FEATURES if not self.lacking((), (each,)))

    def lacking(self, needs: tuple[Need, ...], features: tuple[Feature, ...]) -> list[str]:
        """A sentence for each thing that a scenario stands on and the cluster does not offer."""
        missing = [
            f"{need.value}: {known.how}"
            for need in (*needs, *(need for feature in features for need in feature.needs))
            if not (known := self.needs.get(need, _NEVER_LOOKED)).met
        ]
        missing += [
            f"the FlowCollector feature {feature.name}: {known.how}"
            for feature in features
            if not (known := self.features.get(feature.name, _NEVER_LOOKED)).met
        ]
        return list(dict.fromkeys(missing))


_NEVER_LOOKED = unverifiable("the suite has no way to find out yet")


def detect(cluster: Cluster, flow_collector: Mapping[str, Any] | None) -> Capabilities:
    """Read-only: kinds, the CRD's own list of features, nodes."""
    needs = {
        Need.FLOW_COLLECTOR: _flow_collector(cluster, flow_collector),
        Need.EGRESS_FIREWALL: _serves(cluster, "EgressFirewall"),
        Need.EGRESS_IP: _serves(cluster, "EgressIP"),
        Need.USER_DEFINED_NETWORKS: _serves(cluster, "UserDefinedNetwork"),
        Need.EBPF_MANAGER: _ebpf_manager(cluster, flow_collector),
        Need.IPSEC: encryption(cluster),
        Need.TWO_NODES: _two_nodes(cluster),
        Need.API_SERVER_NAME: _api_server_name(cluster),
        Need.DUAL_STACK: _dual_stack(cluster),
        Need.SCTP: supported("a socket tells when a scenario asks for it"),
        Need.ADMIN_NETWORK_POLICY: _serves(cluster, "AdminNetworkPolicy", POLICY_API),
        Need.OVN_OBSERVABILITY: observability(cluster),
        Need.PRIVILEGED_AGENT: privileges(cluster, flow_collector),
        **health_needs(cluster, flow_collector),
    }
    return Capabilities(needs, _features(cluster))


def _flow_collector(cluster: Cluster, found: Mapping[str, Any] | None) -> Capability:
    if not cluster.serves(FLOW_COLLECTOR_API, "FlowCollector"):
        return unsupported(f"the API server does not serve {FLOW_COLLECTOR_API}")
    if found is None:
        return unsupported("there is no FlowCollector named cluster")
    return supported("FlowCollector cluster exists")


def _serves(cluster: Cluster, kind: str, api: str = OVN_API) -> Capability:
    if cluster.serves(api, kind):
        return supported(f"the API server serves {api} {kind}")
    return unsupported(f"the API server does not serve {api} {kind}")


def _api_server_name(cluster: Cluster) -> Capability:
    url = api_url(cluster)
    where = "Infrastructure cluster of config.openshift.io"
    return supported(f"{where} names {url}") if url else unsupported(f"{where} names none")


def _dual_stack(cluster: Cluster) -> Capability:
    """Every node, and every pod on it, gets an address of either family."""
    nodes = {node["metadata"]["name"]: node for node in cluster.list("v1", "Node")}
    single = sorted(name for name, node in nodes.items() if _of_node(node) != {4, 6})
    if single or not nodes:
        return unsupported(f"these nodes have addresses of one family only: {', '.join(single)}")
    single = sorted(name for name, node in nodes.items() if _of_pods(node) not in ({4, 6}, set()))
    if single:
        return unsupported(f"on these nodes pods have one family only: {', '.join(single)}")
    return supported("every node, and every pod there, has an IPv4 and an IPv6 address")


def _of_node(node: Mapping[str, Any]) -> set[int]:
    addresses = node.get("status", {}).get("addresses", ())
    internal = (each["address"] for each in addresses if each["type"] == "InternalIP")
    return {ip_address(address).version for address in internal}


def _of_pods(node: Mapping[str, Any]) -> set[int]:
    """Empty where nothing tells."""
    return {ip_network(network).version for network in pod_slices(node)}


def _ebpf_manager(cluster: Cluster, found: Mapping[str, Any] | None) -> Capability:
    """Nobody's programs are handed to another loader only to see whether it works."""
    if not cluster.serves(BPFMAN_API, "ClusterBpfApplication"):
        return unsupported(f"the API server does not serve {BPFMAN_API} ClusterBpfApplication")
    spec = (found or {}).get("spec", {})
    if EBPF_MANAGER.name in spec.get("agent", {}).get("ebpf", {}).get("features", ()):
        return supported(f"FlowCollector cluster lists {EBPF_MANAGER.name}")
    return unsupported(f"FlowCollector cluster does not list {EBPF_MANAGER.name}")


def _two_nodes(cluster: Cluster) -> Capability:
    usable = schedulable(cluster)
    takes = "1 node takes" if len(usable) == 1 else f"{len(usable)} nodes take"
    told = f"{takes} ordinary pods: {', '.join(usable)}"
    return supported(told) if len(usable) > 1 else unsupported(told)


def _features(cluster: Cluster) -> dict[str, Capability]:
    crd = cluster.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", FLOW_COLLECTOR_CRD)
    listed = _enum(crd) if crd else None
    if listed is None:
        why = f"the schema of {FLOW_COLLECTOR_CRD} does not list features"
        return {feature.name: unverifiable(why) for feature in FEATURES}
    return {
        feature.name: supported(f"{FLOW_COLLECTOR_CRD} lists {feature.name}")
        if feature.name in listed
        else unsupported(f"{FLOW_COLLECTOR_CRD} lists only {', '.join(sorted(listed))}")
        for feature in FEATURES
    }


def _enum(crd: Mapping[str, Any]) -> set[str] | None:
    served = FLOW_COLLECTOR_API.split("/")[1]
    for version in crd["spec"]["versions"]:
        if version["name"] == served:
            node: Any = version.get("schema", {}).get("openAPIV3Schema", {})
            for key in ("spec", "agent", "ebpf", "features"):
                node = node.get("properties", {}).get(key, {})
            values = node.get("items", {}).get("enum")
            return set(values) if values else None
    return None
