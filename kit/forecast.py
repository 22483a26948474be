"""How long a run will take, by the live FlowCollector and the number of scenarios."""

from __future__ import annotations

from dataclasses import dataclass

from kit.pipeline import Pipeline

ROLLOUT = 60.0
"""Seconds for the agents of an ordinary cluster to be replaced, one node after the other."""
PROBE = 6.0
"""Seconds from the creation of a client to its end."""


@dataclass(frozen=True)
class Forecast:
    """Cluster seconds; `silences` are the claims that something does not show."""

    pipeline: Pipeline
    rollouts: int
    scenarios: int
    silences: int
    workers: int = 1

    @property
    def seconds(self) -> float:
        alone = self.scenarios * (PROBE + self.pipeline.floor)
        alone += self.silences * self.pipeline.quiet
        return self.rollouts * ROLLOUT + alone / self.workers

    def said(self) -> str:
        p, one = self.pipeline, PROBE + self.pipeline.floor
        return (
            f"about {self.seconds / 60:.0f} minutes of the cluster's time: {self.rollouts} "
            f"rollouts of {ROLLOUT:g} s; {self.scenarios} scenarios of {one:g} s (a client's "
            f"{PROBE:g} s, cacheActiveTimeout {p.cache:g} s, writeBatchWait {p.batch:g} s) and "
            f"{self.silences} silences of {p.quiet:g} s, by {self.workers} at once"
        )
