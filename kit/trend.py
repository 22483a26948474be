"""Whether costs creep up from run to run: this run's against the median of earlier ones.

The median of all kept runs moves along with a slow creep, so that of the oldest third counts too;
and what was saved lately is only seen in that of all. The lower of both is what costs were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.budget_keys import KEYS
from kit.budgets import Acknowledged
from kit.costing import markdown, shown
from kit.history import Night
from kit.series import UNITS, nearest_rank
from kit.verdict import Verdict, met, unmet

LEAST = 3
"""Earlier runs: with fewer their median is one run's mood."""
COMPARED = frozenset(key for key, cost in KEYS.items() if cost.compared)
NOISE = {"cpu": 0.002, "size": 4 * 1024**2, "share": 0.005}
"""Cores, bytes and part of a whole below which a difference is nothing, whatever its percentage."""


@dataclass(frozen=True)
class Rise:
    """One cost now and before, in base units."""

    key: str
    now: float
    before: float
    runs: str
    """Of which runs `before` is the median."""

    @property
    def share(self) -> float:
        return self.now / self.before - 1 if self.before else float(self.now > 0)

    def beyond(self, limit: float) -> bool:
        return self.share > limit and self.now - self.before > NOISE[KEYS[self.key].measures]

    def said(self) -> str:
        unit = UNITS[KEYS[self.key].measures]
        values = f"{shown(self.before, unit)} to {shown(self.now, unit)}"
        return f"{self.key} rose from {values} ({self.share:+.0%}, median of {self.runs})"


def rises(costs: Mapping[str, float], nights: Sequence[Night]) -> list[Rise]:
    """Every cost of now that enough earlier runs have measured too."""
    found = []
    for key, now in sorted(costs.items()):
        before = [night.costs[key] for night in nights if key in night.costs]
        if key in COMPARED and len(before) >= LEAST:
            found.append(Rise(key, now, *_usual(before)))
    return found


def _usual(before: Sequence[float]) -> tuple[float, str]:
    """The lower of two medians, and of which runs it is."""
    oldest = before[: max(LEAST, len(before) // 3)]
    of_all, of_oldest = nearest_rank(before, 50), nearest_rank(oldest, 50)
    if of_oldest < of_all:
        return of_oldest, f"the {len(oldest)} oldest of {len(before)} runs"
    return of_all, f"{len(before)} runs"


def judge(
    found: Sequence[Rise], limit: float, meant: Sequence[Acknowledged], today: date
) -> Verdict:
    """Unmet for a rise beyond the limit that nobody has acknowledged, and for a stale excuse."""
    if not found:
        return unmet("nothing can be compared: no cost of this run was measured in earlier ones")
    beyond = {one.key: one for one in found if one.beyond(limit)}
    excused = {one.key for one in meant if one.until >= today}
    wrong = [rise.said() for key, rise in beyond.items() if key not in excused]
    wrong += [
        f"{one.place}: the acknowledged rise of {one.key} has expired on {one.until}: "
        + ("fix the rise, or say anew until when and why" if one.key in beyond else "remove it")
        for one in meant
        if one.until < today
    ]
    if wrong:
        return unmet("; ".join(wrong), table(found, limit))
    known = ", ".join(sorted(set(beyond) & excused))
    told = f"{len(found)} costs are within {limit:.0%} of earlier runs"
    return met(f"{told}; acknowledged: {known}" if known else told)


def table(found: Sequence[Rise], limit: float) -> str:
    lines = [["cost", "median", "now", "change", "of"]]
    for rise in found:
        unit = UNITS[KEYS[rise.key].measures]
        mark = "**" if rise.beyond(limit) else ""
        change = f"{mark}{rise.share:+.1%}{mark}"
        values = shown(rise.before, unit), shown(rise.now, unit)
        lines.append([rise.key, *values, change, rise.runs])
    return markdown(lines)
