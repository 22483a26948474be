"""Whether agents may run privileged: pod security must let them, where it has anything to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.upstream import DEFAULT_NAMESPACE, PRIVILEGED_SUFFIX, PSA_LABEL
from kit.capability import Capability, supported, unsupported, unverifiable
from kit.cluster import Cluster


def privileges(cluster: Cluster, flow_collector: Mapping[str, Any] | None) -> Capability:
    """The FlowCollector makes agents privileged, in a namespace that the operator labels for it."""
    if flow_collector is None:
        return unverifiable("there is no FlowCollector named cluster")
    spec = flow_collector.get("spec", {})
    if spec.get("agent", {}).get("ebpf", {}).get("privileged"):
        return supported("the agents are privileged already")
    name = f"{spec.get('namespace', DEFAULT_NAMESPACE)}{PRIVILEGED_SUFFIX}"
    namespace = cluster.get("v1", "Namespace", name)
    if namespace is None:
        return unverifiable(f"there is no namespace {name} yet: does the operator run?")
    level = namespace["metadata"].get("labels", {}).get(PSA_LABEL)
    if level == "privileged":
        return supported(f"namespace {name} enforces the pod security level privileged")
    if level is not None:
        return unsupported(f"namespace {name} enforces the pod security level {level}")
    return supported(f"namespace {name} enforces no pod security level")
