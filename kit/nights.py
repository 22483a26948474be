"""How each scenario ended in earlier runs, and what is new tonight.

A line of the file is {at, cluster, run, verdicts}: `at` in ISO 8601, `cluster` the UID of its
namespace kube-system, with what was chosen of the suite if it was not all, `verdicts` from title to
[verdict, seconds]. Each cluster's newest is last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from kit.run_lines import add_run, read_runs

NAMES = ("at", "cluster", "run", "verdicts")
RED = ("failed", "inconclusive")
FLAKY_TURNS = 3
"""Turns between green and red within the nights kept: one is news, two are a repair."""
SLOWER, SLOWER_SECONDS, LEAST_NIGHTS = 2.0, 10.0, 5


@dataclass(frozen=True)
class Night:
    """One run: title → (verdict, real seconds)."""

    at: str
    cluster: str
    run: str
    verdicts: Mapping[str, tuple[str, float]]


@dataclass(frozen=True)
class Change:
    """What the reader of the morning wants to know of one scenario."""

    what: str
    scenario: str
    told: str


@dataclass(frozen=True)
class Nights:
    """Reads and appends; ValueError with file and line for a line that is none of ours."""

    file: Path

    def of(self, cluster: str) -> list[Night]:
        return [night for night in self._all() if night.cluster == cluster]

    def add(self, night: Night) -> None:
        """Append, and forget the oldest of the same cluster beyond KEPT."""
        add_run(self.file, self._all(), night)

    def _all(self) -> list[Night]:
        return read_runs(self.file, "the nights in", NAMES, _night)


def changes(tonight: Night, before: Sequence[Night]) -> list[Change]:
    """Against the nights before, oldest first; nothing is new where there are none."""
    if not before:
        return []
    found = (change for title in tonight.verdicts for change in _of(title, tonight, before))
    missing = [title for title in before[-1].verdicts if title not in tonight.verdicts]
    gone = [Change("not run", title, f"it ran on {before[-1].at}") for title in missing]
    return [*found, *gone]


def _of(title: str, tonight: Night, before: Sequence[Night]) -> Iterator[Change]:
    verdict, seconds = tonight.verdicts[title]
    past = [(night.at, *night.verdicts[title]) for night in before if title in night.verdicts]
    if not past:
        yield Change("new scenario", title, f"{verdict} in its first night")
        return
    at, last, _ = past[-1]
    if verdict in RED:
        yield _red(title, verdict, past)
    elif verdict == "passed" and last in RED:
        yield Change("fixed", title, f"it was {last} on {at}")
    elif verdict == "skipped" and last != "skipped":
        yield Change("newly skipped", title, f"it {_was(last)} on {at}")
    turns = _turns([*(one for _, one, _ in past), verdict])
    if turns >= FLAKY_TURNS:
        yield Change("flaky", title, f"{turns} turns in {len(past) + 1} nights")
    if verdict == "passed":
        yield from _slower(title, seconds, [took for _, one, took in past if one == "passed"])


def _red(title: str, verdict: str, past: Sequence[tuple[str, str, float]]) -> Change:
    run = 0
    while run < len(past) and past[-1 - run][1] in RED:
        run += 1
    if not run:
        return Change("new failure", title, f"{verdict}; it {_was(past[-1][1])} on {past[-1][0]}")
    return Change("still failing", title, f"{verdict}; for {run + 1} nights, since {past[-run][0]}")


def _slower(title: str, seconds: float, past: Sequence[float]) -> Iterator[Change]:
    if len(past) < LEAST_NIGHTS:
        return
    usual = median(past)
    if seconds > usual * SLOWER and seconds > usual + SLOWER_SECONDS:
        yield Change("slower", title, f"{seconds:.0f} s, usually {usual:.0f} s")


def _turns(verdicts: Sequence[str]) -> int:
    colours = [one in RED for one in verdicts if one != "skipped"]
    return sum(one is not other for one, other in pairwise(colours))


def _was(verdict: str) -> str:
    return {"passed": "passed", "skipped": "was skipped"}.get(verdict, f"was {verdict}")


def _night(where: str, found: dict[str, Any]) -> Night:
    verdicts = found["verdicts"]
    if not isinstance(verdicts, dict) or not all(_is_verdict(one) for one in verdicts.values()):
        raise ValueError(f"{where}: verdicts are [verdict, seconds] by title")
    texts = {name: str(found[name]) for name in ("at", "cluster", "run")}
    return Night(**texts, verdicts={title: (one[0], one[1]) for title, one in verdicts.items()})


def _is_verdict(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    return isinstance(value[0], str) and isinstance(value[1], int | float)
