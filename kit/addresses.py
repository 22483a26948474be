"""Which address a pod has on the wire: its primary network's, which is not always status.podIP.

On a primary user-defined network status.podIP stays the address on the cluster's default network,
which kubelets alone use. OVN-Kubernetes writes the other one into an annotation.
Source: ovn-kubernetes docs, features/user-defined-networks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

NETWORKS = "k8s.ovn.org/pod-networks"

Object = Mapping[str, Any]


def wire_address(pod: Object) -> str:
    """Where other pods of its network find it; empty while it has no address."""
    return _primary(pod) or default_address(pod)


def default_address(pod: Object) -> str:
    return str(pod.get("status", {}).get("podIP", ""))


def _primary(pod: Object) -> str:
    text = pod["metadata"].get("annotations", {}).get(NETWORKS)
    if not text or pod["spec"].get("hostNetwork"):
        return ""
    try:
        networks = json.loads(text)
        places = [place for place in networks.values() if place.get("role") == "primary"]
        return str(places[0]["ip_addresses"][0]).partition("/")[0] if places else ""
    except (ValueError, AttributeError, LookupError):
        return ""
