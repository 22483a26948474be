"""One TCP connection, packet by packet: handshake, requests and answers, close."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from simulation.clock import Clock
from simulation.world.failures import Refused, TimedOut
from simulation.world.network import Network
from simulation.world.nouns import Endpoint
from simulation.world.packet import (
    ACK,
    FIN_ACK,
    RST_ACK,
    SYN,
    SYN_ACK,
    TCP,
    DnsHeader,
    Drop,
    Key,
    Packet,
    tcp_size,
)
from simulation.world.path import Path, Verdict
from simulation.world.routes import NoBackend
from simulation.world.sockets import Answer, Peer, Responder, Sockets, source_of
from simulation.world.udp import Heard, Reader, Target

RETRANSMISSIONS = (1.0, 3.0, 7.0, 15.0, 31.0, 63.0)
GIVE_UP = 127.0
"""Seconds after the first SYN. Source: tcp(7), tcp_syn_retries 6."""

AT_ONCE = 0.02
"""Seconds that a conversation may run ahead of the clock, lest an eviction cuts it in two.

On a real node the millisecond of a request is nothing beside a cache's seconds; on a fast clock a
turn of the event loop is not.
"""

MSS, OFFLOADED = 1358, 64_000
NO_TCP_SOCKET = Drop(40, SYN, "TCP_INVALID_STATE", "SKB_DROP_REASON_NO_SOCKET")
CLOSING = Drop(0, FIN_ACK, "TCP_CLOSE_WAIT", "SKB_DROP_UNKNOWN_CAUSE")
"""The kernel frees the FIN of an orderly close so; recorded on most connections."""


@dataclass
class Tcp:
    """Stream sockets of the whole world."""

    network: Network
    sockets: Sockets
    clock: Clock
    read_dns: Reader
    rng: random.Random

    @asynccontextmanager
    async def connect(
        self, sender: Endpoint, target: Target, at: float, patience: float = GIVE_UP
    ) -> AsyncIterator[Connection]:
        """An open connection, closed in order at the end; raises Refused, TimedOut or NoRoute."""
        source = source_of(sender, target.address, at)
        with self.sockets.ephemeral(source, target.from_port) as port:
            key = Key(source, target.address, port, target.port, TCP)
            try:
                path = self.network.path(sender, key)
            except NoBackend:
                raise Refused(at) from None
            connection = Connection(self, path, at)
            await connection.open(min(patience, GIVE_UP))
            try:
                yield connection
            finally:
                connection.close()
            await self.clock.until(connection.at, slack=AT_ONCE)


class Connection:
    """One connection from the client's side; `at` is the client's time."""

    def __init__(self, tcp: Tcp, path: Path, at: float) -> None:
        self._tcp = tcp
        self._path = path
        self.at = at
        self.local = (path.sent.src, path.sent.sport)
        self.hung = False
        self._responder: Responder | None = None
        self._trip = 0.0

    async def open(self, patience: float) -> None:
        """SYN, again and again until somebody answers."""
        started = self.at
        for after in (0.0, *RETRANSMISSIONS):
            if after >= patience:
                break
            self.at = started + after
            await self._tcp.clock.until(self.at, slack=AT_ONCE)
            if self._try_open():
                return
        self.at = started + patience
        await self._tcp.clock.until(self.at)
        raise TimedOut(self.at)

    def _try_open(self) -> bool:
        path, to = self._path, self._path.arrives
        syn = self._tcp.network.carry(path, self._packet(SYN), self.at)
        if syn.verdict is Verdict.REJECT:
            self._back(RST_ACK, 0, syn.at)
            raise Refused(syn.at)
        if syn.verdict is Verdict.DROP:
            return False
        if path.receiver is None:
            return False
        self._responder = self._tcp.sockets.at(to.dst, TCP, to.dport)
        if self._responder is None:
            self._tcp.network.dropped_by_socket(path.node, to, NO_TCP_SOCKET, syn.at)
            raise Refused(self._back(RST_ACK, 0, syn.at))
        self._trip = self._back(SYN_ACK, 0, syn.at) - self.at
        self.at += self._trip
        self._there(ACK, 0)
        return True

    async def request(self, payload: bytes, patience: float = GIVE_UP) -> Heard | None:
        """Send a request and take the answer; None where the server closes without one."""
        deadline = self.at + patience
        arrived = self._send(payload)
        if arrived is None or self._responder is None:
            return await self._hang(deadline)
        peer = Peer(self._path.arrives.src, self._path.arrives.sport, arrived)
        answer = self._responder(payload, peer)
        if answer is None:
            return None
        if arrived + answer.delay > deadline:
            return await self._hang(deadline)
        return await self._take(answer, arrived)

    async def _take(self, answer: Answer, arrived: float) -> Heard:
        self._back(ACK, 0, arrived)
        at = arrived + answer.delay
        for chunk in answer.chunks:
            header = self._tcp.read_dns(chunk[2:]) if self._is_dns() else None
            for size in _segments(len(chunk)):
                self.at = self._back(ACK, size, at, header)
                at += 8e-6
        self._measure()
        self._there(ACK, 0)
        await self._tcp.clock.until(self.at, slack=AT_ONCE)
        return Heard(answer.payload, self.at, answer.tls)

    def close(self) -> None:
        """Both FINs; whoever gets the first one frees it in a way that counts as a drop."""
        if self.hung:
            return
        client_first = self._tcp.rng.random() < 0.75
        if client_first:
            at = self._there(FIN_ACK, 0)
            if self._tcp.rng.random() < 0.8:
                self._back(ACK, 0, at)
            self.at = self._back(FIN_ACK, 0, at)
            self._there(ACK, 0)
        else:
            self.at = self._back(FIN_ACK, 0, self.at)
            self._back(ACK, 0, self._there(FIN_ACK, 0))
        self._drop_fin(client_first)

    def _drop_fin(self, client_first: bool) -> None:
        drop = self._tcp.network.closing(CLOSING)
        if drop is None:
            return
        if client_first:
            node, key = self._path.node, self._path.arrives
        else:
            node, key = self._client_side()
        self._tcp.network.dropped_by_socket(node, key, drop, self.at)

    def _measure(self) -> None:
        """Both kernels have a smoothed round trip by now, in whole microseconds."""
        network, jitter = self._tcp.network, self._tcp.rng
        for node, key in ((self._path.node, self._path.arrives), self._client_side()):
            micros = max(20, int(self._trip * 1e6 * jitter.uniform(0.9, 1.6)))
            network.measured(node, key, micros * 1000, self.at)

    def _client_side(self) -> tuple[str, Key]:
        sender = self._path.sender
        node = sender.node if isinstance(sender, Endpoint) else ""
        return node, self._path.sent.turned()

    def _send(self, payload: bytes) -> float | None:
        header = self._tcp.read_dns(payload[2:]) if self._is_dns() else None
        arrived: float | None = None
        for size in _segments(len(payload)):
            arrived = self._there(ACK, size, header)
            if self.hung:
                return None
            self.at += 4e-6
        return arrived

    async def _hang(self, deadline: float) -> Heard | None:
        self.hung = True
        self.at = deadline
        await self._tcp.clock.until(deadline)
        raise TimedOut(deadline)

    def _is_dns(self) -> bool:
        return 53 in (self._path.sent.dport, self._path.arrives.dport)

    def _packet(self, flag: int, size: int = 0, dns: DnsHeader | None = None) -> Packet:
        return Packet(tcp_size(self._path.sent.dst, size, flag), flag, dns=dns, payload=size)

    def _there(self, flag: int, size: int, dns: DnsHeader | None = None) -> float:
        carried = self._tcp.network.carry(self._path, self._packet(flag, size, dns), self.at)
        self.hung = self.hung or carried.verdict is not Verdict.LET_BY
        return carried.at

    def _back(self, flag: int, size: int, at: float, dns: DnsHeader | None = None) -> float:
        length = tcp_size(self._path.sent.dst, size, flag)
        packet = Packet(length, flag, answers=True, dns=dns, payload=size)
        return self._tcp.network.carry_back(self._path, packet, at).at


def _segments(length: int) -> list[int]:
    """Small messages as the wire has them, large ones as the offloading card hands them over."""
    step = MSS if length <= OFFLOADED else OFFLOADED
    sizes = [step] * (length // step)
    return [*sizes, length % step] if length % step else sizes
