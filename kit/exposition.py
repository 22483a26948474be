"""Prometheus' text format, as far as counters and gauges need it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{([^}]*)\})? (\S+)", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Page:
    """What one /metrics page said."""

    text: str

    def samples(self, metric: str) -> Iterator[tuple[Mapping[str, str], float]]:
        for match in _SAMPLE.finditer(self.text):
            if match[1] == metric:
                yield dict(_LABEL.findall(match[2] or "")), float(match[3])

    def has(self, metric: str) -> bool:
        return any(True for _ in self.samples(metric))

    def total(self, metric: str, **labels: str) -> float:
        """The sum over all label sets that have these; 0 for a vector without an event yet."""
        return sum(
            value
            for found, value in self.samples(metric)
            if all(found.get(name) == wanted for name, wanted in labels.items())
        )
