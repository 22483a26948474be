"""Which interfaces a packet crosses: OVN-Kubernetes in shared gateway mode, or a Linux bridge.

Answers cross the same interfaces the other way. Host-network traffic to pods keeps the node's
address here; real OVN-Kubernetes puts that of the management port.
"""

from __future__ import annotations

from simulation.world.nouns import Endpoint, External, Node
from simulation.world.packet import (
    EGRESS,
    ESP,
    ESP_OVERHEAD,
    GENEVE_OVERHEAD,
    GENEVE_PORT,
    INGRESS,
    UDP,
    Hop,
    Key,
    mac_of,
)
from simulation.world.places import interface_of

TUNNEL, MANAGEMENT, EXTERNAL_BRIDGE, LINUX_BRIDGE = "genev_sys_6081", "ovn-k8s-mp0", "br-ex", "cni0"

VETH, NODE, TUNNELLED, OUTSIDE = 25e-6, 30e-6, 160e-6, 600e-6
"""Seconds that a packet takes through a veth pair, a host's stack, a tunnel, to the outside."""

Far = Endpoint | External
_Pair = tuple[Node, Node]


def macs(key: Key) -> tuple[str, str]:
    return mac_of(key.src), mac_of(key.dst)


def veth(pod: Endpoint, direction: int, key: Key) -> Hop:
    name = interface_of(pod)
    return Hop(pod.node, name, direction, key, macs(key), pod=True, network=pod.network)


def host(node: str, interface: str, direction: int, key: Key) -> Hop:
    return Hop(node, interface, direction, key, macs(key))


def tunnel(ends: _Pair, key: Key, encrypted: bool) -> list[Hop]:
    """The inner packet on both tunnel interfaces, the outer one on both uplinks."""
    here, there = ends
    port = 32768 + hash((key.proto, key.sport, key.dport)) % 28000
    outer = Key(here.address, there.address, port, GENEVE_PORT, UDP)
    ways = ((here, EGRESS), (there, INGRESS))
    wire = Key(here.address, there.address, 0, 0, ESP) if encrypted else outer
    overhead = GENEVE_OVERHEAD + (ESP_OVERHEAD if encrypted else 0)
    sealed = outer if encrypted else None
    cables = [
        Hop(n.name, n.uplink, way, wire, macs(outer), overhead, sealed=sealed) for n, way in ways
    ]
    return [
        host(here.name, TUNNEL, EGRESS, key),
        *cables,
        host(there.name, TUNNEL, INGRESS, key),
    ]


def ovn_from_sender(sender: Far, key: Key, service: bool, leaves: bool) -> list[Hop]:
    """What a packet crosses before Open vSwitch has it."""
    if isinstance(sender, External):
        return []
    if not sender.host_network:
        return [veth(sender, INGRESS, key)]
    if service or leaves:
        return [host(sender.node, EXTERNAL_BRIDGE, EGRESS, key)]
    return [host(sender.node, MANAGEMENT, EGRESS, key)]


def ovn_to_pod(
    here: Node | None, there: Node, pod: Endpoint, key: Key, encrypted: bool
) -> list[Hop]:
    if here is None:
        return [
            host(there.name, there.uplink, INGRESS, key),
            veth(pod, EGRESS, key),
        ]
    crossing = [] if here.name == there.name else tunnel((here, there), key, encrypted)
    return [*crossing, veth(pod, EGRESS, key)]


def ovn_to_host(here: Node | None, there: Node, from_pod: bool, key: Key) -> list[Hop]:
    if here is not None and here.name == there.name:
        return [host(there.name, MANAGEMENT, INGRESS, key)] if from_pod else []
    cables = [] if here is None else [host(here.name, here.uplink, EGRESS, key)]
    return [
        *cables,
        host(there.name, there.uplink, INGRESS, key),
        host(there.name, EXTERNAL_BRIDGE, INGRESS, key),
    ]


def bridge_to_pod(ends: _Pair, pod: Endpoint, key: Key, translated: bool) -> list[Hop]:
    """Only the first packet that is translated crosses the bridge itself.

    Source: recorded with the bridge CNI; the kernel bridges the following ones by itself.
    """
    here, there = ends
    if here.name == there.name:
        if not translated:
            return [veth(pod, EGRESS, key)]
        first = Hop(here.name, LINUX_BRIDGE, EGRESS, key, macs(key), first_only=True)
        return [first, veth(pod, EGRESS, key)]
    return [
        host(here.name, LINUX_BRIDGE, INGRESS, key),
        host(here.name, here.uplink, EGRESS, key),
        host(there.name, there.uplink, INGRESS, key),
        host(there.name, LINUX_BRIDGE, EGRESS, key),
        veth(pod, EGRESS, key),
    ]
