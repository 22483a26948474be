"""Servers of workloads that run no program here: the strangers', Loki, the cluster's DNS.

They listen where a Service says so, for as long as it does.
"""

from __future__ import annotations

from collections.abc import Collection

from catalog.upstream import DEFAULT_NAMESPACE
from simulation.world.dns.corefile import parse
from simulation.world.dns.server import NameServer
from simulation.world.http import Reply, write_reply
from simulation.world.nouns import Endpoint, Service
from simulation.world.packet import PROTOCOLS, TCP, UDP
from simulation.world.sockets import Answer, Peer, Responder
from simulation.world.world import World

_DNS = (".:5353 {", "kubernetes cluster.local", "forward . /etc/resolv.conf", "}")


class StandIns:
    """What to answer at an address where nobody listens."""

    def __init__(self, world: World, namespaces: Collection[str]) -> None:
        surface = world.surface
        blocks = parse("\n".join(_DNS))
        names = NameServer(blocks, surface.inside, surface.outside, surface.faults)
        self._places = world.places
        self._dns_address = world.settings.cluster_dns
        self._namespaces = frozenset(namespaces) | {DEFAULT_NAMESPACE}
        self._dns: dict[int, Responder] = {UDP: names.over_udp, TCP: names.over_tcp}
        if surface.faults.active("dns-dead"):
            self._dns = {UDP: _silence, TCP: _silence}

    def at(self, address: str, proto: int, port: int) -> Responder | None:
        pod = self._places.pod_at(address)
        if pod is None or not pod.name:
            return None
        if self._is_target(self._places.service_at(self._dns_address), pod, (proto, port)):
            return self._dns.get(proto)
        if pod.namespace not in self._namespaces or proto != TCP:
            return None
        services = self._places.services.values()
        mine = (service for service in services if service.namespace == pod.namespace)
        return _page if any(self._is_target(s, pod, (proto, port)) for s in mine) else None

    def _is_target(self, service: Service | None, pod: Endpoint, bound: tuple[int, int]) -> bool:
        if service is None or not {*pod.addresses} & {*service.backends}:
            return False
        return any((PROTOCOLS.get(p.protocol), p.target_port) == bound for p in service.ports)


def _silence(payload: bytes, peer: Peer) -> None:
    del payload, peer


def _page(payload: bytes, peer: Peer) -> Answer:
    size = 200 + 37 * (len(payload) % 50)
    return Answer(write_reply(Reply(200, bytes(size)), peer.at), 0.002)
