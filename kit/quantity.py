"""Numbers with units, as people write them: `50 ms`, `8 kB`, `1.5 MiB`, `3`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

UNITS = {
    "ns": ("time", 1e-9),
    "µs": ("time", 1e-6),
    "us": ("time", 1e-6),
    "ms": ("time", 1e-3),
    "s": ("time", 1.0),
    "min": ("time", 60.0),
    "h": ("time", 3600.0),
    "B": ("size", 1.0),
    "kB": ("size", 1e3),
    "MB": ("size", 1e6),
    "GB": ("size", 1e9),
    "KiB": ("size", 1024.0),
    "MiB": ("size", 1024.0**2),
    "GiB": ("size", 1024.0**3),
}
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*([A-Za-zµ]*)")
_GO_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_GO_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Quantity:
    """A number in base units: seconds for `time`, bytes for `size`, itself for `count`."""

    amount: float
    measures: str


def quantity(text: str) -> Quantity:
    """The quantity that the text says; ValueError with the nearest known unit otherwise."""
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a number with a unit, such as 50 ms or 8 kB")
    number, unit = float(match[1]), match[2]
    if not unit:
        return Quantity(number, "count")
    if unit not in UNITS:
        near = get_close_matches(unit, UNITS, n=1, cutoff=0.3)
        hint = f"; the nearest known unit is {near[0]}" if near else ""
        raise ValueError(f"{unit!r} in {text!r} is not a known unit{hint}")
    measures, size = UNITS[unit]
    return Quantity(number * size, measures)


def seconds(text: str) -> float:
    """A duration in seconds, `30 s` as in a feature file."""
    value = quantity(text)
    if value.measures != "time":
        raise ValueError(f"{text!r} is not a duration, such as 30 s or 2 min")
    return value.amount


def go_seconds(text: str) -> float:
    """A duration in seconds, `1m30s` as Go and the FlowCollector write it."""
    parts = _GO_PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a duration as Go writes it, such as 15s or 1m30s")
    return sum(float(number) * _GO_UNITS[unit] for number, unit in parts)
