"""Costs night by night: what earlier runs have measured, and this one as the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.budget_keys import KEYS, PHASES
from kit.pictures.measured import Picture
from kit.pictures.phases import Phase, over_time
from kit.series import UNITS, Series

NAME = "Costs night by night"
COSTS = {
    "Processor time of an agent": "agent.cpu",
    "Memory of an agent": "agent.memory",
    "Processor time of all flowlogs-pipeline pods": "pipeline.cpu",
    "Memory of a flowlogs-pipeline pod": "pipeline.memory",
    "Processor time of a node": "node.cpu",
    "Memory of the eBPF maps of a node": "ebpf.maps",
}
LEAST = 2
"""Runs: one is no line."""


def by_night(
    nights: Sequence[Mapping[str, float]], documents: Sequence[Mapping[str, Any]]
) -> list[Picture]:
    """`nights` are costs by key, this run's last; limits are those of this run's documents."""
    limits = {row["key"]: float(row["limit"]) for one in documents for row in one["rows"]}
    says = f"One value a run, {len(nights)} of them, this one last; dashed is the budget of now."
    drawn = []
    for name, path in COSTS.items():
        if phases := list(_phases(path, nights, limits)):
            title = f"{name}, night by night"
            drawn.append(Picture(title, says, over_time(title, phases, says, "earlier runs first")))
    return drawn or [Picture(NAME, "No cost is known of two runs: --history FILE keeps them.")]


def _phases(
    path: str, nights: Sequence[Mapping[str, float]], limits: Mapping[str, float]
) -> Iterator[Phase]:
    for key in (key for key, cost in KEYS.items() if cost.path == path):
        at = [number for number, costs in enumerate(nights) if key in costs]
        if len(at) >= LEAST:
            values, unit = tuple(nights[number][key] for number in at), UNITS[KEYS[key].measures]
            series = Series(key, unit, values, tuple(map(float, at)))
            phase = key.rpartition(".")[2]
            yield Phase(phase if phase in PHASES else "of all", (series,), limits.get(key))
