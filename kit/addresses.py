"""Which address a pod has on the wire: its primary network's, which is not always status.podIP.

On a primary user-defined network status.podIP stays the address on the cluster's default network,
which kubelets alone use. OVN-Kubernetes writes the other one into an annotation.
Source: ovn-kubernetes docs, features/user-defined-networks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

NETWORKS = "k8s.ovn.org/pod-networks"

Object = Mapping[str, Any]


def wire_address(pod: Object, like: str = "") -> str:
    """Where other pods of its network find it; empty while it has no address.

    With `like`, the address of that one's IP family, which is what a dual-stack pod uses to talk
    to it; the first one where it has none of that family.
    """
    known = wire_addresses(pod)
    same = [address for address in known if like and (":" in address) == (":" in like)]
    return (same or known or [""])[0]


def wire_addresses(pod: Object) -> list[str]:
    """One of each IP family that the pod has, the preferred one first."""
    return _primary(pod) or default_addresses(pod)


def other_of(addresses: Sequence[str]) -> str:
    """The first that is not of the first one's family; empty where all are."""
    others = (each for each in addresses if (":" in each) != (":" in addresses[0]))
    return next(others, "")


def default_addresses(pod: Object) -> list[str]:
    """On the cluster's default network, the preferred IP family first."""
    told = [str(each["ip"]) for each in pod.get("status", {}).get("podIPs", ())]
    first = default_address(pod)
    return told or ([first] if first else [])


def default_address(pod: Object) -> str:
    return str(pod.get("status", {}).get("podIP", ""))


def _primary(pod: Object) -> list[str]:
    text = pod["metadata"].get("annotations", {}).get(NETWORKS)
    if not text or pod["spec"].get("hostNetwork"):
        return []
    try:
        networks = json.loads(text)
        places = [place for place in networks.values() if place.get("role") == "primary"]
        return [str(each).partition("/")[0] for each in places[0]["ip_addresses"]]
    except (ValueError, AttributeError, LookupError, TypeError):
        return []
