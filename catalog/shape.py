"""What the numbers of a flow record can be, and which fields may stay unseen: facts of upstream.

Source: ebpf-agent 1.12, bpf/types.h (sizes) and pkg/decode/decode_protobuf.go (zeros are left out).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PORT = (0, 65_535)
BYTE = (0, 255)
THIS_CENTURY_MS = (1_000_000_000_000, 9_999_999_999_999)

ETHERTYPES: Mapping[object, int] = MappingProxyType({0x0800: 4, 0x86DD: 6})
"""The IP version that a record's Etype stands for. Source: ebpf-agent 1.12, bpf/utils.h."""

BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "Etype": (0x0800, 0x86DD),
        "TimeFlowStartMs": THIS_CENTURY_MS,
        "TimeFlowEndMs": THIS_CENTURY_MS,
        "TimeReceived": (1_000_000_000, 9_999_999_999),
        "Bytes": (1, float("inf")),
        "Packets": (1, float("inf")),
        "Sampling": (1, 2**32),
        "Proto": BYTE,
        "Dscp": (0, 63),
        "SrcPort": PORT,
        "DstPort": PORT,
        "IcmpType": BYTE,
        "IcmpCode": BYTE,
        "TimeFlowRttNs": (1_000, 600_000_000_000),
        "DnsId": (1, 65_535),
        "DnsFlags": (0, 65_535),
        "DnsLatencyMs": (0, 3_600_000),
        "DnsErrno": BYTE,
        "PktDropBytes": (0, 65_535),
        "PktDropPackets": (0, 65_535),
        "XlatSrcPort": PORT,
        "XlatDstPort": PORT,
        "ZoneId": (0, 65_535),
    }
)
"""Both ends included; every number is whole. RTTs are microseconds times 1000."""

PARALLEL = ("Interfaces", "IfDirections", "Udns")
"""Lists with one entry for each interface."""

NULL_MEANS_ABSENT = frozenset({"Flags"})
"""Written as null when it is empty: flowlogs-pipeline, transform_network.go."""

STALE_KEYS = frozenset({"UdnId"})
"""Labels that the operator asks for and no component writes; not wrong where somebody does."""
