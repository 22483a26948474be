"""The metrics that flowlogs-pipeline derives from flows, before it writes them to Loki.

Source: operator 1.11, internal/pkg/metrics/predefined_metrics.go (labels, value fields) and
helper.go (egress: any FlowDirection but 0). They are not scaled by sampling. Of the operator's
default list those are kept that count flows and bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
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


class FlowMetrics:
    """Counters by name and labels; `weight` is what one flow counts for, 1 unless a fault lies."""

    def __init__(self, weight: int = 1) -> None:
        self._weight = weight
        self._counts: dict[str, Counter[Labels]] = {FLOWS: Counter(), EGRESS_BYTES: Counter()}

    def take(self, record: Record) -> None:
        self._counts[FLOWS][_labels(record, NAMESPACES)] += self._weight
        size = record.get("Bytes", 0)
        if record.get("FlowDirection") != TO_THE_NODE and size:
            self._counts[EGRESS_BYTES][_labels(record, WORKLOADS)] += size * self._weight

    def samples(self) -> Iterator[tuple[str, Labels, float]]:
        for name, counts in self._counts.items():
            for labels, value in counts.items():
                yield name, labels, float(value)

    def printed(self) -> str:
        lines = []
        for name, counts in self._counts.items():
            lines.append(f"# TYPE {name} counter")
            for labels, value in counts.items():
                inner = ",".join(f'{key}="{text}"' for key, text in labels)
                lines.append(f"{name}{{{inner}}} {value}")
        return "\n".join(lines) + "\n"


def _labels(record: Record, names: tuple[str, ...]) -> Labels:
    """A label whose field is missing is there and empty: Prometheus shows it as absent."""
    return tuple((name, str(record[name])) for name in names if name in record)
