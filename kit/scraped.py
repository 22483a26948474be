"""What a Prometheus has scraped of the agents' processor time: a third witness."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kit.agent_pages import SPENT
from kit.costing import SMALL, shown
from kit.measuring import Measured
from kit.prometheus import Prometheus, selector
from kit.verdict import Inconclusive, Verdict, met, unmet

STEP = 5.0
"""Seconds between two points: a scrape is known to have been at most so long before."""
REACH = 60.0
"""Seconds before and after the samples: agents are scraped each 30."""


def cores(prometheus: Prometheus, namespace: str, start: float, end: float) -> dict[str, float]:
    """By pod, between the first and the last scrape that told something new."""
    found = {}
    query = selector(SPENT, namespace=namespace)
    for line in prometheus.between(query, start - REACH, end, STEP):
        new = _changes(line.points)
        if len(new) >= 2 and new[-1][1] > new[0][1]:
            (first, before), (last, after) = new[0], new[-1]
            found[line.labels.get("pod", "")] = (after - before) / (last - first)
    return found


def _changes(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where the value is another than at the point before: there a scrape was new."""
    return [later for earlier, later in pairwise(points) if later[1] != earlier[1]]


def agreement(measured: Measured, scraped: dict[str, float], tolerance: float) -> Verdict:
    """Of each agent that both know; Inconclusive when there is none."""
    both = [
        (one.about["pod"], sum(one.values) / len(one.values), scraped[one.about["pod"]])
        for one in measured.of("agent.cpu")
        if one.values and one.about.get("pod") in scraped
    ]
    if not both:
        raise Inconclusive(f"Prometheus has no {SPENT} of any agent that was measured")
    who, ours, theirs = max(both, key=lambda one: abs(one[1] - one[2]))
    told = f"agent {who} uses {shown(ours, 'cores')} by metrics.k8s.io and "
    told += f"{shown(theirs, 'cores')} by what Prometheus has scraped"
    near = abs(ours - theirs) <= max(SMALL, tolerance * max(ours, theirs))
    return met(told) if near else unmet(f"{told}, expected within {tolerance:.0%}")
