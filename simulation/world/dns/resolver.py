"""A pod's resolver: search list, A and AAAA, the cluster's name service.

Source: the resolv.conf that the kubelet writes for ClusterFirst (ndots:5) and resolv.conf(5).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from simulation.world.dns.message import (
    NXDOMAIN,
    RECURSION_DESIRED,
    Message,
    unpacked,
)
from simulation.world.dns.server import Names
from simulation.world.failures import NameNotFound, Refused, Servfail, TimedOut
from simulation.world.nouns import Endpoint, like
from simulation.world.udp import Target, Udp

NDOTS, ATTEMPTS, PATIENCE = 5, 2, 5.0
PRIVATE = ip_network("fc00::/7")


@dataclass(frozen=True)
class Found:
    """The addresses of a name as getaddrinfo sorts them, and when they were known."""

    addresses: tuple[str, ...]
    at: float


@dataclass
class Resolver:
    """Looks names up for programs. Host-network pods ask the node's own resolver, unseen here."""

    udp: Udp
    server: str
    outside: Names
    rng: random.Random

    async def addresses(self, client: Endpoint, name: str, at: float) -> Found:
        """As getaddrinfo does it; raises NameNotFound or Servfail."""
        if is_address(name):
            return Found((name,), at)
        if client.host_network:
            kinds = ("A", "AAAA") if _has_v6(client) else ("A",)
            asked = name.rstrip(".").lower()
            known = [address for kind in kinds for address in self.outside(asked, kind) or ()]
            if not known:
                raise NameNotFound(at + 0.002)
            return Found(_preferred(client, known), at + 0.002)
        for candidate in _candidates(name, client.namespace):
            found, at = await self._both(client, candidate, at)
            if found:
                return Found(found, at)
        raise NameNotFound(at)

    async def _both(self, client: Endpoint, name: str, at: float) -> tuple[tuple[str, ...], float]:
        found: list[str] = []
        for kind in ("A", "AAAA"):
            reply, at = await self._ask(client, name, kind, at)
            if reply.rcode == NXDOMAIN:
                return (), at
            found += [record.data for record in reply.answers if record.type == kind]
        return _preferred(client, found), at

    async def _ask(
        self, client: Endpoint, name: str, kind: str, at: float
    ) -> tuple[Message, float]:
        question = Message(self.rng.randrange(1, 65536), RECURSION_DESIRED, name, kind)
        for _ in range(ATTEMPTS):
            try:
                target = Target(self.server, 53)
                heard = await self.udp.ask(client, target, question.packed(), at, PATIENCE)
            except TimedOut as late:
                at = late.at
                continue
            except Refused as refused:
                raise Servfail(refused.at) from None
            reply = unpacked(heard.payload)
            if reply is not None:
                return reply, heard.at
        raise Servfail(at)


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _has_v6(client: Endpoint) -> bool:
    return any(":" in address for address in client.addresses)


def _preferred(client: Endpoint, found: Sequence[str]) -> tuple[str, ...]:
    """RFC 6724: a destination whose label is that of the source it would have comes first.

    Private IPv6 addresses reach private ones, and leave the rest to IPv4; a client with a public
    one takes IPv6 first. Without an address of that family IPv6 comes last.
    """
    own = like("::", client.addresses)
    private = bool(own) and ip_address(own) in PRIVATE

    def rank(address: str) -> int:
        if ":" not in address:
            return 1
        fits = bool(own) and (ip_address(address) in PRIVATE) is private
        return 0 if fits else 2

    return tuple(sorted(found, key=rank))


def _candidates(name: str, namespace: str) -> Sequence[str]:
    """Few dots: the search list first. A last dot: the name as it stands."""
    if name.endswith("."):
        return [name.rstrip(".")]
    spaces = (f"{namespace}.svc.cluster.local", "svc.cluster.local", "cluster.local")
    searched = [f"{name}.{space}" for space in spaces]
    return [*searched, name] if name.count(".") < NDOTS else [name, *searched]
