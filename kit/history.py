"""What earlier runs have cost: one JSON line a run, each cluster's newest last.

A line is {at, cluster, run, versions, costs}: `at` in ISO 8601, `cluster` the UID of its namespace
kube-system, `costs` from key (see catalog.budget_keys) to the measured value in base units.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from catalog.budget_keys import KEYS
from kit.files import write_whole

KEPT = 30
"""Runs of a cluster: a month of nights."""
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
        if not self.file.exists():
            return []
        try:
            lines = self.file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"the history {self.file} cannot be read: {error}") from None
        nights = [self._night(n, line) for n, line in enumerate(lines, 1) if line.strip()]
        return [night for night in nights if cluster in ("", night.cluster)]

    def add(self, night: Night) -> None:
        """Append, and forget the oldest of the same cluster beyond KEPT."""
        others, own = self.nights(), [*self.nights(night.cluster), night]
        kept = [*(one for one in others if one.cluster != night.cluster), *own[-KEPT:]]
        write_whole(self.file, "".join(json.dumps(asdict(one)) + "\n" for one in kept))

    def _night(self, number: int, line: str) -> Night:
        where = f"{self.file}:{number}"
        try:
            found: Any = json.loads(line)
        except ValueError:
            raise ValueError(f"{where}: this is not JSON: repair or delete the line") from None
        if not isinstance(found, dict) or set(found) != set(NAMES):
            raise ValueError(f"{where}: expected an object of {', '.join(NAMES)}")
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
