"""Series of a Prometheus: the latest samples of a selector, or all of them in a window."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kit.errors import InfrastructureError
from kit.loki.calls import Calls, Transport
from kit.wait import sleep

STEP = 15.0
"""Seconds between two points of a window: flowlogs-pipeline is scraped as often."""
LONGEST_SCRAPE = 30.0
"""Seconds between two scrapes of an agent. Source: operator 1.11, ebpf/agent_metrics.go."""


@dataclass(frozen=True)
class Line:
    """One series: its labels, and values at epoch seconds."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]

    @property
    def highest(self) -> float:
        return max(value for _, value in self.points)


class Prometheus:
    """Asks through a transport; InfrastructureError when there is no answer."""

    def __init__(
        self,
        transport: Transport,
        name: str,
        sleep: Callable[[float], None] = sleep,
        speed: float = 1.0,
    ) -> None:
        self.name = name
        self._calls = Calls(transport, name, sleep, speed=speed, kind="Prometheus")

    @property
    def queries(self) -> int:
        return self._calls.made

    def now(self, query: str) -> list[Line]:
        """The latest sample of each series, with the time at which it was taken."""
        data = self._calls.data("/api/v1/query", {"query": query})
        return self._lines(data, "vector", lambda item: [item["value"]])

    def between(self, query: str, start: float, end: float, step: float = STEP) -> list[Line]:
        """The samples of each series at every step from start to end (epoch seconds)."""
        window = {"start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:g}"}
        data = self._calls.data("/api/v1/query_range", {"query": query, **window})
        return self._lines(data, "matrix", lambda item: item["values"])

    def _lines(self, data: Any, kind: str, points: Callable[[Any], Any]) -> list[Line]:
        try:
            if data["resultType"] != kind:
                raise InfrastructureError(f"{self.name} gave a {data['resultType']}, no {kind}.")
            return [
                Line(item["metric"], tuple((float(at), float(v)) for at, v in points(item)))
                for item in data["result"]
            ]
        except (KeyError, TypeError, ValueError):
            told = f"{self.name} answered in a shape that is not Prometheus': check its URL."
            raise InfrastructureError(told) from None


def selector(name: str, **labels: str) -> str:
    """A metric and labels that it must have: values quoted as PromQL wants them."""
    inner = ",".join(f"{key}={json.dumps(value)}" for key, value in labels.items())
    return f"{name}{{{inner}}}"
