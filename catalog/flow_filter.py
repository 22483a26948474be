"""The words of the agents' flow filter: its rules' fields, as the CRD spells them and as we do.

Source: operator 1.11, api/flowcollector/v1beta2/flowcollector_types.go (EBPFFlowFilterRule).
"""

from __future__ import annotations

from types import MappingProxyType

MOST_RULES = 16

CHOICES = MappingProxyType(
    {
        "action": ("action", ("Accept", "Reject")),
        "protocol": ("protocol", ("TCP", "UDP", "ICMP", "ICMPv6", "SCTP")),
        "direction": ("direction", ("Ingress", "Egress")),
        "TCP flags": (
            "tcpFlags",
            ("SYN", "SYN-ACK", "ACK", "FIN", "RST", "URG", "ECE", "CWR", "FIN-ACK", "RST-ACK"),
        ),
    }
)
"""Phrase: the field, and the values it may have."""

PORTS = MappingProxyType(
    {"ports": "ports", "source ports": "sourcePorts", "destination ports": "destPorts"}
)

COUNTERS = MappingProxyType(
    {"accepted": "FilterAccept", "rejected": "FilterReject", "unmatched": "FilterNoMatch"}
)
"""What the agents call the packets that a filter has judged (label `reason` of the metric)."""

COUNTER_METRIC = "netobserv_agent_filtered_flows_total"
METRICS_PORT = 9400
