"""The eBPF agent of one node: what its hooks see, until the eviction takes it away.

Source: ebpf-agent 1.12, bpf/flows.c (sampling, first-seen interface), bpf/pkt_drops.h,
bpf/rtt_tracker.h, bpf/pkt_translation.h, pkg/tracer/tracer.go (eviction and merge).
"""

from __future__ import annotations

import random

from simulation import health_lies
from simulation.agent import drops
from simulation.agent.config import AgentConfig
from simulation.agent.counters import Counters
from simulation.agent.decode import Decoder
from simulation.agent.dns import DnsTracker
from simulation.agent.events import add_cookie
from simulation.agent.export import Exported
from simulation.agent.filter import FlowFilter
from simulation.agent.filter_criteria import Look
from simulation.agent.flow import DnsFacts, DropFacts, Extras, Flow
from simulation.agent.work import Work
from simulation.faults import Faults
from simulation.world.packet import TCP, Drop, Hop, Key, Packet, Xlat, unreachable_key

DROPPED_A_ROUND = 7
"""Flows that a faulty agent counts as dropped at each eviction."""


health_lies.make_known()


class Watcher:
    """A node's agent: the world's Tap, and a source of exported flows."""

    def __init__(
        self, config: AgentConfig, decoder: Decoder, faults: Faults, rng: random.Random
    ) -> None:
        self.config = config
        self.counters = Counters()
        self.work = Work()
        self._decoder = decoder
        self._faults = faults
        self._rng = rng
        self._flows: dict[Key, Flow] = {}
        self._extras: dict[Key, Extras] = {}
        self._dns = DnsTracker(rng)
        # One byte for the whole program, not one for each flow: it gates all the other hooks.
        self._do_sampling = config.sampling <= 1 or faults.active("sampling-ignored")
        rules = None if faults.active("filter-ignored") else config.flow_filter
        self._filter = None if rules is None else FlowFilter(rules, faults)
        self._tracks_dns = self._on("DNSTracking", "dns")
        self._tracks_rtt = self._on("FlowRTT", "rtt")
        self._tracks_xlat = self._on("PacketTranslation", "xlat")
        self._tracks_ipsec = self._on("IPSec", "ipsec")
        self._tracks_drops = self._on("PacketDrop", "drops")
        self._tracks_events = self._on("NetworkEvents", "events")

    @property
    def size(self) -> int:
        return len(self._flows) + len(self._extras.keys() - self._flows.keys())

    def held(self) -> dict[str, int]:
        """How many entries each map has; one flow has one in each map that knows it."""
        extras = self._extras.values()
        return {
            "aggregated_flows": len(self._flows),
            "aggregated_flows_dns": sum(each.dns is not None for each in extras),
            "aggregated_flows_pkt_drop": sum(each.drop is not None for each in extras),
            "aggregated_flows_xlat": sum(each.xlat is not None for each in extras),
            "aggregated_flows_network_events": sum(bool(each.cookies) for each in extras),
            "additional_flow_metrics": sum(bool(each.rtt) for each in extras),
        }

    def seen(self, hop: Hop, packet: Packet, at: float) -> None:
        key = unreachable_key(hop.key) if packet.unreachable and not hop.overhead else hop.key
        self.work.packets += 1
        own = self._filtered(Look(key, packet.flag, hop.direction))
        if own is None:
            return
        self.work.kept += 1
        flow = self._flows.get(key) or self._new(key, hop, packet, at)
        if flow is None:
            return
        flow.sampling = own
        if not flow.add(hop, packet, at):
            self.counters.errors["MaxObservedInterfacesReached"] += 1
        if self._tracks_dns and not hop.overhead:
            self._track_dns(hop, packet, at)

    def _filtered(self, look: Look) -> int | None:
        """The sampling of a packet that is kept; with a rule that samples, the draw comes last."""
        if self._filter is None:
            return self.config.sampling if self._draw(self.config.sampling) else None
        if not self._filter.samples and not self._draw(self.config.sampling):
            return None
        judged = self._filter.judge(look)
        self._count(judged.counter)
        sampling = judged.sampling or self.config.sampling
        drawn = self.config.sampling if self._lies("filter-sampling-not-applied") else sampling
        if self._filter.samples and not self._draw(drawn):
            return None
        if self._lies("filter-sampling-not-copied"):
            sampling = self.config.sampling
        return sampling if judged.kept else None

    def _lies(self, fault: str) -> bool:
        return self._faults.active(fault)

    def _draw(self, sampling: int) -> bool:
        """One in so many; the outcome gates all the other hooks until the next packet."""
        everything = sampling <= 1 or self._faults.active("sampling-ignored")
        self._do_sampling = everything or self._rng.random() * sampling < 1.0
        return self._do_sampling

    def _keeps(self, key: Key, flag: int = 0, *, dropped: bool = False) -> bool:
        """What the hooks beside the packets' own ask: they pass no direction, which reads as 0."""
        if not self._do_sampling:
            return False
        self.work.hooked += 1
        if self._filter is None:
            return True
        judged = self._filter.judge(Look(key, flag, dropped=dropped))
        self._count(judged.counter)
        return judged.kept

    def _count(self, counter: str) -> None:
        if not self._lies("filter-counters-silent"):
            self.counters.filtered[counter] += 1

    def dropped(self, key: Key, drop: Drop, at: float) -> None:
        if not (self._tracks_drops and self._keeps(key, drop.flags, dropped=True)):
            return
        key, drop = drops.noted(key, drop, self._faults)
        extras = self._extra(key, at)
        extras.drop = extras.drop or DropFacts()
        extras.drop.add(drop)

    def round_trip(self, key: Key, nanoseconds: int, at: float) -> None:
        if self._tracks_rtt and self._keeps(key):
            extras = self._extra(key, at)
            extras.rtt = max(extras.rtt, nanoseconds)

    def translated(self, key: Key, xlat: Xlat, at: float) -> None:
        if self._tracks_xlat and self._keeps(key):
            self._extra(key, at).xlat = xlat

    def encrypted(self, key: Key, at: float) -> None:
        if self._tracks_ipsec and self._keeps(key):
            self._extra(key, at).ipsec = 0

    def sampled(self, key: Key, cookie: int, at: float) -> None:
        if self._tracks_events and self._keeps(key):
            add_cookie(self._extra(key, at).cookies, cookie)

    def evict(self) -> list[Exported]:
        """Drain the maps: whole flows, and what has no main entry (any more)."""
        flows, self._flows = self._flows, {}
        extras, self._extras = self._extras, {}
        overall = 1 if self._faults.active("sampling-ignored") else 0
        networks = self.config.runs("UDNMapping") or self._lies("udn-on-when-off")
        exported = [
            Exported(
                self._decoder.record(
                    flow, extras.pop(key, None), overall or flow.sampling, networks
                ),
                flow.answers,
            )
            for key, flow in flows.items()
        ]
        exported += [Exported(self._decoder.partial(key, rest)) for key, rest in extras.items()]
        if self._lies("agents-drop-flows"):
            self.counters.dropped["CannotCreateFlowsHashMap"] += DROPPED_A_ROUND
        self.counters.evicted(len(exported), sum(flow.packets for flow in flows.values()))
        self.work.evicted(len(exported))
        return exported

    def _on(self, feature: str, prefix: str) -> bool:
        if self._faults.active(f"{prefix}-on-when-off"):
            return True
        missing = "dns-fields-missing" if prefix == "dns" else f"{prefix}-missing"
        return self.config.runs(feature) and not self._faults.active(missing)

    def _new(self, key: Key, hop: Hop, packet: Packet, at: float) -> Flow | None:
        if len(self._flows) >= self.config.cache_max_flows:
            self.counters.dropped["CannotCreateFlowsHashMap"] += 1
            return None
        # What goes by cable between two nodes is of many conversations, and answers none.
        flow = Flow(key, hop.macs, at, at, packet.answers and not hop.overhead, packet.dscp)
        self._flows[key] = flow
        return flow

    def _extra(self, key: Key, at: float) -> Extras:
        extras = self._extras.get(key)
        if extras is None:
            extras = self._extras[key] = Extras(at, at)
        extras.end = max(extras.end, at)
        return extras

    def _track_dns(self, hop: Hop, packet: Packet, at: float) -> None:
        if hop.key.proto == TCP and self._faults.active("tcp-dns-untracked"):
            return
        key = hop.key
        if self._faults.active("dns-fields-on-queries") and packet.answers:
            key = key.turned()

        def facts() -> DnsFacts:
            extras = self._extra(key, at)
            extras.dns = extras.dns or DnsFacts()
            return extras.dns

        self._dns.track(hop, packet, at, facts)
