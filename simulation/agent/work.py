"""What an agent has had to do, and what that costs: processor time and memory.

A simulated node carries few conversations; the many of a real one are not played out packet by
packet but counted by time (`FLOWS_OF_OTHERS`). Figures are fitted to two observations: 11 to 12
millicores and 144 to 164 MiB with seven features at sampling 50, and at sampling 1 about 2.2 times
the processor time (upstream's table for 250 nodes).
"""

from __future__ import annotations

from dataclasses import dataclass

from simulation.agent.config import AgentConfig

FLOWS_OF_OTHERS, PACKETS_OF_A_FLOW = 150.0, 20
"""Flows that the rest of a node's pods make in a second, and the packets of each."""

IDLE = 0.006
"""Seconds of a processor in a second: Go's runtime, netlink events, tickers."""
FLOW, MERGE, EVENT = 45e-6, 10e-6, 10e-6
"""Seconds a flow: decode and export; merge one feature's map; decode its network events."""
HOOK_IDLE, HOOK, EXTRA_HOOK = 0.15e-6, 0.8e-6, 0.5e-6
"""Seconds a packet in the kernel: not sampled; kept; and for each feature's own hook."""

MIB = 1024 * 1024
RUNTIME, OVN_CACHE = 55 * MIB, 24 * MIB
HELD, HELD_OF_FEATURE, GARBAGE = 2200, 300, 2
"""Bytes of a flow until it is exported, and how much more Go keeps before it collects."""
CPUS = 16

_MERGED = ("DNSTracking", "PacketDrop", "PacketTranslation", "NetworkEvents")
_ADDITIONAL = ("FlowRTT", "IPSec")
_HOOKED = (*_MERGED[1:], *_ADDITIONAL)
_OVN = ("NetworkEvents", "UDNMapping")


@dataclass
class Work:
    """Counts since the agent started, of what is played out packet by packet."""

    packets: int = 0
    kept: int = 0
    hooked: int = 0
    flows: int = 0
    latest: int = 0
    """Flows of the latest eviction: what memory has to hold at once."""

    def evicted(self, flows: int) -> None:
        self.flows += flows
        self.latest = flows


def merges(config: AgentConfig) -> int:
    """Maps that an eviction looks up beside the main one."""
    own = sum(config.runs(name) for name in _MERGED)
    return own + any(config.runs(name) for name in _ADDITIONAL)


def others(config: AgentConfig) -> float:
    """Flows a second of a node's other pods: one is missed if none of its packets is sampled."""
    seen = 1 - (1 - 1 / max(1, config.sampling)) ** PACKETS_OF_A_FLOW
    return FLOWS_OF_OTHERS * seen if config.flow_filter is None else 0.0


def flows(work: Work, config: AgentConfig, lived: float) -> float:
    return work.flows + others(config) * lived


def process_seconds(work: Work, config: AgentConfig, lived: float) -> float:
    """The agent's own process, in a life of so many seconds."""
    decodes = EVENT if config.runs("NetworkEvents") else 0.0
    each = FLOW + MERGE * merges(config) + decodes
    return IDLE * lived + each * flows(work, config, lived)


def kernel_seconds(work: Work, config: AgentConfig, lived: float) -> float:
    """Its programs, which run in whatever process the packet interrupts: no pod is charged."""
    kept = work.kept + _passing(lived) / max(1, config.sampling)
    hooks = sum(config.runs(name) for name in _HOOKED)
    return (
        HOOK_IDLE * packets(work, lived)
        + (HOOK + EXTRA_HOOK * hooks) * kept
        + EXTRA_HOOK * work.hooked
    )


def packets(work: Work, lived: float) -> float:
    """That have passed the node's hooks, those of its other pods among them."""
    return work.packets + _passing(lived)


def _passing(lived: float) -> float:
    return FLOWS_OF_OTHERS * PACKETS_OF_A_FLOW * lived


def memory(work: Work, config: AgentConfig) -> float:
    """Bytes that the pod's control group is charged: Go's heap, and the maps' locked memory."""
    held = work.latest + others(config) * config.cache_active_timeout
    each = HELD + HELD_OF_FEATURE * merges(config)
    cache = OVN_CACHE if any(config.runs(name) for name in _OVN) else 0
    return RUNTIME + cache + GARBAGE * each * held + map_bytes(config, int(held))


def resident(work: Work, config: AgentConfig) -> float:
    """Bytes that the process itself sees: maps are the kernel's."""
    held = work.latest + others(config) * config.cache_active_timeout
    return memory(work, config) - map_bytes(config, int(held))


def map_bytes(config: AgentConfig, held: int = 0) -> int:
    """Locked memory of all maps, with so many flows in the main one: what bpftool would show."""
    from simulation.kernel import tables  # which knows agents, as we know maps

    rows = [row for row in tables.MAPS if tables.is_there(row, config)]
    filled = {"aggregated_flows": held}
    return sum(
        row.memlock(tables.entries(row, config), CPUS, filled.get(row.name, 0)) for row in rows
    )
