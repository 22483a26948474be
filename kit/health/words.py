"""Words of feature files about the health of the pipeline."""

from __future__ import annotations

from collections.abc import Sequence

FLOWS, SENT_BYTES = "flows", "sent bytes"


def metric_row(cells: Sequence[str]) -> tuple[str, str]:
    """`netobserv_namespace_flows_total | flows`: a metric and what Loki holds of it."""
    if len(cells) != 2:
        raise ValueError(f"a row has a metric and what it counts, not {len(cells)} cells")
    metric, what = cells[0].strip(), cells[1].strip()
    if what not in (FLOWS, SENT_BYTES):
        raise ValueError(f"{what!r} cannot be compared: say {FLOWS} or {SENT_BYTES}")
    return metric, what
