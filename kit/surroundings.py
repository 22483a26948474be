"""The cluster that a verdict is about: versions, nodes, networks; all read, nothing changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from catalog.upstream import OVN_NAMESPACES
from kit.capability import Capability, supported, unsupported, unverifiable
from kit.cluster import Cluster
from kit.errors import InfrastructureError
from kit.versions import OLM_API, OLM_KIND, OPERATORS

CONFIG_API = "config.openshift.io/v1"
OPERATOR_LABEL = "app.kubernetes.io/version"
OPERATOR_APPS = ("netobserv-operator", "network-observability-operator")
CONTROL_ROLES = {f"node-role.kubernetes.io/{role}" for role in ("control-plane", "master")}
HOSTED = "External"
"""Source: openshift/api config/v1, InfrastructureStatus.controlPlaneTopology."""
OVN, OVN_DAEMONSET = "OVNKubernetes", "ovnkube-node"

Object = Mapping[str, Any]


def surroundings(cluster: Cluster) -> dict[str, Capability]:
    """One thing that cannot be read hides no other one."""
    looks: dict[str, Callable[[Cluster], Capability]] = {
        "platform": platform,
        "operator": operator,
        "network": network,
        "feature gates": feature_gates,
        "nodes": nodes,
        "control plane": control_plane,
        "IP families": families,
        "proxy": proxy,
        "proxy of the runner": runners_proxy,
    }
    return {name: _looked(look, cluster) for name, look in looks.items()}


def platform(cluster: Cluster) -> Capability:
    """OpenShift by its own version, or plain Kubernetes."""
    kubernetes = str(cluster.version().get("gitVersion", "of an unknown version"))
    found = _config(cluster, "ClusterVersion", "version")
    version = (found or {}).get("status", {}).get("desired", {}).get("version")
    return supported(f"{f'OpenShift {version}, ' if version else ''}Kubernetes {kubernetes}")


def operator(cluster: Cluster) -> Capability:
    """By what is installed through OLM, or by the label of the operator's Deployment."""
    if cluster.serves(OLM_API, OLM_KIND):
        for item in cluster.list(OLM_API, OLM_KIND):
            if match := OPERATORS.match(str(item["metadata"]["name"])):
                where = f"ClusterServiceVersion {item['metadata']['name']}"
                return supported(f"Network Observability Operator {match[2]} ({where})")
    for metadata in _operators(cluster):
        version = metadata.get("labels", {}).get(OPERATOR_LABEL, "of an unknown version")
        where = f"Deployment {metadata['namespace']}/{metadata['name']}"
        return supported(f"Network Observability Operator {version} ({where})")
    return unverifiable(f"no {OLM_KIND} and no Deployment tells the operator's version")


def _operators(cluster: Cluster) -> list[Object]:
    found = (cluster.list("apps/v1", "Deployment", selector=f"app={app}") for app in OPERATOR_APPS)
    return [item["metadata"] for items in found for item in items]


def network(cluster: Cluster) -> Capability:
    """OVN-Kubernetes, or whatever else the cluster says that it runs."""
    found = _config(cluster, "Network", "cluster")
    if kind := (found or {}).get("status", {}).get("networkType"):
        told = f"{CONFIG_API} Network cluster says {kind}"
        return supported(told) if kind == OVN else unsupported(told)
    for namespace in OVN_NAMESPACES:
        if cluster.get("apps/v1", "DaemonSet", OVN_DAEMONSET, namespace):
            return supported(f"DaemonSet {namespace}/{OVN_DAEMONSET} is there")
    where = " or ".join(OVN_NAMESPACES)
    return unverifiable(f"no Network of {CONFIG_API} and no DaemonSet {OVN_DAEMONSET} in {where}")


def feature_gates(cluster: Cluster) -> Capability:
    found = _config(cluster, "FeatureGate", "cluster")
    if found is None:
        return unverifiable(f"{CONFIG_API} has no FeatureGate named cluster")
    chosen = found.get("spec", {}).get("featureSet") or "Default"
    versions = found.get("status", {}).get("featureGates") or [{}]
    names = sorted(gate["name"] for gate in versions[0].get("enabled") or ())
    return supported(f"feature set {chosen}, enabled: {', '.join(names) or 'none'}")


def nodes(cluster: Cluster) -> Capability:
    """How many, of which architectures, with which kernels."""
    infos = [item.get("status", {}).get("nodeInfo", {}) for item in cluster.list("v1", "Node")]
    if not infos:
        return unverifiable("no node can be listed")
    kernels = _counted(info.get("kernelVersion") for info in infos)
    machines = _counted(info.get("architecture") for info in infos)
    return supported(f"{len(infos)} nodes, {machines}; kernels: {kernels}")


def control_plane(cluster: Cluster) -> Capability:
    """On nodes of the cluster, or hosted elsewhere; no verdict depends on it."""
    found = _config(cluster, "Infrastructure", "cluster") or {}
    where = f"{CONFIG_API} Infrastructure cluster"
    topology = found.get("status", {}).get("controlPlaneTopology")
    if topology == HOSTED:
        return supported(f"hosted, no node of this cluster runs it ({where} says {topology})")
    every = [item["metadata"] for item in cluster.list("v1", "Node")]
    held = [each["name"] for each in every if CONTROL_ROLES & {*each.get("labels", {})}]
    told = f" ({where} says {topology})" if topology else ""
    if held:
        return supported(f"on {', '.join(sorted(held))}{told}")
    if not every:
        return unverifiable("no node can be listed")
    return supported(f"hosted or hidden: none of {len(every)} nodes has the role{told}")


def families(cluster: Cluster) -> Capability:
    """Of the nodes' internal addresses."""
    every = [_families_of(item) for item in cluster.list("v1", "Node")]
    found = set().union(*every)
    if not found:
        return unverifiable("no node tells an internal address")
    if found == {6}:
        return supported("IPv6 alone, where this suite has not been tried")
    if all(each == {4, 6} for each in every):
        return supported("IPv4 and IPv6 on every node")
    return supported("IPv4 alone" if found == {4} else "IPv4 and IPv6, not both on every node")


def _families_of(node: Object) -> set[int]:
    told = node.get("status", {}).get("addresses") or ()
    return {ip_address(each["address"]).version for each in told if each["type"] == "InternalIP"}


def proxy(cluster: Cluster) -> Capability:
    """Offered is a way out without one; probes ignore proxies, so that one would be in the way."""
    found = _config(cluster, "Proxy", "cluster")
    if found is None:
        return unverifiable(f"{CONFIG_API} has no Proxy named cluster")
    spec = found.get("spec", {})
    used = [key for key in ("httpProxy", "httpsProxy") if spec.get(key)]
    if used:
        return unsupported(f"{CONFIG_API} Proxy cluster sets {' and '.join(used)}")
    return supported(f"{CONFIG_API} Proxy cluster names no proxy")


def runners_proxy(cluster: Cluster) -> Capability:
    """Of the environment that this process was given; no address, it may hold a password."""
    named = sorted(scheme for scheme in getproxies() if scheme in ("http", "https", "all"))
    if not named:
        return supported("the environment names no proxy")
    host = urlsplit(cluster.target.server).hostname or ""
    way = "without it" if proxy_bypass(host) else "through it, unless the kubeconfig says otherwise"
    for_what = " and ".join(named)
    return supported(f"the environment names a proxy for {for_what}; {host} is reached {way}")


def _looked(look: Callable[[Cluster], Capability], cluster: Cluster) -> Capability:
    try:
        return look(cluster)
    except InfrastructureError as error:
        return unverifiable(str(error))


def _config(cluster: Cluster, kind: str, name: str) -> Object | None:
    if not cluster.serves(CONFIG_API, kind):
        return None
    found: Object | None = cluster.get(CONFIG_API, kind, name)
    return found


def _counted(words: Iterable[str | None]) -> str:
    counts = Counter(word or "unknown" for word in words)
    return ", ".join(f"{word} ({times})" for word, times in sorted(counts.items()))
