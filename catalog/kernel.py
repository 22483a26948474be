"""What the agent keeps in a node's kernel: programs, where they hang, maps and their sizes.

Source: ebpf-agent v1.12.0, bpf/*.h and pkg/tracer/tracer.go; the same names since v1.10.1.
"""

from __future__ import annotations

from dataclasses import dataclass

NAME_LENGTH = 15
"""Kernels cut the names of programs and maps; a new bpftool knows programs' names in full."""

MANAGER = "bpfman"
OWNERS = ("netobserv-ebpf-agent", MANAGER)
"""The processes that hold the objects; the kernel cuts their names too."""


@dataclass(frozen=True)
class Hook:
    """Where a program hangs: `kind` is tracepoint, fentry, kprobe or kretprobe, `at` the place."""

    kind: str
    at: str

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


@dataclass(frozen=True)
class Program:
    """One program. Without a feature it serves all flows, or hangs nowhere by default."""

    name: str
    hook: Hook | None = None
    feature: str = ""


def _kprobe(name: str, at: str, feature: str, kind: str = "kprobe") -> Program:
    return Program(name, Hook(kind, at), feature)


_DIRECTIONS = ("tc_egress", "tc_ingress", "tcx_egress", "tcx_ingress")
PROGRAMS = (
    *(Program(f"{mode}_flow_parse") for mode in _DIRECTIONS),
    *(Program(f"{mode}_pca_parse") for mode in _DIRECTIONS),
    Program("probe_entry_SSL_write"),
    _kprobe("kfree_skb", "kfree_skb", "PacketDrop", "tracepoint"),
    _kprobe("tcp_rcv_fentry", "tcp_rcv_established", "FlowRTT", "fentry"),
    _kprobe("tcp_rcv_kprobe", "tcp_rcv_established", "FlowRTT"),
    _kprobe("track_nat_manip_pkt", "nf_nat_manip_pkt", "PacketTranslation"),
    _kprobe("network_events_monitoring", "psample_sample_packet", "NetworkEvents"),
    _kprobe("xfrm_input_kprobe", "xfrm_input", "IPSec"),
    _kprobe("xfrm_input_kretprobe", "xfrm_input", "IPSec", "kretprobe"),
    _kprobe("xfrm_output_kprobe", "xfrm_output", "IPSec"),
    _kprobe("xfrm_output_kretprobe", "xfrm_output", "IPSec", "kretprobe"),
)
BY_NAME = {program.name: program for program in PROGRAMS}
BY_SHORT_NAME = {program.name[:NAME_LENGTH]: program for program in PROGRAMS}

FLOW_PARSERS = tuple(program.name for program in PROGRAMS if program.name.endswith("flow_parse"))
"""They see the packets: one in each direction of each interface."""

MAPS = (
    *("direct_flows", "aggregated_flows", "aggregated_flows_dns", "aggregated_flows_pkt_drop"),
    *("aggregated_flows_network_events", "aggregated_flows_xlat", "additional_flow_metrics"),
    *("packet_record", "dns_flows", "global_counters", "dns_name_map", "filter_map"),
    *("peer_filter_map", "ipsec_ingress_map", "ipsec_egress_map", "ssl_data_event_map"),
    "quic_flows",
)
SHORT_MAP_NAMES = frozenset(name[:NAME_LENGTH] for name in MAPS)

NO_PREALLOC = 1
"""BPF_F_NO_PREALLOC: a map without it takes the memory of all its entries when it is made."""
TABLES = ("hash", "percpu_hash")


@dataclass(frozen=True)
class Table:
    """How a map is told from others of its cut name: by its type and by who uses it.

    `entries` is its size while its feature is on, None for as many flows as the agent caches;
    without `features` it always has that size. Empty `used_by` accepts any program.
    """

    name: str
    type: str
    features: tuple[str, ...] = ()
    used_by: str = ""
    entries: int | None = None

    @property
    def short(self) -> str:
        return self.name[:NAME_LENGTH]


MILLION = 1 << 20
FLOW_TABLES = (
    Table("aggregated_flows", "hash"),
    Table("aggregated_flows_dns", "percpu_hash", ("DNSTracking",), "flow_parse"),
    Table("aggregated_flows_pkt_drop", "percpu_hash", ("PacketDrop",), "kfree_skb"),
    Table(
        "aggregated_flows_network_events",
        "percpu_hash",
        ("NetworkEvents",),
        "network_events_monitoring",
    ),
    Table("aggregated_flows_xlat", "percpu_hash", ("PacketTranslation",), "track_nat_manip_pkt"),
    Table("additional_flow_metrics", "percpu_hash", ("FlowRTT", "IPSec")),
    Table("dns_flows", "hash", ("DNSTracking",), entries=MILLION),
    Table("ipsec_ingress_map", "hash", ("IPSec",), entries=MILLION),
    Table("ipsec_egress_map", "hash", ("IPSec",), entries=MILLION),
)
"""The maps that grow with traffic. Source: tracer.go, sizeMapForFeature and the lines around it."""
