"""Numbers with units, as people write them: `50 ms`, `8 kB`, `1.5 MiB`, `3`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

UNITS = {
    "ns": ("time", Decimal("1e-9")),
    "µs": ("time", Decimal("1e-6")),
    "us": ("time", Decimal("1e-6")),
    "ms": ("time", Decimal("1e-3")),
    "s": ("time", Decimal(1)),
    "min": ("time", Decimal(60)),
    "h": ("time", Decimal(3600)),
    "B": ("size", Decimal(1)),
    "kB": ("size", Decimal("1e3")),
    "MB": ("size", Decimal("1e6")),
    "GB": ("size", Decimal("1e9")),
    "KiB": ("size", Decimal(1024)),
    "MiB": ("size", Decimal(1024**2)),
    "GiB": ("size", Decimal(1024**3)),
    "cores": ("cpu", Decimal(1)),
    "millicores": ("cpu", Decimal("1e-3")),
    "%": ("share", Decimal("1e-2")),
}
"""Decimal, since 1 µs must be exactly 1000 ns: a bound that is met exactly is met."""
_MICRO, _MU = "\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}"
"""They look alike, and keyboards give either."""
_SPELLED = {"sec": "s", "second": "s", "minute": "min", "hour": "h", "byte": "B", "core": "cores"}
"""By letters alone, ns would be nearest to seconds."""
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*([A-Za-zµ]*|%)")
_GO_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_GO_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Quantity:
    """A number in base units: seconds for `time`, bytes for `size`, cores for `cpu`, itself for
    `count`; a `share` is a part of 1."""

    amount: Decimal
    measures: str


def quantity(text: str) -> Quantity:
    """The quantity that the text says; ValueError with the nearest known unit otherwise."""
    match = _NUMBER.fullmatch(text.strip().replace(_MU, _MICRO))
    if not match:
        raise ValueError(f"{text!r} is not a number with a unit, such as 50 ms or 8 kB")
    number, unit = Decimal(match[1]), match[2]
    if not unit:
        return Quantity(number, "count")
    if unit not in UNITS:
        raise ValueError(f"{unit!r} in {text!r} is not a known unit{_hint(unit)}")
    measures, size = UNITS[unit]
    return Quantity(number * size, measures)


def _hint(unit: str) -> str:
    spelled = _SPELLED.get(unit.lower().removesuffix("s"))
    near = [spelled] if spelled else get_close_matches(unit, UNITS, n=1, cutoff=0.3)
    return f"; the nearest known unit is {near[0]}" if near else ""


def seconds(text: str) -> float:
    """A duration in seconds, `30 s` as in a feature file."""
    value = quantity(text)
    if value.measures != "time":
        raise ValueError(f"{text!r} is not a duration, such as 30 s or 2 min")
    return float(value.amount)


def go_seconds(text: str) -> float:
    """A duration in seconds, `1m30s` as Go and the FlowCollector write it."""
    parts = _GO_PART.findall(text.replace(_MU, _MICRO))
    if not parts or sum(len(number + unit) for number, unit in parts) != len(text):
        raise ValueError(f"{text!r} is not a duration as Go writes it, such as 15s or 1m30s")
    return sum(float(number) * _GO_UNITS[unit] for number, unit in parts)
