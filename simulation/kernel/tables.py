"""What an agent loads: programs and maps as bpftool of a real node has shown them, with sizes.

Source: ebpf-agent v1.12.0 on Linux 6.18 (2 CPUs, measured), pkg/tracer/tracer.go for sizes and
versions; memory by the kernel's own arithmetic (kernel/bpf/hashtab.c, ringbuf.c, arraymap.c).
"""

from __future__ import annotations

from dataclasses import dataclass

from simulation.agent import AgentConfig

MILLION, PAGE = 1 << 20, 4096
FLAG_NO_PREALLOC = 1


@dataclass(frozen=True)
class ProgramRow:
    """One program; sizes are in bytes, `maps` are keys of MAPS."""

    name: str
    type: str
    xlated: int
    jited: int
    memlock: int
    maps: tuple[str, ...]


_BASE = (".bss", ".rodata", "global_counters", "filter_map", "peer_filter_map")
_PARSED = (
    *(".rodata", ".bss", "global_counters", "filter_map", "peer_filter_map", "dns_flows"),
    *("dns_name_map", "quic_flows", "aggregated_flows", "direct_flows", "aggregated_flows_dns"),
)
_PCA = (*_BASE[1:], "packet_record")
_IPSEC = ("ipsec_ingress_map", "ipsec_egress_map")
_RETURNED = (".bss", ".rodata", *_IPSEC, "additional_flow_metrics")

PROGRAMS = (
    ProgramRow("kfree_skb", "tracepoint", 4464, 2745, 12288, (*_BASE, "aggregated_flows_pkt_drop")),
    ProgramRow(
        "network_events_monitoring",
        *("kprobe", 88, 70, 16384),
        (*_BASE, "aggregated_flows_network_events"),
    ),
    ProgramRow("probe_entry_SSL_write", "kprobe", 48, 42, 4096, (".rodata", "ssl_data_event_map")),
    ProgramRow("tc_egress_flow_parse", "sched_cls", 9840, 6142, 24576, _PARSED),
    ProgramRow("tc_egress_pca_parse", "sched_cls", 80, 75, 12288, _PCA),
    ProgramRow("tc_ingress_flow_parse", "sched_cls", 9840, 6139, 24576, _PARSED),
    ProgramRow("tcp_rcv_fentry", "tracing", 160, 135, 12288, (*_BASE, "additional_flow_metrics")),
    ProgramRow("tcp_rcv_kprobe", "kprobe", 160, 135, 12288, (*_BASE, "additional_flow_metrics")),
    ProgramRow("tcx_egress_flow_parse", "sched_cls", 9848, 6145, 24576, _PARSED),
    ProgramRow("tcx_ingress_flow_parse", "sched_cls", 9848, 6142, 24576, _PARSED),
    ProgramRow("tcx_ingress_pca_parse", "sched_cls", 88, 75, 12288, _PCA),
    ProgramRow("track_nat_manip_pkt", "kprobe", 120, 115, 16384, (*_BASE, "aggregated_flows_xlat")),
    ProgramRow("xfrm_input_kprobe", "kprobe", 72, 56, 12288, (*_BASE, *_IPSEC)),
    ProgramRow("xfrm_input_kretprobe", "kprobe", 72, 56, 4096, _RETURNED),
    ProgramRow("xfrm_output_kprobe", "kprobe", 72, 56, 12288, (*_BASE, *_IPSEC)),
    ProgramRow("xfrm_output_kretprobe", "kprobe", 72, 56, 4096, _RETURNED),
)


@dataclass(frozen=True)
class MapRow:
    """One map; `flags` as the kernel tells them, `key` and `value` in bytes."""

    name: str
    type: str
    flags: int
    key: int
    value: int

    def memlock(self, entries: int, cpus: int, held: int = 0) -> int:
        """Bytes of a map for so many entries, of which so many are there."""
        value = _rounded(self.value)
        if self.type in ("hash", "percpu_hash"):
            return self._hash(entries, cpus, held)
        if self.type == "ringbuf":
            pages = entries // PAGE
            return (pages + 3) * PAGE + (3 + 2 * pages) * 8 + 304
        if self.type == "percpu_array":
            return 312 + entries * (8 + value * cpus)
        return 0 if self.type == "lpm_trie" else PAGE * (1 + -(-self.value // PAGE))

    def _hash(self, entries: int, cpus: int, held: int) -> int:
        buckets = 1 << (entries - 1).bit_length()
        empty = 832 + 32 * cpus + 16 * buckets
        node, percpu = 8, self.type == "percpu_hash"
        element = 48 + _rounded(self.key) + (8 if percpu else _rounded(self.value))
        copies = (node + _rounded(self.value)) * cpus + node + 8 if percpu else 0
        if self.flags & FLAG_NO_PREALLOC:
            return empty + held * (element + node + copies)
        return empty + entries * (element + copies)


def _rounded(size: int) -> int:
    return (size + 7) // 8 * 8


MAPS = (
    MapRow(".bss", "array", 1024, 4, 16512),
    MapRow(".rodata", "array", 1152, 4, 2352),
    MapRow("global_counters", "percpu_array", 0, 4, 4),
    MapRow("filter_map", "lpm_trie", 1, 20, 52),
    MapRow("peer_filter_map", "lpm_trie", 1, 20, 1),
    MapRow("aggregated_flows_pkt_drop", "percpu_hash", 1, 40, 32),
    MapRow("aggregated_flows_network_events", "percpu_hash", 1, 40, 72),
    MapRow("ssl_data_event_map", "ringbuf", 0, 0, 0),
    MapRow("dns_flows", "hash", 1, 40, 8),
    MapRow("dns_name_map", "percpu_array", 0, 4, 32),
    MapRow("quic_flows", "percpu_hash", 1, 40, 24),
    MapRow("aggregated_flows", "hash", 1, 40, 104),
    MapRow("direct_flows", "ringbuf", 0, 0, 0),
    MapRow("aggregated_flows_dns", "percpu_hash", 1, 40, 64),
    MapRow("packet_record", "ringbuf", 0, 0, 0),
    MapRow("additional_flow_metrics", "percpu_hash", 1, 40, 32),
    MapRow("aggregated_flows_xlat", "percpu_hash", 1, 40, 56),
    MapRow("ipsec_ingress_map", "hash", 1, 8, 40),
    MapRow("ipsec_egress_map", "hash", 1, 8, 40),
)

CACHED_BY = {
    "aggregated_flows_pkt_drop": ("PacketDrop",),
    "aggregated_flows_network_events": ("NetworkEvents",),
    "aggregated_flows_dns": ("DNSTracking",),
    "aggregated_flows_xlat": ("PacketTranslation",),
    "additional_flow_metrics": ("FlowRTT", "IPSec"),
}
"""Maps with room for the cache while one of these features is on, and for 1 entry otherwise."""
MILLIONS = {
    "dns_flows": "DNSTracking",
    "ipsec_ingress_map": "IPSec",
    "ipsec_egress_map": "IPSec",
}
QUIC_SINCE, SMALL_RINGS_SINCE = (1, 11, 4), (1, 11, 2)


def is_there(row: MapRow, config: AgentConfig) -> bool:
    return row.name != "quic_flows" or config.version >= QUIC_SINCE


def entries(row: MapRow, config: AgentConfig, *, asked_alone: bool = True) -> int:
    """How many an agent of this configuration makes room for; `asked_alone` is not a lie."""
    if row.name == "aggregated_flows":
        return config.cache_max_flows
    if row.name in CACHED_BY:
        on = any(name in config.features for name in CACHED_BY[row.name]) or not asked_alone
        return config.cache_max_flows if on else 1
    if row.name in MILLIONS:
        return MILLION if MILLIONS[row.name] in config.features or not asked_alone else 1
    return _fixed(row, config)


def _fixed(row: MapRow, config: AgentConfig) -> int:
    if row.name == "direct_flows" and config.version < SMALL_RINGS_SINCE:
        return 1 << 24
    if row.type == "ringbuf":
        return PAGE
    if row.type == "lpm_trie":
        return 1 if config.flow_filter is None else 16
    counters = 13 if config.version >= QUIC_SINCE else 11
    return {"global_counters": counters, "quic_flows": 65536}.get(row.name, 1)
