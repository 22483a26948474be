"""What an agent keeps of one flow between two evictions: the maps of its eBPF program.

Source: ebpf-agent 1.12, bpf/types.h and bpf/maps_definition.h.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulation.world.packet import Drop, Hop, Key, Packet, Xlat

MOST_INTERFACES = 7
"""The first one and up to six more."""


@dataclass(slots=True)
class Seen:
    """One interface that the flow crossed."""

    interface: str
    direction: int
    pod: bool
    network: str = ""


@dataclass(slots=True)
class Flow:
    """An entry of the main map. Packets are counted on the interface that saw the flow first."""

    key: Key
    macs: tuple[str, str]
    start: float
    end: float
    answers: bool
    dscp: int = 0
    bytes: int = 0
    packets: int = 0
    flags: int = 0
    sampling: int = 0
    seen: list[Seen] = field(default_factory=list)

    def add(self, hop: Hop, packet: Packet, at: float) -> bool:
        """Take one packet in; False when there is no room for another interface."""
        self.end = max(self.end, at)
        self.flags |= packet.flag
        first = self.seen[0] if self.seen else None
        if first is None or (first.interface, first.direction) == (hop.interface, hop.direction):
            self.bytes += packet.size + hop.overhead
            self.packets += 1
        return self._note(hop)

    def _note(self, hop: Hop) -> bool:
        for place, seen in enumerate(self.seen):
            if seen.interface == hop.interface:
                if place and seen.direction != hop.direction:
                    seen.direction = 3
                return True
        if len(self.seen) == MOST_INTERFACES:
            return False
        self.seen.append(Seen(hop.interface, hop.direction, hop.pod, hop.network))
        return True


@dataclass(slots=True)
class DnsFacts:
    """An entry of the DNS map."""

    id: int = 0
    flags: int = 0
    latency: float = 0.0
    errno: int = 0
    name: str = ""
    tcp: bool = False


@dataclass(slots=True)
class DropFacts:
    """An entry of the packet drop map: sums, and the latest drop."""

    packets: int = 0
    bytes: int = 0
    flags: int = 0
    state: str = ""
    cause: str = ""

    def add(self, drop: Drop) -> None:
        self.packets = min(65535, self.packets + 1)
        self.bytes = min(65535, self.bytes + drop.size)
        self.flags, self.state, self.cause = drop.flags, drop.state, drop.cause


@dataclass(slots=True)
class Extras:
    """What the other maps hold of one flow, and when they heard of it first and last."""

    start: float
    end: float
    dns: DnsFacts | None = None
    drop: DropFacts | None = None
    rtt: int = 0
    ipsec: int | None = None
    xlat: Xlat | None = None
    cookies: list[int] = field(default_factory=list)
