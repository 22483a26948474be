"""What one feature adds: its measured costs less those of a collection without any feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kit.costing import Row, shown, total
from kit.measuring import Measured
from kit.pictures.scales import said
from kit.series import Series
from kit.verdict import Inconclusive

NONE = "no feature"
UNKNOWN = "not known"
UNITS = {
    "agent.cpu": "cores",
    "agent.memory": "bytes",
    "pipeline.cpu": "cores",
    "pipeline.memory": "bytes",
    "flows": "flows a second",
    "loki": "bytes a second to Loki",
}
HEADS = {
    "agent.cpu": "agent, processor time",
    "agent.memory": "agent, memory",
    "pipeline.cpu": "flowlogs-pipeline, processor time",
    "pipeline.memory": "flowlogs-pipeline, memory of a pod",
    "flows": "flows a second",
    "loki": "to Loki, a second",
}
ADDED = ("agent.cpu", "agent.memory", "pipeline.cpu", "pipeline.memory")
"""What is told as a difference; flows and bytes are told as they were, since traffic makes them."""


def values(measured: Measured) -> dict[str, float | None]:
    """Medians over time, means over pods; flows and bytes to Loki are of the whole cluster."""
    return {
        "agent.cpu": _mean(measured.of("agent.cpu")),
        "agent.memory": _mean(measured.of("agent.memory")),
        "pipeline.cpu": _mean([total(measured.of("pipeline.cpu"))]),
        "pipeline.memory": _mean(measured.of("pipeline.memory")),
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


def summary(documents: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """A head and a row for each, for people: no feature first, then what each adds to it."""
    by_phase = {str(one["phase"]): one["values"] for one in documents}
    base = by_phase.pop(NONE, {})
    lines = [["", *HEADS.values()], [NONE, *(_cell(name, base.get(name)) for name in HEADS)]]
    for feature, found in sorted(by_phase.items()):
        lines.append([feature, *(_added(name, found[name], base.get(name)) for name in HEADS)])
    return lines


def _added(name: str, now: float | None, before: float | None) -> str:
    if name not in ADDED:
        return _cell(name, now)
    if now is None or before is None:
        return UNKNOWN
    sign = "+" if now >= before else ""
    return f"{sign}{_cell(name, now - before)}"


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return UNKNOWN
    if name == "flows":
        return f"{value:.3g}"
    return said(value, "bytes" if name == "loki" else UNITS[name])


def told(now: Mapping[str, float | None]) -> str:
    return ", ".join(
        f"{name} {shown(value, UNITS[name])}" for name, value in now.items() if value is not None
    )
