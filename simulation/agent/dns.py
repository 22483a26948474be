"""The agent's DNS tracker: it learns from answers, and its own errors are fields too.

Source: ebpf-agent 1.12, bpf/dns_tracker.h and bpf/flows.c; probed and recorded behaviour: a query
seen twice leaves errno 239 (-EEXIST) on egress, an answer seen twice loses its latency (-ENOENT).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from simulation.agent.flow import DnsFacts
from simulation.world.packet import EGRESS, TCP, UDP, DnsHeader, Hop, Key, Packet

TRACKED_PORT = 53
ALREADY_THERE, NO_ENTRY, BAD_ADDRESS = 239, 2, 14
LONGEST_UDP, LONGEST_NAME = 512, 31
FIRST_CPU = 0.3
"""The share of answers that the first CPU handles; only its entries keep the name."""

Question = tuple[Key, int]
Facts = Callable[[], DnsFacts]


class DnsTracker:
    """Remembers questions until an answer takes them away."""

    def __init__(self, rng: random.Random, capacity: int = 1_048_576) -> None:
        self._rng = rng
        self._capacity = capacity
        self._asked: dict[Question, float] = {}

    def track(self, hop: Hop, packet: Packet, at: float, facts: Facts) -> None:
        """Look at one packet on one interface; `facts` gives the flow's entry to write into."""
        key = hop.key
        if TRACKED_PORT not in (key.sport, key.dport) or key.proto not in (TCP, UDP):
            return
        if key.proto == UDP and (packet.payload > LONGEST_UDP or packet.unreachable):
            return
        if packet.dns is None:
            if key.proto == TCP:
                facts().errno = BAD_ADDRESS
        elif packet.dns.answers:
            self._answer(key, packet.dns, at, facts())
        else:
            self._question(hop, packet.dns, at, facts)

    def _question(self, hop: Hop, dns: DnsHeader, at: float, facts: Facts) -> None:
        question = (hop.key, dns.id)
        if question in self._asked:
            # On a bridge's own ingress hook the recordings show no error for the second sight.
            if hop.direction == EGRESS:
                facts().errno = ALREADY_THERE
        elif len(self._asked) < self._capacity:
            self._asked[question] = at

    def _answer(self, key: Key, dns: DnsHeader, at: float, facts: DnsFacts) -> None:
        asked = self._asked.pop((key.turned(), dns.id), None)
        facts.id, facts.flags, facts.tcp = dns.id, dns.flags, key.proto == TCP
        facts.latency = 0.0 if asked is None else at - asked
        facts.errno = NO_ENTRY if asked is None else 0
        if self._rng.random() < FIRST_CPU:
            facts.name = shortened(dns.name)


def shortened(name: str) -> str:
    """At most 31 bytes of the name as it is on the wire, cut between labels."""
    kept: list[str] = []
    room = LONGEST_NAME
    for label in name.split("."):
        room -= len(label) + 1
        if room < 0:
            break
        kept.append(label)
    return ".".join(kept)
