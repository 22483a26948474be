"""What an agent says of user-defined networks and of IPsec, and the lies about either.

Source: ebpf-agent 1.12, pkg/model/record.go (an interface that OVN does not know, or no longer, has
no network), vendored observability-lib sample_decoder.go (names), pkg/decode/decode_protobuf.go.
"""

from __future__ import annotations

from typing import Any

from catalog.network_faults import NETWORK_FAULTS
from simulation import faults
from simulation.agent.flow import Seen
from simulation.faults import Faults

DEFAULT = "default"
STRANGER = "shop/tenant"
FAILED = -22
"""EINVAL, as the kernel's xfrm functions return it."""
OTHER_FAMILY = {0x0800: 0x86DD, 0x86DD: 0x0800}


def make_known() -> None:
    for fault in NETWORK_FAULTS:
        faults.register(fault.name, fault.says)


make_known()


def network_of(seen: Seen, plugged: bool, lies: Faults) -> str:
    """One entry of Udns. `plugged` tells whether OVN still knows the interface."""
    if not (seen.pod and plugged):
        return ""
    if not seen.network:
        return STRANGER if lies.active("udn-on-default-network") else DEFAULT
    if lies.active("udn-name-missing"):
        return ""
    if lies.active("udn-says-default"):
        return DEFAULT
    if lies.active("udn-of-one-topology") and "layer-2" in seen.network:
        return ""
    if lies.active("cudn-named-like-udn") and "/" not in seen.network:
        return f"shop/{seen.network}"
    return seen.network


def add_ipsec(record: dict[str, Any], code: int | None, lies: Faults) -> None:
    """Both fields at once; a code of 0 is written too."""
    if code is None:
        return
    code = FAILED if lies.active("ipsec-error") else code
    record["IPSecStatus"] = "error" if code else "success"
    if not lies.active("ipsec-code-missing"):
        record["IPSecRetCode"] = code


def misshape(record: dict[str, Any], lies: Faults) -> None:
    """Fields that do not fit any description."""
    if lies.active("unknown-field-in-records"):
        record["PktLossRatio"] = 0
    if lies.active("ethertype-of-other-family"):
        record["Etype"] = OTHER_FAMILY[record["Etype"]]
    if lies.active("number-as-text"):
        record["Etype"] = str(record["Etype"])
    if lies.active("dscp-out-of-range"):
        record["Dscp"] = 64
