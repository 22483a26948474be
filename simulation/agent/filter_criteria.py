"""Whether one rule of the flow filter fits one packet: protocol, ports, flags, direction, drops.

Source: ebpf-agent 1.12, bpf/flows_filter.h: ports count for TCP, UDP and SCTP only, flags for TCP
only and as one equal value, the direction is that of the hook; ICMP types never reach the kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulation.faults import Faults
from simulation.world.packet import PROTOCOLS, SCTP, TCP, UDP, Key

Rule = Mapping[str, Any]
NUMBERS = {**PROTOCOLS, "ICMP": 1, "ICMPv6": 58}
FLAGS = {
    **{"FIN": 1, "SYN": 2, "RST": 4, "PUSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128},
    **{"SYN-ACK": 256, "FIN-ACK": 512, "RST-ACK": 1024},
}
DIRECTIONS = {"Ingress": 0, "Egress": 1}


class Look(NamedTuple):
    """What a hook knows of a packet; only the hook of drops knows that there was one."""

    key: Key
    flag: int = 0
    direction: int = 0
    dropped: bool = False


def fits(rule: Rule, look: Look, faults: Faults) -> bool:
    """All criteria of a rule; its action and its peers are no business of this."""
    key = look.key
    wanted = NUMBERS.get(str(rule.get("protocol")))
    if wanted not in (None, key.proto) and not faults.active("filter-protocol-ignored"):
        return False
    if key.proto in (TCP, UDP, SCTP) and not faults.active("filter-ports-ignored"):
        ends = ("source_port", {key.sport}), ("destination_port", {key.dport})
        for name, ports in (*ends, ("port", {key.sport, key.dport})):
            if not _ports_fit(rule, name, ports, faults):
                return False
    return _rest_fits(rule, look, faults)


def _rest_fits(rule: Rule, look: Look, faults: Faults) -> bool:
    flags = FLAGS.get(str(rule.get("tcp_flags")))
    looks = look.key.proto == TCP and not faults.active("filter-flags-ignored")
    if looks and flags not in (None, look.flag):
        return False
    way = DIRECTIONS.get(str(rule.get("direction")))
    if way not in (None, look.direction) and not faults.active("filter-direction-ignored"):
        return False
    return look.dropped or not rule.get("drops") or faults.active("filter-drops-ignored")


def _ports_fit(rule: Rule, name: str, ports: set[int], faults: Faults) -> bool:
    if one := rule.get(name):
        return int(one) in ports
    if couple := rule.get(f"{name}s"):
        numbers = [int(number) for number in str(couple).split(",")]
        wanted = numbers[:1] if faults.active("filter-second-port-lost") else numbers
        return not ports.isdisjoint(wanted)
    if extent := rule.get(f"{name}_range"):
        first, last = (int(number) for number in str(extent).split("-"))
        last -= faults.active("filter-range-off-by-one")
        return any(first <= port <= last for port in ports)
    return True


def rule_samples(rule: Rule) -> int:
    return int(rule.get("sample") or 0)
