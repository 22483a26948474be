"""From values to places on an axis, and the round numbers that stand beside it.

Sizes are said in KiB and MiB, never in MB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MEBI = 1024.0**2
SMALL = 0.1 * MEBI
"""Bytes below which KiB are said."""
_TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (0.0, "ns"))
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def said(value: float, unit: str) -> str:
    """A value of a unit of kit.series.UNITS, as people say it; sizes in MiB, never in MB."""
    if unit == "cores":
        return f"{_short(value * 1000)} millicores"
    if unit == "bytes":
        if 0 < abs(value) < SMALL:
            return f"{_short(value / 1024)} KiB"
        return f"{_short(value / MEBI)} MiB"
    if unit == "share":
        return f"{_short(value * 100)} %"
    if unit == "seconds":
        if value == 0:
            return "0 s"
        size, word = next((s, w) for s, w in _TIMES if abs(value) >= s)
        return f"{_short(value / (size or 1e-9))} {word}"
    return f"{_short(value)} {unit}".strip()


def _short(number: float) -> str:
    """Three digits that matter, and no exponent."""
    if number == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(number))))
    text = f"{number:.{min(digits, 3)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high` over pixels from `start` to `end`; by powers of ten or even."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        low, high, wanted = self._bent(self.low), self._bent(self.high), self._bent(value)
        share = (wanted - low) / (high - low) if high > low else 0.5
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def ticks(self, unit: str, most: int = 5) -> list[float]:
        """Round numbers in the unit that is said, both ends included where they are round."""
        if self.log:
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            between = (1, 2, 5) if last - first <= 3 else (1,)
            marks = [10.0**power * one for power in range(first, last + 1) for one in between]
            return [value for value in marks if self.low <= value <= self.high]
        base = 1.0
        if unit == "bytes":
            base = MEBI if self.high - self.low >= SMALL else 1024.0
        step = _step((self.high - self.low) / base / most) * base
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [count * step for count in range(first, last + 1)]

    def _bent(self, value: float) -> float:
        return math.log10(max(value, self.low)) if self.log else value


def _step(rough: float) -> float:
    """The next round number: 1, 2, 2.5 or 5 times a power of ten."""
    if rough <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough - 1e-12)


def around(values: list[float]) -> tuple[float, float]:
    """Bounds of a logarithmic axis for positive values, at least a factor of four apart."""
    low, high = 0.7 * min(values), 1.4 * max(values)
    return (low, high) if high >= 4 * low else (high / 4, high)
