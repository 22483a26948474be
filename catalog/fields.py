"""Every field of a flow record, as the agent, flowlogs-pipeline and Loki 3 spell it.

Source: the decoder, the enrichment and the label list of upstream (operator 1.11, agent 1.12).
Expected values are not here: they belong to the feature files.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from catalog.kinds import Field, Kind, Unit

TEXT, NUMBER, TEXTS, NUMBERS = Kind.TEXT, Kind.NUMBER, Kind.TEXTS, Kind.NUMBERS


def _label(key: str, phrase: str) -> Field:
    return Field(key, phrase, TEXT, label=True)


def _of(feature: str, *fields: tuple[str, str, Kind] | tuple[str, str, Kind, Unit]) -> list[Field]:
    return [replace(Field(*field), feature=feature) for field in fields]


LABELS = (
    _label("SrcK8S_Namespace", "source namespace"),
    _label("SrcK8S_OwnerName", "source owner"),
    _label("SrcK8S_Type", "source type"),
    _label("DstK8S_Namespace", "destination namespace"),
    _label("DstK8S_OwnerName", "destination owner"),
    _label("DstK8S_Type", "destination type"),
    _label("K8S_FlowLayer", "layer"),
    Field(
        "FlowDirection",
        "direction",
        TEXT,
        label=True,
        words=MappingProxyType({"ingress": "0", "egress": "1", "inner": "2"}),
    ),
    _label("_RecordType", "record type"),
    _label("K8S_ClusterName", "cluster name"),
    _label("SrcK8S_Zone", "source zone"),
    _label("DstK8S_Zone", "destination zone"),
)

STREAM_LABELS = (
    _label("app", "application label"),
    _label("service_name", "service name label"),
    _label("detected_level", "detected level label"),
)
"""Labels of the stream that say nothing about the flow; Loki 3 adds the last two by itself."""

BASE = (
    Field("SrcMac", "source MAC address", TEXT),
    Field("DstMac", "destination MAC address", TEXT),
    Field("Etype", "ethertype", NUMBER),
    Field("TimeFlowStartMs", "start time", NUMBER, Unit.MILLISECONDS),
    Field("TimeFlowEndMs", "end time", NUMBER, Unit.MILLISECONDS),
    Field("TimeReceived", "time received", NUMBER, Unit.SECONDS),
    Field("AgentIP", "agent address", TEXT),
    Field("IfDirections", "interface directions", NUMBERS),
    Field("Interfaces", "interfaces", TEXTS),
    Field("Udns", "user-defined networks", TEXTS),
    Field("Bytes", "bytes", NUMBER, Unit.BYTES),
    Field("Packets", "packets", NUMBER),
    Field("Sampling", "sampling", NUMBER),
    Field("SrcAddr", "source address", TEXT),
    Field("DstAddr", "destination address", TEXT),
    Field(
        "Proto",
        "protocol",
        NUMBER,
        words=MappingProxyType(
            {"ICMP": 1, "TCP": 6, "UDP": 17, "ESP": 50, "ICMPv6": 58, "SCTP": 132}
        ),
    ),
    Field("Dscp", "DSCP value", NUMBER),
    Field("SrcPort", "source port", NUMBER),
    Field("DstPort", "destination port", NUMBER),
    Field("IcmpType", "ICMP type", NUMBER),
    Field("IcmpCode", "ICMP code", NUMBER),
    Field("Flags", "TCP flags", TEXTS),
)

_SIDES = (("Src", "source"), ("Dst", "destination"))

ENRICHMENT = (
    *(
        Field(f"{side}K8S_{key}", f"{word} {phrase}", TEXT)
        for side, word in _SIDES
        for key, phrase in (
            ("Name", "name"),
            ("OwnerType", "owner type"),
            ("HostIP", "host address"),
            ("HostName", "host name"),
            ("NetworkName", "network name"),
        )
    ),
    Field("SrcSubnetLabel", "source subnet", TEXT),
    Field("DstSubnetLabel", "destination subnet", TEXT),
)

CONVERSATION = (
    Field("_HashId", "conversation", TEXT),
    Field("_IsFirst", "first record of a conversation", TEXT),
    Field("numFlowLogs", "flow records", NUMBER),
    Field("Bytes_AB", "bytes sent", NUMBER, Unit.BYTES),
    Field("Bytes_BA", "bytes returned", NUMBER, Unit.BYTES),
    Field("Packets_AB", "packets sent", NUMBER),
    Field("Packets_BA", "packets returned", NUMBER),
    Field("MaxTimeFlowRttNs", "greatest round-trip time", NUMBER, Unit.NANOSECONDS),
)
"""Only with `logTypes` other than Flows."""

FLOW_RTT = _of("FlowRTT", ("TimeFlowRttNs", "round-trip time", NUMBER, Unit.NANOSECONDS))

DNS = _of(
    "DNSTracking",
    ("DnsId", "DNS id", NUMBER),
    ("DnsFlags", "DNS flags", NUMBER),
    ("DnsFlagsResponseCode", "DNS response code", TEXT),
    ("DnsLatencyMs", "DNS latency", NUMBER, Unit.MILLISECONDS),
    ("DnsName", "DNS name", TEXT),
    ("DnsErrno", "DNS tracker error", NUMBER),
)

DROPS = [
    *_of(
        "PacketDrop",
        ("PktDropBytes", "dropped bytes", NUMBER, Unit.BYTES),
        ("PktDropPackets", "dropped packets", NUMBER),
        ("PktDropLatestState", "TCP state of the latest drop", TEXT),
        ("PktDropLatestDropCause", "cause of the latest drop", TEXT),
    ),
    Field(
        "PktDropLatestFlags",
        "flag of the latest drop",
        NUMBER,
        feature="PacketDrop",
        words=MappingProxyType(
            {"none": 0, "FIN": 1, "SYN": 2, "RST": 4, "ACK": 16}
            | {"SYN_ACK": 256, "FIN_ACK": 512, "RST_ACK": 1024}
        ),
    ),
]

XLAT = _of(
    "PacketTranslation",
    ("XlatSrcAddr", "translated source address", TEXT),
    ("XlatDstAddr", "translated destination address", TEXT),
    ("XlatSrcPort", "translated source port", NUMBER),
    ("XlatDstPort", "translated destination port", NUMBER),
    ("ZoneId", "conntrack zone", NUMBER),
) + [
    Field(f"Xlat{side}K8S_{key}", f"translated {word} {phrase}", TEXT, feature="PacketTranslation")
    for side, word in _SIDES
    for key, phrase in (
        ("Name", "name"),
        ("Type", "type"),
        ("Namespace", "namespace"),
        ("OwnerName", "owner"),
        ("OwnerType", "owner type"),
        ("HostIP", "host address"),
        ("HostName", "host name"),
        ("NetworkName", "network name"),
    )
]

NETWORK_EVENTS = _of("NetworkEvents", ("NetworkEvents", "network events", Kind.OBJECTS))

IPSEC = _of(
    "IPSec", ("IPSecStatus", "IPsec status", TEXT), ("IPSecRetCode", "IPsec return code", NUMBER)
)

TLS = _of(
    "TLSTracking",
    ("TLSVersion", "TLS version", TEXT),
    ("TLSTypes", "TLS record types", TEXTS),
    ("TLSCipherSuite", "TLS cipher suite", TEXT),
    ("TLSGroup", "TLS group", TEXT),
    ("TLSCurve", "TLS curve", TEXT),
)

QUIC = (
    Field("QuicVersion", "QUIC version", NUMBER),
    Field("QuicSeenLongHdr", "QUIC long headers", NUMBER),
    Field("QuicSeenShortHdr", "QUIC short headers", NUMBER),
)
"""Only with the agent's environment variable QUIC_TRACKING_MODE, which no feature sets."""

FIELDS: tuple[Field, ...] = (
    *LABELS,
    *STREAM_LABELS,
    *BASE,
    *ENRICHMENT,
    *CONVERSATION,
    *FLOW_RTT,
    *DNS,
    *DROPS,
    *XLAT,
    *NETWORK_EVENTS,
    *IPSEC,
    *TLS,
    *QUIC,
)

BY_KEY = {field.key: field for field in FIELDS}
BY_PHRASE = {field.phrase: field for field in FIELDS}


def added_by(feature: str) -> tuple[Field, ...]:
    """The fields that only this FlowCollector feature adds."""
    return tuple(field for field in FIELDS if field.feature == feature)
