"""One UDP question and its answer, as packets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulation.clock import Clock
from simulation.world.failures import Refused, TimedOut
from simulation.world.network import Network
from simulation.world.nouns import Endpoint
from simulation.world.packet import (
    UDP,
    UDP_HEADER,
    DnsHeader,
    Drop,
    Key,
    Packet,
    udp_size,
    unreachable_size,
)
from simulation.world.path import Path, Verdict
from simulation.world.routes import NoBackend
from simulation.world.sockets import Peer, Sockets, source_of

PORT_UNREACHABLE_DSCP = 48


@dataclass(frozen=True)
class Target:
    """An address and port; `from_port` is the sender's own, 0 for whichever is free."""

    address: str
    port: int
    from_port: int = 0


@dataclass(frozen=True)
class Heard:
    """An answer and when it came."""

    payload: bytes
    at: float
    tls: bool = False


Reader = Callable[[bytes], DnsHeader | None]


@dataclass
class Udp:
    """Datagram sockets of the whole world; `read_dns` is what agents see in a payload.

    With the protocol SCTP this stands for an association of one message each way.
    """

    network: Network
    sockets: Sockets
    clock: Clock
    read_dns: Reader
    proto: int = UDP

    async def ask(
        self, sender: Endpoint, target: Target, payload: bytes, at: float, patience: float
    ) -> Heard:
        """Send one datagram and wait for the answer; raises TimedOut or Refused."""
        source = source_of(sender, target.address, at)
        with self.sockets.ephemeral(source) as port:
            key = Key(source, target.address, port, target.port, self.proto)
            try:
                path = self.network.path(sender, key)
            except NoBackend:
                raise Refused(at) from None
            heard = self._exchange(path, payload, at)
            if heard is None or heard.at > at + patience:
                await self.clock.until(at + patience)
                raise TimedOut(at + patience)
            await self.clock.until(heard.at)
            return heard

    def _exchange(self, path: Path, payload: bytes, at: float) -> Heard | None:
        size = udp_size(path.sent.dst, len(payload))
        question = Packet(size, dns=self.read_dns(payload), payload=len(payload))
        carried = self.network.carry(path, question, at)
        if carried.verdict is Verdict.REJECT:
            raise Refused(carried.at)
        if carried.verdict is Verdict.DROP or path.receiver is None:
            return None
        to = path.arrives
        responder = self.sockets.at(to.dst, self.proto, to.dport)
        if responder is None:
            raise Refused(self._no_socket(path, question, carried.at))
        answer = responder(payload, Peer(to.src, to.sport, carried.at))
        if answer is None:
            return None
        return self._back(path, answer.payload, carried.at + answer.delay)

    def _back(self, path: Path, payload: bytes, at: float) -> Heard:
        size = udp_size(path.sent.dst, len(payload))
        packet = Packet(size, answers=True, dns=self.read_dns(payload), payload=len(payload))
        return Heard(payload, self.network.carry_back(path, packet, at).at)

    def _no_socket(self, path: Path, question: Packet, at: float) -> float:
        """A closed port: the kernel drops the datagram and says so by ICMP."""
        length = UDP_HEADER + question.payload
        drop = Drop(length, 0, "TCP_INVALID_STATE", "SKB_DROP_REASON_NO_SOCKET")
        self.network.dropped_by_socket(path.node, path.arrives, drop, at)
        size = unreachable_size(path.sent.dst, question.payload)
        icmp = Packet(size, answers=True, unreachable=True, dscp=PORT_UNREACHABLE_DSCP)
        return self.network.carry_back(path, icmp, at).at
