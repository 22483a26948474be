"""A quantity over time: what is sampled, judged on a percentile, and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from types import MappingProxyType
from typing import Any

UNITS = {"cpu": "cores", "size": "bytes", "share": "share", "rate": "per second", "time": "seconds"}
"""The unit in which a series of each measure is kept: always the base unit, never a multiple."""


@dataclass(frozen=True)
class Series:
    """Samples of one thing. `at` are cluster seconds since the epoch, one for each value.

    `unit` is a value of UNITS; `about` says whose: pod, node, phase, map or feature.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    at: tuple[float, ...]
    about: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if len(self.values) != len(self.at):
            told = f"{len(self.values)} values at {len(self.at)} moments"
            raise ValueError(f"the series {self.name} has {told}")

    def percentile(self, percent: float) -> float:
        return nearest_rank(self.values, percent)

    def told(self) -> dict[str, Any]:
        """Plain data, as budget.json holds it."""
        return {
            "name": self.name,
            "unit": self.unit,
            "about": dict(self.about),
            "values": list(self.values),
            "at": list(self.at),
        }


def series(told: Mapping[str, Any]) -> Series:
    """Read back from plain data."""
    values, at = tuple(map(float, told["values"])), tuple(map(float, told["at"]))
    return Series(told["name"], told["unit"], values, at, dict(told.get("about", {})))


def nearest_rank(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of all do not exceed; never one in between."""
    if not values:
        raise ValueError("no values: nothing has a percentile")
    if not 0 < percent <= 100:
        raise ValueError(f"{percent:g} is no percentile: say a number above 0, up to 100")
    return sorted(values)[ceil(len(values) * percent / 100) - 1]
