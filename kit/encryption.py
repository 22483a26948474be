"""Whether nodes encrypt what pods of theirs send each other: asked of its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.upstream import OVN_NAMESPACES
from kit.capability import Capability, supported, unsupported, unverifiable
from kit.cluster import Cluster

OPERATOR_API = "operator.openshift.io/v1"
FULL = "Full"
DAEMONSETS = ("ovn-ipsec", "ovn-ipsec-host", "ovn-ipsec-containerized")
"""Source: ovn-kubernetes helm chart ovn-ipsec; cluster-network-operator bindata."""


def encryption(cluster: Cluster) -> Capability:
    """OpenShift's network operator says it; elsewhere the DaemonSet that keeps the keys does."""
    if cluster.serves(OPERATOR_API, "Network"):
        return _asked_for(cluster.get(OPERATOR_API, "Network", "cluster"))
    for namespace in OVN_NAMESPACES:
        for daemonset in cluster.list("apps/v1", "DaemonSet", namespace):
            if daemonset["metadata"]["name"] in DAEMONSETS:
                return _running(daemonset)
    return unverifiable(
        f"there is neither {OPERATOR_API} Network nor a DaemonSet {' or '.join(DAEMONSETS)} in "
        + " or ".join(OVN_NAMESPACES)
    )


def _asked_for(network: Mapping[str, Any] | None) -> Capability:
    if network is None:
        return unverifiable(f"{OPERATOR_API} has no Network named cluster")
    default = network.get("spec", {}).get("defaultNetwork", {})
    config = default.get("ovnKubernetesConfig", {}).get("ipsecConfig")
    mode = "not set" if config is None else str(config.get("mode", "not set"))
    told = f"ipsecConfig.mode of {OPERATOR_API} Network cluster is {mode}"
    return supported(told) if mode == FULL else unsupported(told)


def _running(daemonset: Mapping[str, Any]) -> Capability:
    status, metadata = daemonset.get("status", {}), daemonset["metadata"]
    ready, wanted = status.get("numberReady", 0), status.get("desiredNumberScheduled", 0)
    told = f"DaemonSet {metadata['namespace']}/{metadata['name']} has {ready} of {wanted} ready"
    return supported(told) if wanted and ready == wanted else unsupported(told)
