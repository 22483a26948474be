"""Whether OVN-Kubernetes tells of what its rules decide: feature gates, or its own environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.upstream import OBSERVABILITY_GATE, OVN_NAMESPACES
from kit.capability import Capability, supported, unsupported, unverifiable
from kit.cluster import Cluster

CONFIG_API = "config.openshift.io/v1"
SWITCH = "OVN_OBSERVABILITY_ENABLE"
"""Source: ovn-kubernetes dist/images/ovnkube.sh; the chart sets it on the node's DaemonSet."""


def observability(cluster: Cluster) -> Capability:
    """OpenShift says it by a feature gate; elsewhere the DaemonSets of OVN-Kubernetes do."""
    if cluster.serves(CONFIG_API, "FeatureGate"):
        return _gated(cluster.get(CONFIG_API, "FeatureGate", "cluster") or {})
    for namespace in OVN_NAMESPACES:
        for daemonset in cluster.list("apps/v1", "DaemonSet", namespace):
            if (switch := _environment(daemonset).get(SWITCH)) is not None:
                told = (
                    f"DaemonSet {namespace}/{daemonset['metadata']['name']} has {SWITCH}={switch}"
                )
                return supported(told) if switch == "true" else unsupported(told)
    return unverifiable(
        f"there are neither feature gates of OpenShift nor {SWITCH} on a DaemonSet in "
        + " or ".join(OVN_NAMESPACES)
    )


def _gated(gates: Mapping[str, Any]) -> Capability:
    """The newest version's list counts: it stands first."""
    chosen = gates.get("spec", {}).get("featureSet") or "Default"
    versions = gates.get("status", {}).get("featureGates") or []
    listed = versions[0] if versions else {}
    told = f"of FeatureGate cluster {listed.get('version', '')}, feature set {chosen}"
    for word, answer in (("enabled", supported), ("disabled", unsupported)):
        if OBSERVABILITY_GATE in {gate.get("name") for gate in listed.get(word) or ()}:
            return answer(f"{OBSERVABILITY_GATE} is among the {word} gates {told}")
    return unverifiable(f"{OBSERVABILITY_GATE} is not among the gates {told}")


def _environment(daemonset: Mapping[str, Any]) -> dict[str, str]:
    containers = daemonset["spec"]["template"]["spec"].get("containers", ())
    entries = [entry for container in containers for entry in container.get("env", ())]
    return {entry["name"]: str(entry.get("value", "")) for entry in entries}
