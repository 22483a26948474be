"""What this cluster offers, found out without changing anything, each with how we know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from catalog.features import FEATURES, Feature
from catalog.needs import Need
from catalog.upstream import FLOW_COLLECTOR_API, FLOW_COLLECTOR_CRD, OVN_API
from kit.cluster import Cluster
from kit.nodes import schedulable


class State(Enum):
    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True)
class Capability:
    """Whether something is offered, and the evidence in a sentence."""

    state: State
    how: str

    @property
    def met(self) -> bool:
        return self.state is State.SUPPORTED


def supported(how: str) -> Capability:
    return Capability(State.SUPPORTED, how)


def unsupported(how: str) -> Capability:
    return Capability(State.UNSUPPORTED, how)


def unverifiable(how: str) -> Capability:
    return Capability(State.UNVERIFIABLE, how)


@dataclass(frozen=True)
class Capabilities:
    needs: Mapping[Need, Capability]
    features: Mapping[str, Capability]

    def knowing(self, need: Need, known: Capability) -> Capabilities:
        """The same, and one more need that was looked into since."""
        return Capabilities({**self.needs, need: known}, self.features)

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
        Need.TWO_NODES: _two_nodes(cluster),
        Need.PRIVILEGED_AGENT: supported("an agent is made privileged by the FlowCollector"),
    }
    return Capabilities(needs, _features(cluster))


def _flow_collector(cluster: Cluster, found: Mapping[str, Any] | None) -> Capability:
    if not cluster.serves(FLOW_COLLECTOR_API, "FlowCollector"):
        return unsupported(f"the API server does not serve {FLOW_COLLECTOR_API}")
    if found is None:
        return unsupported("there is no FlowCollector named cluster")
    return supported("FlowCollector cluster exists")


def _serves(cluster: Cluster, kind: str) -> Capability:
    if cluster.serves(OVN_API, kind):
        return supported(f"the API server serves {OVN_API} {kind}")
    return unsupported(f"the API server does not serve {OVN_API} {kind}")


def _two_nodes(cluster: Cluster) -> Capability:
    usable = schedulable(cluster)
    told = f"{len(usable)} nodes take ordinary pods: {', '.join(usable)}"
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
