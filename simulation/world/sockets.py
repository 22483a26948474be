"""Who listens where, and which ports are taken."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from simulation.world.failures import NoRoute
from simulation.world.nouns import Endpoint, External, like

FIRST_PORT, LAST_PORT = 32768, 60999


class Peer(NamedTuple):
    """The far end of a conversation as a server sees it, and when it heard from it."""

    address: str
    port: int
    at: float

    def __str__(self) -> str:
        """As Go writes a remote address."""
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{address}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """What a server sends back; `chunks` are its writes, `delay` the seconds it thought."""

    chunks: tuple[bytes, ...] = ()
    delay: float = 0.0
    tls: bool = False

    @property
    def payload(self) -> bytes:
        return b"".join(self.chunks)


Responder = Callable[[bytes, Peer], Answer | None]
"""A server: from a request to its answer, or None for silence."""

Bound = tuple[str, int, int]
"""Address, protocol, port."""


@dataclass
class Sockets:
    """Listening sockets, and the ephemeral ports of those who talk."""

    rng: random.Random
    stand_in: Callable[[str, int, int], Responder | None] = lambda *_: None
    """Who answers where nobody listens."""
    _listening: dict[Bound, Responder] = field(default_factory=dict)
    _taken: set[tuple[str, int]] = field(default_factory=set)

    def listen(self, endpoint: Endpoint | External, proto: int, port: int, by: Responder) -> None:
        for address in endpoint.addresses:
            self._listening[address, proto, port] = by

    def close(self, endpoint: Endpoint, responders: set[Responder]) -> None:
        for bound, responder in list(self._listening.items()):
            if bound[0] in endpoint.addresses and responder in responders:
                del self._listening[bound]

    def at(self, address: str, proto: int, port: int) -> Responder | None:
        found = self._listening.get((address, proto, port))
        return found or self.stand_in(address, proto, port)

    @contextmanager
    def ephemeral(self, address: str, wanted: int = 0) -> Iterator[int]:
        """A port of one's own for as long as a conversation lasts."""
        port = wanted or self.rng.randint(FIRST_PORT, LAST_PORT)
        while (address, port) in self._taken:
            port = self.rng.randint(FIRST_PORT, LAST_PORT)
        self._taken.add((address, port))
        try:
            yield port
        finally:
            self._taken.discard((address, port))


def source_of(sender: Endpoint, target: str, at: float) -> str:
    """The sender's address of the target's family; without one there is no way there.

    On a network of its own a pod leaves by that one, which need not have both families.
    """
    found = like(target, (sender.address,) if sender.network else sender.addresses)
    if not found:
        raise NoRoute(at)
    return found
