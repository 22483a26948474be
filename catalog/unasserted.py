"""Fields that no scenario asserts by value, and why; the flow schema still checks their shape."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CONVERSATIONS = "conversation tracking changes logTypes, which a borrowed FlowCollector keeps"
OWN_SETTINGS = "it is there only if the user's own FlowCollector asks for it"
NOT_OURS = "Loki or its client adds it, not the agents"
NO_PING = "probes have no right to send ICMP, and the kernel's own answers depend on its limits"
SUBNETS = "it depends on the subnets that the user or OpenShift has labelled"
OF_ONE_CPU = "upstream keeps it only of answers that one CPU handles"
OF_THE_TRACKER = "it is the tracker's own error, and normal when a packet is seen twice"
BY_VERSION = "which of these a version writes differs; no operator that we could try has any"
NO_FEATURE = "only with the agent's environment variable QUIC_TRACKING_MODE, which no feature sets"

UNASSERTED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                *("_RecordType", "_HashId", "_IsFirst", "numFlowLogs", "MaxTimeFlowRttNs"),
                *("Bytes_AB", "Bytes_BA", "Packets_AB", "Packets_BA"),
            ),
            CONVERSATIONS,
        ),
        **dict.fromkeys(("K8S_ClusterName", "SrcK8S_Zone", "DstK8S_Zone"), OWN_SETTINGS),
        **dict.fromkeys(("app", "service_name", "detected_level"), NOT_OURS),
        **dict.fromkeys(("IcmpType", "IcmpCode"), NO_PING),
        **dict.fromkeys(("SrcSubnetLabel", "DstSubnetLabel"), SUBNETS),
        "DnsName": OF_ONE_CPU,
        "DnsErrno": OF_THE_TRACKER,
        **dict.fromkeys(("TLSCipherSuite", "TLSGroup", "TLSCurve"), BY_VERSION),
        **dict.fromkeys(("QuicVersion", "QuicSeenLongHdr", "QuicSeenShortHdr"), NO_FEATURE),
    }
)
