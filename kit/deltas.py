"""What one feature adds: its measured costs less those of a collection without any feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kit.costing import Row, shown, total
from kit.measuring import Measured
from kit.series import Series
from kit.verdict import Inconclusive

NONE = "no feature"
SOURCE = "what the scenario promises"
UNITS = {
    "agent.cpu": "cores",
    "agent.memory": "bytes",
    "pipeline.cpu": "cores",
    "flows": "flows a second",
    "loki": "bytes a second to Loki",
}


def values(measured: Measured) -> dict[str, float | None]:
    """Medians over time, means over pods; flows and bytes to Loki are of the whole cluster."""
    return {
        "agent.cpu": _mean(measured.of("agent.cpu")),
        "agent.memory": _mean(measured.of("agent.memory")),
        "pipeline.cpu": _mean([total(measured.of("pipeline.cpu"))]),
        "flows": measured.flows,
        "loki": measured.sent,
    }


def _mean(of: Sequence[Series]) -> float | None:
    medians = [one.percentile(50) for one in of if one.values]
    return sum(medians) / len(medians) if medians else None


def rows(
    feature: str,
    now: Mapping[str, float | None],
    before: Mapping[str, Any] | None,
    limits: Mapping[str, float],
) -> list[Row]:
    """One for each limit; Inconclusive without the cost of no feature to hold it against."""
    if before is None:
        raise Inconclusive(
            "the cost without any feature was not measured: run the whole of feature_costs.feature"
        )
    found = []
    for name, limit in limits.items():
        value, base = now[name], before["values"][name]
        if value is None or base is None:
            raise Inconclusive(f"{name} was not measured, so that its difference is not known")
        key, who = f"delta.{feature}.{name}", f"{feature} alone above {NONE}"
        place = "the scenario"
        found.append(
            Row(key, who, value - base, limit, UNITS[name], "feature_costs.feature", place)
        )
    return found


def table(documents: Sequence[Mapping[str, Any]]) -> str:
    """CSV of all that were measured, each beside the cost of no feature."""
    lines = [",".join(["feature", *(f"{name} ({unit})" for name, unit in UNITS.items())])]
    for document in documents:
        found = document["values"]
        cells = ["" if found[name] is None else f"{found[name]:.6g}" for name in UNITS]
        lines.append(",".join([str(document["phase"]), *cells]))
    return "\n".join(lines) + "\n"


def told(now: Mapping[str, float | None]) -> str:
    return ", ".join(
        f"{name} {shown(value, UNITS[name])}" for name, value in now.items() if value is not None
    )
