"""From a sender and an address to the path between them: load balancing, NAT, checkpoints."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from simulation.world import networks, wiring
from simulation.world.nouns import Endpoint, External, Node, Service, ServicePort, Wiring, like
from simulation.world.packet import (
    INGRESS,
    PROTOCOLS,
    Hop,
    Key,
    Xlat,
    mac_of,
)
from simulation.world.path import Path, Translation

if TYPE_CHECKING:
    from simulation.world.places import Places

Far = Endpoint | External


class NoBackend(Exception):
    """A Service without ready endpoints: OVN-Kubernetes refuses such traffic at once."""


@dataclass
class Routes:
    """Finds paths. Backends are chosen at random; conntrack pins the choice for the path's life."""

    places: Places
    wiring: Wiring
    rng: random.Random
    encrypted: bool = False
    """Whether nodes talk to each other in IPsec."""
    open_borders: bool = False
    """Whether pods reach pods of other networks, which they must not."""

    def __post_init__(self) -> None:
        self._zones = count(self.rng.randrange(3, 9))
        self._zone_of: dict[str, int] = {}

    def find(self, sender: Far, key: Key) -> Path:
        """The path of a conversation; its receiver is None where the address is nobody's."""
        arrives, service = self._balanced(sender, key)
        receiver = self._at(arrives.dst)
        if not self.open_borders and networks.are_apart(sender, receiver, service):
            return networks.nowhere(sender, key)
        here = self._node_of(sender)
        there = self._node_of(receiver) if receiver is not None else None
        arrives = self._masqueraded(sender, receiver, here, there, arrives)
        hops = self._hops(sender, receiver, (key, arrives), service is not None)
        return Path(
            sender=sender,
            receiver=receiver,
            sent=key,
            arrives=arrives,
            there=tuple(_one_mac(hop, (sender, receiver)) for hop in hops),
            one_way=self._one_way(here, there),
            node=there.name if there else "",
            translations=self._translations(here, key, arrives),
        )

    def _balanced(self, sender: Far, key: Key) -> tuple[Key, Service | None]:
        service = self.places.service_at(key.dst)
        if service is None:
            return key, None
        port = next((p for p in service.ports if _serves(p, key)), None)
        if port is None or not service.backends:
            raise NoBackend(service.name)
        backend = self.rng.choice(service.backends)
        pod = self.places.pod_at(backend)
        backend = networks.address_in_common(sender, pod) or self._of_family(key.dst, backend)
        return key._replace(dst=backend, dport=port.target_port), service

    def _of_family(self, address: str, backend: str) -> str:
        """Where the backend is for a client that used this address of the service."""
        host = self._at(backend)
        return like(address, (backend, *(host.addresses if host else ()))) or backend

    def _at(self, address: str) -> Far | None:
        pod = self.places.pod_at(address)
        if pod is not None:
            return pod
        node = self.places.node_at(address)
        if node is not None:
            return Endpoint(
                *("", "", node.address, node.name),
                host_network=True,
                other_addresses=node.other_addresses,
            )
        return self.places.externals.get(address)

    def _node_of(self, far: Far | None) -> Node | None:
        return self.places.nodes.get(far.node) if isinstance(far, Endpoint) else None

    def _masqueraded(
        self, sender: Far, receiver: Far | None, here: Node | None, there: Node | None, key: Key
    ) -> Key:
        """Pods leave the cluster, and reach other nodes, under their own node's address."""
        if here is None or isinstance(sender, External) or sender.host_network:
            return key
        to_other_host = there is not None and there is not here and _is_host(receiver)
        source = like(key.dst, here.addresses)
        return key._replace(src=source) if source and (there is None or to_other_host) else key

    def _translations(self, here: Node | None, sent: Key, arrives: Key) -> tuple[Translation, ...]:
        if here is None or sent == arrives:
            return ()
        zone = self._zone_of.setdefault(here.name, next(self._zones))
        xlat = Xlat(arrives.src, arrives.dst, arrives.sport, arrives.dport, zone)
        return (Translation(here.name, sent, xlat),)

    def _hops(
        self, sender: Far, receiver: Far | None, keys: tuple[Key, Key], service: bool
    ) -> list[Hop]:
        if self.wiring is Wiring.BRIDGE:
            return self._bridge_hops(sender, receiver, keys, service)
        sent, arrives = keys
        here, there = self._node_of(sender), self._node_of(receiver)
        first = wiring.ovn_from_sender(sender, sent, service, there is None)
        if there is None:
            uplink = [] if here is None else [wiring.host(here.name, here.uplink, 1, arrives)]
            return first + uplink
        if isinstance(receiver, Endpoint) and not _is_host(receiver):
            return first + wiring.ovn_to_pod(here, there, receiver, arrives, self.encrypted)
        from_pod = isinstance(sender, Endpoint) and not sender.host_network
        if here is there and not from_pod:
            return []
        if here is not there and not from_pod and here is not None:
            first = [wiring.host(here.name, wiring.EXTERNAL_BRIDGE, 1, sent)]
        return first + wiring.ovn_to_host(here, there, from_pod, arrives)

    def _bridge_hops(
        self, sender: Far, receiver: Far | None, keys: tuple[Key, Key], service: bool
    ) -> list[Hop]:
        sent, arrives = keys
        here, there = self._node_of(sender), self._node_of(receiver)
        if here is None or not isinstance(sender, Endpoint) or sender.host_network:
            return []
        first = wiring.veth(sender, INGRESS, sent)
        bridge = wiring.host(here.name, wiring.LINUX_BRIDGE, INGRESS, sent)
        if there is None:
            return [first, bridge, wiring.host(here.name, here.uplink, 1, arrives)]
        if not isinstance(receiver, Endpoint) or _is_host(receiver):
            return [first, bridge]
        return [first, *wiring.bridge_to_pod((here, there), receiver, arrives, service)]

    def _one_way(self, here: Node | None, there: Node | None) -> float:
        if there is None or here is None:
            base = wiring.OUTSIDE
        elif here is there:
            base = wiring.VETH * 2
        else:
            base = wiring.TUNNELLED
        return base * self.rng.uniform(0.7, 1.8)


def _one_mac(hop: Hop, ends: tuple[Far | None, ...]) -> Hop:
    """A host has one MAC for both IP families. Source: ovn-kubernetes, util.IPAddrToHWAddr."""
    if ":" not in hop.key.src:
        return hop
    known = {address: end.address for end in ends if end for address in end.addresses}
    source, destination = (known.get(each, each) for each in (hop.key.src, hop.key.dst))
    return replace(hop, macs=(mac_of(source), mac_of(destination)))


def _serves(port: ServicePort, key: Key) -> bool:
    return port.port == key.dport and PROTOCOLS.get(port.protocol) == key.proto


def _is_host(far: Far | None) -> bool:
    return isinstance(far, Endpoint) and far.host_network
