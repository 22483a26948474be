"""Primary user-defined networks: who reaches whom across their borders.

Source: ovn-kubernetes docs, features/user-defined-networks: pods of different primary networks do
not reach each other; the API, cluster DNS and node addresses stay in reach of all.
"""

from __future__ import annotations

from simulation.world import wiring
from simulation.world.nouns import Endpoint, External, Service
from simulation.world.packet import INGRESS, Key
from simulation.world.path import Path

OPEN_TO_ALL = (("default", "kubernetes"), ("openshift-dns", "dns-default"))

Far = Endpoint | External


def are_apart(sender: Far, receiver: Far | None, service: Service | None) -> bool:
    """Whether a border lies between two pods."""
    if service is not None and (service.namespace, service.name) in OPEN_TO_ALL:
        return False
    return _is_pod(sender) and _is_pod(receiver) and _network(sender) != _network(receiver)


def nowhere(sender: Far, key: Key) -> Path:
    """What a packet sees that OVN has no route for: its own pod's interface, and no more."""
    assert isinstance(sender, Endpoint)
    hops = (wiring.veth(sender, INGRESS, key),)
    return Path(sender, None, key, key, hops, wiring.VETH)


def address_in_common(sender: Far, pod: Endpoint | None) -> str:
    """Where a service's backend is for a client of the same network: endpoints are mirrored."""
    if pod is None or not isinstance(sender, Endpoint) or not pod.network:
        return ""
    return pod.address if pod.network == sender.network else ""


def _network(far: Far | None) -> str:
    return far.network if isinstance(far, Endpoint) else ""


def _is_pod(far: Far | None) -> bool:
    return isinstance(far, Endpoint) and not far.host_network
