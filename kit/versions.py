"""Which version of the agents runs, read from what the cluster shows of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalog.drops import Version
from catalog.upstream import AGENT_DAEMONSET
from kit.cluster import Cluster

OLM_API, OLM_KIND = "operators.coreos.com/v1alpha1", "ClusterServiceVersion"
OPERATORS = re.compile(r"(netobserv|network-observability)-operator\.v?(\d+\.\d+\.\d+)")
TAG = re.compile(r":v?(\d+)\.(\d+)\.(\d+)")


def agent_version(cluster: Cluster, namespace: str) -> Version | None:
    """By the tag of the agents' image, or else by the installed operator; None: neither says."""
    daemonset = cluster.get("apps/v1", "DaemonSet", AGENT_DAEMONSET, namespace)
    return _tagged(daemonset or {}) or _installed(cluster)


def _tagged(daemonset: Mapping[str, Any]) -> Version | None:
    pod = daemonset.get("spec", {}).get("template", {}).get("spec", {})
    images = [str(container.get("image", "")) for container in pod.get("containers", ())]
    found = next(filter(None, map(TAG.search, images)), None)
    return tuple(map(int, found.groups())) if found else None


def _installed(cluster: Cluster) -> Version | None:
    if not cluster.serves(OLM_API, OLM_KIND):
        return None
    names = [str(item["metadata"]["name"]) for item in cluster.list(OLM_API, OLM_KIND)]
    found = [match for name in names if (match := OPERATORS.match(name))]
    versions = sorted(tuple(map(int, match[2].split("."))) for match in found)
    return versions[-1] if versions else None
