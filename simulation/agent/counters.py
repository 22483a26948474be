"""An agent's own counters, and how Prometheus gets them.

Source: ebpf-agent 1.12, pkg/metrics/metrics.go; the prefix is the operator's METRICS_PREFIX.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

PREFIX = "netobserv_agent_"


@dataclass
class Counters:
    """What one agent has counted since it started."""

    evictions: int = 0
    evicted_flows: int = 0
    evicted_packets: int = 0
    batches: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    filtered: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    """What the filter had counted at the latest eviction: the kernel's counters are read then."""

    def evicted(self, flows: int, packets: int) -> None:
        self.told = Counter(self.filtered)
        self.evictions += 1
        self.evicted_flows += flows
        self.evicted_packets += packets
        self.batches += 1 if flows else 0

    def printed(self, sampling: int, sizes: dict[str, int]) -> str:
        source = {"source": "hashmap", "reason": "timeout"}
        lines = [
            *_metric("evictions_total", "counter", [(source, self.evictions)]),
            *_metric("evicted_flows_total", "counter", [(source, self.evicted_flows)]),
            *_metric("evicted_packets_total", "counter", [(source, self.evicted_packets)]),
            *_metric(
                "dropped_flows_total",
                "counter",
                [
                    ({"source": "flow-fetcher", "reason": reason}, count)
                    for reason, count in sorted(self.dropped.items())
                ],
            ),
            *_metric(
                "errors_total",
                "counter",
                [
                    ({"component": "flow-fetcher", "error": error, "severity": "low"}, count)
                    for error, count in sorted(self.errors.items())
                ],
            ),
            *_metric(
                "filtered_flows_total",
                "counter",
                [
                    ({"source": "flow-filtering", "reason": reason}, count)
                    for reason, count in sorted(self.told.items())
                ],
            ),
            *_metric("exported_batch_total", "counter", [({"exporter": "grpc"}, self.batches)]),
            *_metric("buffer_size", "gauge", [({"name": n}, size) for n, size in sizes.items()]),
            *_metric("sampling_rate", "gauge", [({}, sampling)]),
        ]
        return "\n".join(lines) + "\n"


def _metric(
    name: str, kind: str, samples: list[tuple[dict[str, str], float]], prefix: str = PREFIX
) -> list[str]:
    """Nothing at all without a sample: a vector of counters begins with its first event."""
    lines = [f"# TYPE {prefix}{name} {kind}"] if samples else []
    for labels, value in samples:
        inner = ",".join(f'{key}="{text}"' for key, text in labels.items())
        lines.append(f"{prefix}{name}{{{inner}}} {value}" if inner else f"{prefix}{name} {value}")
    return lines


exposition = _metric
