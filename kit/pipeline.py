"""The pipeline that a FlowCollector describes: how long a flow takes from the wire to Loki."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.upstream import (
    DEFAULT_CACHE_ACTIVE_TIMEOUT,
    DEFAULT_SAMPLING,
    DEFAULT_WRITE_BATCH_WAIT,
)
from kit.quantity import go_seconds

QUERY_ALLOWANCE = 4.0
"""Seconds for Loki to answer and for batches to queue behind each other."""
QUIET_ALLOWANCE = 2.5
"""Seconds for Loki to take a batch in and answer for it."""
MARGIN = 10.0
"""Seconds for what nobody promises: a scheduling pause, a slow disk, clocks that differ."""


@dataclass(frozen=True)
class Pipeline:
    """Seconds: `cache` until an agent evicts a flow, `batch` until it is written to Loki."""

    cache: float
    batch: float
    sampling: int
    features: frozenset[str]

    @property
    def floor(self) -> float:
        """The longest that a flow needs when nothing else costs time."""
        return self.cache + self.batch

    @property
    def deadline(self) -> float:
        """How long to wait for a flow before its absence counts."""
        return self.cache + 2 * self.batch + QUERY_ALLOWANCE + MARGIN

    @property
    def quiet(self) -> float:
        """How long after the traffic "there are no other flows" counts: one whole round.

        Whoever watches adds what the pipeline was late with flows that did arrive.
        """
        return self.floor + QUIET_ALLOWANCE


def pipeline(flow_collector: Mapping[str, Any]) -> Pipeline:
    """Read from a live FlowCollector; ValueError for durations that Go would not read."""
    spec = flow_collector.get("spec", {})
    agent = spec.get("agent", {}).get("ebpf", {})
    loki = spec.get("loki", {})
    return Pipeline(
        cache=go_seconds(agent.get("cacheActiveTimeout", DEFAULT_CACHE_ACTIVE_TIMEOUT)),
        batch=go_seconds(loki.get("writeBatchWait", DEFAULT_WRITE_BATCH_WAIT)),
        sampling=int(agent.get("sampling", DEFAULT_SAMPLING)),
        features=frozenset(agent.get("features", ())),
    )
