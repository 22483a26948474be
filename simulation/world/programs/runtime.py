"""What a program finds around it: its process, sockets, names, and the time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from simulation.clock import Clock
from simulation.faults import Faults
from simulation.world.dns.resolver import Resolver
from simulation.world.dns.server import Names
from simulation.world.kernels import Kernels
from simulation.world.nouns import Endpoint
from simulation.world.process import Process
from simulation.world.sockets import Responder, Sockets
from simulation.world.tcp import Tcp
from simulation.world.udp import Udp


@dataclass(frozen=True)
class Surface:
    """The part of the world that every program shares."""

    clock: Clock
    faults: Faults
    tcp: Tcp
    udp: Udp
    sctp: Udp
    sockets: Sockets
    resolver: Resolver
    inside: Names
    outside: Names
    gateways: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    """Addresses and ports of the world behind which a real server listens: which one."""
    kernels: Kernels = field(default_factory=Kernels)


@dataclass
class Runtime:
    """One program's view of the world."""

    process: Process
    world: Surface
    _mine: set[Responder] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.process.at_end(self._close)

    @property
    def endpoint(self) -> Endpoint:
        return self.process.endpoint

    @property
    def files(self) -> Mapping[str, str]:
        return self.process.container.files

    def listen(self, proto: int, port: int, responder: Responder) -> None:
        self._mine.add(responder)
        self.world.sockets.listen(self.endpoint, proto, port, responder)

    def _close(self) -> None:
        self.world.sockets.close(self.endpoint, self._mine)


Program = Callable[[Runtime, tuple[str, ...]], Awaitable[int]]
