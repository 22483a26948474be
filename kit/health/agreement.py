"""Flow metrics in Prometheus against the flows in Loki: two records of the same flows.

Both are asked about a namespace of the scenario's own, so that its counters began at nothing and
the window is the same by its nature; and only after both have been still for a whole round.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kit.health.words import FLOWS, SENT_BYTES
from kit.logql import Query
from kit.loki import Flow, Loki
from kit.prometheus import STEP, Prometheus, selector
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting

BEFORE = 30.0
SCRAPED = STEP + 5.0
"""Seconds in which a counter that moved is scraped."""
ROUNDS = 8
TO_THE_NODE = "0"


@dataclass(frozen=True)
class Both:
    """Loki's sum and Prometheus' by metric; `series` is how many were summed."""

    loki: tuple[float, ...]
    prometheus: tuple[float, ...]
    series: tuple[int, ...]


@dataclass(frozen=True)
class Agreement:
    """Compares for flows from one namespace since `began` (epoch seconds of the cluster)."""

    loki: Loki
    prometheus: Prometheus
    waiting: Waiting
    namespace: str
    began: float

    def settled(self, rows: Sequence[tuple[str, str]], first: float, quiet: float) -> Both:
        """Both sums once nothing has moved for a round and a scrape; Inconclusive if never."""
        started = time.monotonic()
        self._await_flows(first)

        def look() -> Both:
            now = self.began + BEFORE + (time.monotonic() - started) * self.waiting.speed + first
            return self._both(rows, now)

        for _ in range(ROUNDS):
            seen = look()
            try:
                self.waiting.steadily(
                    look,
                    _as(seen),
                    during=quiet + SCRAPED,
                    what="flows and flow metrics",
                )
            except Unmet:
                continue
            return seen
        told = f"flows of {self.namespace} or their metrics kept moving for {ROUNDS} rounds"
        raise Inconclusive(f"{told}: they have no common window")

    def _await_flows(self, within: float) -> None:
        try:
            self.waiting.eventually(
                self._flows,
                lambda flows: met() if flows else unmet("Loki holds none"),
                within=within,
                what=f"flows from {self.namespace}",
            )
        except Unmet as empty:
            told = f"{empty.because}: an empty window is not compared"
            raise Inconclusive(told) from None

    def _flows(self) -> list[Flow]:
        query = Query().where(SrcK8S_Namespace=self.namespace)
        return self.loki.flows(query, self.began - BEFORE, self.began + 3600.0)

    def _both(self, rows: Sequence[tuple[str, str]], now: float) -> Both:
        flows = self._flows()
        lines = [
            self.prometheus.between(
                selector(metric, SrcK8S_Namespace=self.namespace), self.began - BEFORE, now
            )
            for metric, _ in rows
        ]
        return Both(
            tuple(amount(flows, what) for _, what in rows),
            tuple(sum(line.highest for line in found) for found in lines),
            tuple(len(found) for found in lines),
        )


def _as(before: Both) -> Callable[[Both], Verdict]:
    return lambda now: met() if now == before else unmet("it still moves")


def amount(flows: Sequence[Flow], what: str) -> float:
    """As the operator defines the metrics: egress is any direction but to the node."""
    if what == FLOWS:
        return float(len(flows))
    sent = [flow for flow in flows if flow.get("FlowDirection", "") != TO_THE_NODE]
    return float(sum(flow.get("Bytes", 0) for flow in sent))


def compared(row: tuple[str, str], sums: tuple[float, float, int], percent: float) -> Verdict:
    """Inconclusive for an empty window; else within so many percent of what Loki holds."""
    (metric, what), (stored, counted, series) = row, sums
    if stored <= 0:
        raise Inconclusive(f"Loki holds no {what} in this window: nothing can be compared")
    if not series:
        return unmet(
            f"Prometheus has no series {metric} of this namespace, and Loki holds {stored:g} "
            f"{what}: is flowlogs-pipeline scraped, and does the includeList have the metric?"
        )
    off = abs(counted - stored) / stored * 100
    told = f"{metric} says {counted:g}, Loki holds {stored:g} {what}: {off:.1f} % apart"
    return met(told) if off <= percent else unmet(f"{told}, allowed are {percent:g} %")


__all__ = ["FLOWS", "SENT_BYTES", "Agreement", "Both", "amount", "compared"]
