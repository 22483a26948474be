"""What flowlogs-pipeline's pods use, by the flows that agents hand to them.

Fitted to 49 millicores and 63 MiB of a small cluster at sampling 50.
"""

from __future__ import annotations

IDLE = 0.003
"""Seconds of a processor in a second, for each pod."""
FLOW = 200e-6
"""Seconds a flow: decode, enrich, write to Loki, count for Prometheus."""
MIB = 1024 * 1024
RUNTIME = 58 * MIB
HELD, HELD_FOR = 2048, 10.0
"""Bytes of a flow, and the seconds for which batches and retries keep it."""


def process_share(flows: float) -> float:
    """Seconds of a processor in a second, of a pod that takes so many flows a second."""
    return IDLE + FLOW * flows


def memory(flows: float) -> float:
    """Bytes of its working set."""
    return RUNTIME + HELD * HELD_FOR * flows
