"""Series as Prometheus keeps them: samples at the times of scrapes, and marks where they ended.

Source: Prometheus 3, promql/engine.go (look-back of 5 minutes, staleness markers).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, Labels, float]
Fits = Callable[[Mapping[str, str]], bool]

LOOK_BACK = 300.0
KEPT = 2_000
"""Samples of one series: more than eight hours at one in 15 s."""


@dataclass(frozen=True)
class Scrape:
    """One target's answer; `samples` is None when it did not answer."""

    target: Labels
    samples: Iterable[Sample] | None


@dataclass
class _Series:
    labels: dict[str, str]
    points: deque[tuple[float, float | None]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def at(self, moment: float) -> float | None:
        """The latest sample up to then, unless it is too old or the series had ended."""
        for when, value in reversed(self.points):
            if when <= moment:
                return value if moment - when < LOOK_BACK else None
        return None


class SeriesStore:
    """All series, by metric name and labels."""

    def __init__(self) -> None:
        self._series: dict[str, dict[Labels, _Series]] = {}
        self._of_target: dict[Labels, dict[tuple[str, Labels], _Series]] = {}

    def take(self, scrape: Scrape, at: float) -> None:
        """Write one scrape down; what the target no longer shows has ended."""
        known, seen = self._of_target.get(scrape.target, {}), {}
        up = float(scrape.samples is not None)
        for name, labels, value in (("up", (), up), *(scrape.samples or ())):
            series = known.get((name, labels)) or self._of(scrape.target, name, labels)
            series.points.append((at, value))
            seen[name, labels] = series
        for gone in known.keys() - seen.keys():
            known[gone].points.append((at, None))
        self._of_target[scrape.target] = seen

    def forget(self, target: Labels, at: float) -> None:
        """The target is gone: its series end."""
        for series in self._of_target.pop(target, {}).values():
            series.points.append((at, None))

    def targets(self) -> set[Labels]:
        return set(self._of_target)

    def find(self, name: str, fits: Fits) -> Iterator[tuple[dict[str, str], _Series]]:
        for series in self._series.get(name, {}).values():
            if fits(series.labels):
                yield series.labels, series

    def _of(self, target: Labels, name: str, labels: Labels) -> _Series:
        whole = tuple(sorted({**dict(target), **dict(labels)}.items()))
        known = self._series.setdefault(name, {})
        if whole not in known:
            known[whole] = _Series({"__name__": name, **dict(whole)})
        return known[whole]
