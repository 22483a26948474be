"""The metrics that flowlogs-pipeline derives from flows, before it writes them to Loki.

Source: operator 1.11, internal/pkg/metrics/predefined_metrics.go (labels, value fields) and
helper.go (egress: any FlowDirection but 0); flowlogs-pipeline, pkg/pipeline/encode/encode_prom.go
(defaultExpiryTime) and metrics_common.go (cleanupExpiredEntriesLoop: it sweeps once in as long, so
that a series lives for one to two of them after its last flow). They are not scaled by sampling. Of
the operator's default list those are kept that count flows and bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

Labels = tuple[tuple[str, str], ...]
Record = dict[str, Any]

NAMESPACES = (
    *("SrcK8S_Namespace", "DstK8S_Namespace", "K8S_FlowLayer"),
    *("SrcSubnetLabel", "DstSubnetLabel"),
)
WORKLOADS = (
    *NAMESPACES,
    *("SrcK8S_OwnerName", "DstK8S_OwnerName", "SrcK8S_OwnerType", "DstK8S_OwnerType"),
    *("SrcK8S_Type", "DstK8S_Type"),
)
FLOWS = "netobserv_namespace_flows_total"
EGRESS_BYTES = "netobserv_workload_egress_bytes_total"
TO_THE_NODE = 0
EXPIRY = 120.0
"""Seconds without a flow after which the next sweep takes a series away, and between two sweeps."""


@dataclass
class Count:
    """`moved` is when it last grew, by the cluster's clock."""

    value: float = 0.0
    moved: float = 0.0


class FlowMetrics:
    """Counters by name and labels; `weight` is what one flow counts for, 1 unless a fault lies."""

    def __init__(self, now: Callable[[], float], weight: int = 1) -> None:
        self._now, self._weight = now, weight
        self._swept = now()
        self._counts: dict[str, dict[Labels, Count]] = {FLOWS: {}, EGRESS_BYTES: {}}

    def take(self, record: Record) -> None:
        self._sweep()
        self._add(FLOWS, _labels(record, NAMESPACES), 1)
        size = record.get("Bytes", 0)
        if record.get("FlowDirection") != TO_THE_NODE and size:
            self._add(EGRESS_BYTES, _labels(record, WORKLOADS), size)

    def samples(self) -> Iterator[tuple[str, Labels, float]]:
        """What no sweep has taken away; whatever one has would begin at nothing again."""
        self._sweep()
        for name, counts in self._counts.items():
            for labels, count in counts.items():
                yield name, labels, count.value

    def _sweep(self) -> None:
        """As the latest sweep has left it: nothing has moved since, or this was called then."""
        sweeps = int((self._now() - self._swept) // EXPIRY)
        self._swept += sweeps * EXPIRY
        for counts in self._counts.values() if sweeps else ():
            old = [one for one, count in counts.items() if count.moved <= self._swept - EXPIRY]
            for labels in old:
                del counts[labels]

    def _add(self, name: str, labels: Labels, amount: float) -> None:
        count = self._counts[name].setdefault(labels, Count())
        count.value += amount * self._weight
        count.moved = self._now()

    def printed(self) -> str:
        lines = []
        for name, samples in groupby(self.samples(), key=itemgetter(0)):
            lines.append(f"# TYPE {name} counter")
            for _, labels, value in samples:
                inner = ",".join(f'{key}="{text}"' for key, text in labels)
                lines.append(f"{name}{{{inner}}} {value:.0f}")
        return "\n".join(lines) + "\n"


def _labels(record: Record, names: tuple[str, ...]) -> Labels:
    """A label whose field is missing is there and empty: Prometheus shows it as absent."""
    return tuple((name, str(record[name])) for name in names if name in record)
