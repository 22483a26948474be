"""flowlogs-pipeline's own counters. Source: flowlogs-pipeline, docs/operational-metrics.md."""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "netobserv_"


@dataclass
class Totals:
    """What the pipeline has counted since it started."""

    ingested: int = 0
    written: int = 0
    dropped: int = 0
    sent: int = 0
    """Bytes of lines; upstream counts what is left of them when they are packed."""

    def samples(self) -> tuple[tuple[str, str, int], ...]:
        """Name, labels as they are printed, value."""
        return (
            ("ingest_flows_processed", 'stage="grpc"', self.ingested),
            ("ingest_errors", 'code="",stage="grpc",type=""', 0),
            ("records_written", 'exporter="loki",type="loki"', self.written),
            ("loki_sent_entries_total", 'host="loki:3100"', self.written),
            ("loki_sent_bytes_total", 'host="loki:3100"', self.sent),
            ("loki_dropped_entries_total", 'host="loki:3100"', self.dropped),
        )

    def printed(self) -> str:
        lines = []
        for name, labels, value in self.samples():
            lines.append(f"# TYPE {PREFIX}{name} counter")
            lines.append(f"{PREFIX}{name}{{{labels}}} {value}")
        return "\n".join(lines) + "\n"
