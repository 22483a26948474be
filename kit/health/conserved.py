"""Nothing gets lost between agents and Loki, whether or not a counter of losses tells of it.

What agents have evicted and flowlogs-pipeline has not counted yet is on its way, or lost. What is
on its way comes and goes with each eviction; what is lost stays. So the smallest gap seen during a
round is compared with the gap some rounds later: it must come back to what it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.pipeline import EVICTED, PROCESSED, WRITTEN
from kit.health.counters import Counters
from kit.verdict import Inconclusive, Verdict, met, unmet

NEEDED = 20
"""Evicted flows below which nothing is judged: a handful proves little about a loss."""


@dataclass(frozen=True)
class Look:
    """Both ends at nearly one moment: flowlogs-pipeline first, so that a gap is never too small."""

    agents: Counters
    pipeline: Counters

    def evicted(self, since: Look) -> float:
        return self.agents.since(since.agents, EVICTED)

    def gap(self, since: Look, counter: str) -> float:
        """Evicted and not counted, above what it was at the first look; in flows."""
        return self.evicted(since) - self.pipeline.since(since.pipeline, counter)


@dataclass(frozen=True)
class Balance:
    """The looks of the first round; the first of them is where counting begins."""

    looks: tuple[Look, ...]

    def judged(self, now: Look, counter: str, percent: float) -> Verdict:
        """Whether no more than so many percent of what was evicted since is missing."""
        first = self.looks[0]
        evicted = now.evicted(first)
        if evicted < NEEDED:
            told = f"the agents evicted {evicted:g} flows while they were watched"
            raise Inconclusive(f"{told}: {NEEDED} are needed to judge")
        usual = min(look.gap(first, counter) for look in self.looks)
        missing = max(0.0, now.gap(first, counter) - usual)
        share = missing / evicted * 100
        told = (
            f"of {evicted:g} flows that agents evicted {counter} lacks {missing:g} ({share:.1f} %)"
        )
        if share <= percent:
            return met(told)
        return unmet(
            f"{told}, and no longer wait brings them back: they are lost between agents and Loki, "
            "whatever the counters of losses say"
        )


__all__ = ["PROCESSED", "WRITTEN", "Balance", "Look"]
