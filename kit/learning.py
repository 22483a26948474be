"""Budgets learned from good runs: the most that any of them took, and headroom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path

from catalog.budget_keys import COSTS, Cost
from kit.budgets import read
from kit.errors import UsageError
from kit.files import write_whole
from kit.history import History, Night

LEAST = 3
UNITS = {"cpu": (0.001, "millicores"), "size": (1024**2, "MiB"), "share": (0.01, "%")}
"""What a limit is written in, rounded up to whole ones."""


def learn(history: Path, output: Path, headroom: float, cluster: str = "") -> str:
    """Write a file for --budgets and say so; UsageError where there is too little to learn from."""
    if not 0 <= headroom <= 10:
        raise UsageError(f"--headroom {headroom:.0%} makes no sense: say a percentage up to 1000")
    if output.exists():
        raise UsageError(f"{output} is there already: name another --output, or remove it")
    try:
        nights = History(history).nights(cluster)
    except ValueError as error:
        raise UsageError(str(error)) from None
    clusters = sorted({night.cluster for night in nights})
    if len(clusters) > 1:
        raise UsageError(f"{history} has runs of {', '.join(clusters)}: name one with --cluster")
    if len(nights) < LEAST:
        raise UsageError(f"{history} has {len(nights)} good runs, and learning takes {LEAST}")
    write_whole(output, "\n".join(_lines(nights, headroom)) + "\n")
    learned = len(read(output).limits)
    return f"{output} has {learned} budgets of {len(nights)} runs: use it with --budgets {output}"


def _lines(nights: Sequence[Night], headroom: float) -> Iterator[str]:
    first, last = nights[0].at[:10], nights[-1].at[:10]
    because = f"most of {len(nights)} runs from {first} to {last}, and {headroom:.0%} headroom"
    yield f"# Learned from {nights[0].cluster}: the {because}."
    head = ""
    for cost in COSTS:
        limits = list(_limits(cost, nights, headroom))
        if not limits:
            continue
        group, _, name = cost.path.partition(".")
        if group != head:
            yield f"{group}:"
            head = group
        yield f"  {name}:"
        yield from (f"    {limit}" for limit in limits)
        yield f'    because: "{because}"'


def _limits(cost: Cost, nights: Sequence[Night], headroom: float) -> Iterator[str]:
    for key, name in zip(cost.keys, cost.limits, strict=True):
        seen = [night.costs[key] for night in nights if key in night.costs]
        if seen:
            size, unit = UNITS[cost.measures]
            yield f"{name}: {max(1, ceil(max(seen) * (1 + headroom) / size))} {unit}"
