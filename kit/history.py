"""What earlier runs have cost: one JSON line a run, each cluster's newest last.

A line is {at, cluster, run, versions, costs}: `at` in ISO 8601, `cluster` the UID of its namespace
kube-system, `costs` from key (see catalog.budget_keys) to the measured value in base units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.budget_keys import KEYS
from kit.run_lines import add_run, read_runs

NAMES = ("at", "cluster", "run", "versions", "costs")


@dataclass(frozen=True)
class Night:
    """One run that stayed within its budgets."""

    at: str
    cluster: str
    run: str
    versions: Mapping[str, str]
    costs: Mapping[str, float]


@dataclass(frozen=True)
class History:
    """Reads and appends; ValueError with file and line for a line that is none of ours."""

    file: Path

    def nights(self, cluster: str = "") -> list[Night]:
        """Of one cluster, or of all; none where there is no file yet."""
        nights = read_runs(self.file, "the history", NAMES, _night)
        return [night for night in nights if cluster in ("", night.cluster)]

    def add(self, night: Night) -> None:
        """Append, and forget the oldest of the same cluster beyond KEPT."""
        add_run(self.file, self.nights(), night)


def _night(where: str, found: dict[str, Any]) -> Night:
    costs = found["costs"]
    if not isinstance(costs, dict) or not all(_is_cost(value) for value in costs.values()):
        raise ValueError(f"{where}: costs are numbers by key, none of them negative")
    if not isinstance(found["versions"], dict):
        raise ValueError(f"{where}: versions are texts by name")
    known = {key: float(value) for key, value in costs.items() if key in KEYS}
    texts = {name: str(found[name]) for name in ("at", "cluster", "run")}
    return Night(**texts, versions=dict(found["versions"]), costs=known)


def _is_cost(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
