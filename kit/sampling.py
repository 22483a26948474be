"""How much traffic a sampling of 1 in N needs before its absence from the flows means anything."""

from __future__ import annotations

import math

from kit import evidence
from kit.verdict import Inconclusive

MISSED_ONCE_IN = 1000
MOST_PACKETS = 5000
"""What one client may send; above it the suite does not judge."""


def packets_needed(sampling: int, once_in: int = MISSED_ONCE_IN) -> int:
    """The least k with (1 - 1/N)^k <= 1/once_in: each packet is drawn by itself."""
    if sampling <= 1:
        return 1
    return math.ceil(math.log(1 / once_in) / math.log(1 - 1 / sampling))


def told(sampling: int) -> int:
    """The packets needed, with the arithmetic for the reader; Inconclusive for too many."""
    needed = packets_needed(sampling)
    missed = (1 - 1 / sampling) ** needed if sampling > 1 else 0.0
    text = (
        f"at a sampling of {sampling} a packet is seen with a chance of 1/{sampling}; {needed} "
        f"packets are all missed with a chance of (1 - 1/{sampling})^{needed} = {missed:.6f}, "
        f"which is no more than 1/{MISSED_ONCE_IN}"
    )
    evidence.attach("packets that the sampling needs", text)
    evidence.fact("packets that the sampling needs", needed)
    if needed > MOST_PACKETS:
        raise Inconclusive(f"{text}; more than {MOST_PACKETS} are not sent, so nothing is judged")
    return needed
