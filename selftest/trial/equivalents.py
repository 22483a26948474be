"""Generated mutants that no scenario can tell from the truth, and why a reader may accept that."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from catalog.faults import FAULTS_BY_NAME
from catalog.outcomes import Outcome
from catalog.unasserted import UNASSERTED

TWO_PORTS = "A rule for two destination ports keeps requests alone"
ANY_NUMBER = "any whole number may stand there, and nobody else measures this very value"
PARTIAL = (
    "only partial records and protocols without it lack it; of those nothing but absence is claimed"
)
ONE_NETWORK = "both ends of a conversation are in one network, so they have the same name"
ONE_NAMESPACE = "both ends of the translated traffic are pods of one namespace"
FIRST_INTERFACE = (
    "an agent keeps the MAC addresses of the interface where it met the flow first, and upstream "
    "does not promise which that is"
)
SAME_SECOND = "both directions of a conversation arrive in the same batch"
NONE_SET = "all traffic of ours is sent with DSCP 0; what others send is nobody's claim"
OFFLOAD = (
    "kernels merge and split segments: how many packets carry a volume is known within bounds, "
    "and those of the answers lie within them; whose bytes are whose is told by Bytes"
)
RETRIES = "how often a kernel repeats a SYN within the client's timeout is not ours to say"
NEAR_SIZES = "what is dropped is one small packet or a few: some sizes fit each other's bounds"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "TimeFlowRttNs stale": ANY_NUMBER,
        "TimeFlowRttNs on-the-wrong-record": ANY_NUMBER,
        "Packets on-the-wrong-record": OFFLOAD,
        "ZoneId stale": ANY_NUMBER,
        "ZoneId zero": "0 is the kernel's default zone, and as good as any",
        "Dscp zero": NONE_SET,
        "PktDropPackets stale": RETRIES,
        "PktDropBytes stale": NEAR_SIZES,
        "TimeReceived on-the-wrong-record": SAME_SECOND,
        "SrcK8S_NetworkName swapped": ONE_NETWORK,
        "XlatSrcK8S_NetworkName swapped": ONE_NETWORK,
        "XlatSrcK8S_Namespace swapped": ONE_NAMESPACE,
        "XlatSrcK8S_Type swapped": ONE_NAMESPACE,
        **dict.fromkeys(
            (
                *("SrcMac stale", "DstMac stale", "SrcMac swapped"),
                *("SrcMac on-the-wrong-record", "DstMac on-the-wrong-record"),
            ),
            FIRST_INTERFACE,
        ),
        **{
            f"{field} on-every-record": PARTIAL
            for field in (
                *("Bytes", "Packets", "Sampling", "Flags", "FlowDirection"),
                *("SrcPort", "DstPort"),
            )
        },
    }
)


EITHER_WAY = (
    "a frame asks whether a target is denied, in whichever way; who claims silence must notice"
)
HEARD = "its rule keeps requests; whether a port answers or refuses is the server's business"


def flip_reason(mutant: str, title: str) -> str:
    """Why this scenario need not notice that its probe ended otherwise; empty when it must."""
    silence_is_claimed = title in FAULTS_BY_NAME["firewall-rejects"].caught_by
    if mutant == flip(Outcome.TIMED_OUT, Outcome.REFUSED) and not silence_is_claimed:
        return EITHER_WAY
    if mutant == flip(Outcome.REFUSED, Outcome.CONNECTED) and title == TWO_PORTS:
        return HEARD
    return ""


def flip(truth: Outcome, lie: Outcome) -> str:
    return f"a probe that {truth.value} is said to have ended so: {lie.value}"


def reason(mutant: str) -> str:
    """Why the survival of this mutant is accepted; empty when it is not."""
    return REASONS.get(mutant) or UNASSERTED.get(mutant.split(maxsplit=1)[0], "")
