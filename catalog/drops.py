"""Why a denied packet was dropped, as the agent spells the cause of a drop."""

from __future__ import annotations

BY_OPEN_VSWITCH = ("OVS_DROP_EXPLICIT", "OVS_DROP_LAST_ACTION")
"""Which of the two depends on the kernel and on Open vSwitch."""

BY_EVENT = tuple(
    f"NetworkEvent_{kind}"
    for kind in (
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "EgressFirewall",
        "NetpolNamespace",
        "NetworkPolicy",
    )
)
"""With NetworkEvents on, an event that is a drop gives the cause its own name."""

BY_EVENT_SINCE = (1, 11, 4)
"""Source: ebpf-agent 1.11.4, pkg/decode/decode_protobuf.go and pkg/model/record.go."""

Version = tuple[int, ...]


def causes_of_denial(agent: Version | None) -> frozenset[str]:
    """What an agent of this version may say of a packet that an ACL dropped; None: any version."""
    newer = agent is None or agent >= BY_EVENT_SINCE
    return frozenset(BY_OPEN_VSWITCH + (BY_EVENT if newer else ()))
