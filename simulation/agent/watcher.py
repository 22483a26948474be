"""The eBPF agent of one node: what its hooks see, until the eviction takes it away.

Source: ebpf-agent 1.12, bpf/flows.c (sampling, first-seen interface), bpf/pkt_drops.h,
bpf/rtt_tracker.h, bpf/pkt_translation.h, pkg/tracer/tracer.go (eviction and merge).
"""

from __future__ import annotations

import random

from simulation.agent.config import AgentConfig
from simulation.agent.counters import Counters
from simulation.agent.decode import Decoder
from simulation.agent.dns import DnsTracker
from simulation.agent.export import Exported
from simulation.agent.flow import DnsFacts, DropFacts, Extras, Flow
from simulation.faults import Faults
from simulation.world.packet import TCP, Drop, Hop, Key, Packet, Xlat, unreachable_key


class Watcher:
    """A node's agent: the world's Tap, and a source of exported flows."""

    def __init__(
        self, config: AgentConfig, decoder: Decoder, faults: Faults, rng: random.Random
    ) -> None:
        self.config = config
        self.counters = Counters()
        self._decoder = decoder
        self._faults = faults
        self._rng = rng
        self._flows: dict[Key, Flow] = {}
        self._extras: dict[Key, Extras] = {}
        self._dns = DnsTracker(rng)
        self._everything = config.sampling <= 1 or faults.active("sampling-ignored")
        # One byte for the whole program, not one for each flow: it gates all the other hooks.
        self._do_sampling = self._everything
        self._tracks_dns = self._on("DNSTracking", "dns")
        self._tracks_rtt = self._on("FlowRTT", "rtt")
        self._tracks_xlat = self._on("PacketTranslation", "xlat")
        self._tracks_drops = config.runs("PacketDrop")

    @property
    def size(self) -> int:
        return len(self._flows) + len(self._extras.keys() - self._flows.keys())

    def seen(self, hop: Hop, packet: Packet, at: float) -> None:
        if not self._everything:
            self._do_sampling = self._rng.random() * self.config.sampling < 1.0
            if not self._do_sampling:
                return
        if not self.keeps(hop, packet):
            return
        key = unreachable_key(hop.key) if packet.unreachable and not hop.overhead else hop.key
        flow = self._flows.get(key) or self._new(key, hop, packet, at)
        if flow is None:
            return
        if not flow.add(hop, packet, at):
            self.counters.errors["MaxObservedInterfacesReached"] += 1
        if self._tracks_dns and not hop.overhead:
            self._track_dns(hop, packet, at)

    def keeps(self, hop: Hop, packet: Packet) -> bool:
        """Where flow filters will decide; the operator's rules are in `config.flow_filter`."""
        del hop, packet
        return True

    def dropped(self, key: Key, drop: Drop, at: float) -> None:
        if not (self._tracks_drops and self._do_sampling):
            return
        extras = self._extra(key, at)
        extras.drop = extras.drop or DropFacts()
        extras.drop.add(drop)

    def round_trip(self, key: Key, nanoseconds: int, at: float) -> None:
        if self._tracks_rtt and self._do_sampling:
            extras = self._extra(key, at)
            extras.rtt = max(extras.rtt, nanoseconds)

    def translated(self, key: Key, xlat: Xlat, at: float) -> None:
        if self._tracks_xlat and self._do_sampling:
            self._extra(key, at).xlat = xlat

    def evict(self) -> list[Exported]:
        """Drain the maps: whole flows, and what has no main entry (any more)."""
        flows, self._flows = self._flows, {}
        extras, self._extras = self._extras, {}
        sampling = 1 if self._faults.active("sampling-ignored") else self.config.sampling
        networks = self.config.runs("UDNMapping")
        exported = [
            Exported(
                self._decoder.record(flow, extras.pop(key, None), sampling, networks), flow.answers
            )
            for key, flow in flows.items()
        ]
        exported += [Exported(self._decoder.partial(key, rest)) for key, rest in extras.items()]
        self.counters.evicted(len(exported), sum(flow.packets for flow in flows.values()))
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
        flow = Flow(key, hop.macs, at, at, packet.answers, packet.dscp)
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
