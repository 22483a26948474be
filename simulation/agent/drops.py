"""The lies about dropped packets: where an agent writes them down, and why they happened."""

from __future__ import annotations

from simulation.faults import Faults
from simulation.world.packet import SYN, Drop, Key


def noted(key: Key, drop: Drop, faults: Faults) -> tuple[Key, Drop]:
    """The flow that a drop is noted for, and what is noted."""
    if faults.active("drop-on-other-tuple"):
        key = key.turned()
    if faults.active("drop-on-other-connection"):
        key = key._replace(sport=key.sport % 60999 + 1)
    if faults.active("drop-cause-empty"):
        drop = drop._replace(cause="")
    if faults.active("drop-cause-unknown"):
        drop = drop._replace(cause="SKB_DROP_UNKNOWN_CAUSE")
    if faults.active("drop-flags-missing") and drop.flags == SYN:
        drop = drop._replace(flags=0)
    if faults.active("drop-bytes-zero"):
        drop = drop._replace(size=0)
    return key, drop
