"""How long a run will take, by the live FlowCollector and the lines of its scenarios."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapreplace

from kit.pipeline import Pipeline

ROLLOUT = 60.0
"""Seconds for the agents of an ordinary cluster to be replaced, one node after the other."""
PROBE = 4.0
"""Seconds from the creation of a client to its end."""
TYPICAL = 0.7
"""Of the pipeline's floor, until the first flow is there: traffic ends amid a cache period."""

SAMPLE = 15.0
"""Seconds from one sample of what the agents cost to the next, as metrics-server takes them."""
EVICTIONS, SCRAPES = 25.0, 60.0
"""Seconds in which agents evict once more, and in which Prometheus has counted what flows tell."""
COUNTED = 20.0
"""Seconds until an agent tells what its filter has counted: it does so with each eviction."""
START = 30.0
"""Seconds for several workers to begin, and for all to be given back and looked after."""

SILENCE = re.compile(r"\b(no flow|none has|every one shows)\b")
SEEN = re.compile(r"\b(some flow|flows .* add up|keep their labels)\b")
ASIDE = re.compile(r"^a client .*that connects .*leaves (no flow|flows)")
"""A conversation besides the scenario's own, whose flows are waited for when it is over."""
ACTS = (
    (re.compile(r"\b(both|the first and the second)\b"), 2),
    (re.compile(r"^(Given|When|Then)?.*\bupdater (has run|runs)\b"), 2),
    (re.compile(r"\b(egress address)\b"), 2),
    (re.compile(r"\b(reach(es|ed)|connects?|requests?|asks?|sends|use it)\b"), 1),
)


WATCHED = (
    (re.compile(r"\bhas run for (\d+) s\b"), 1.0),
    (re.compile(r"\b(\d+) samples\b"), SAMPLE),
    (re.compile(r"\b(\d+) evictions\b"), EVICTIONS),
)
HELD_AGAINST = (
    (re.compile(r"\bflow metrics and their flows\b"), SCRAPES),
    (re.compile(r"\bto the agents' counts\b"), COUNTED),
)


def scenario_seconds(steps: Sequence[str], pipeline: Pipeline) -> float:
    """Of one scenario: its clients one after the other, then flows, silence, and what it watches.

    Silences overlap with waiting for flows of the same traffic, so one round holds for all.
    """
    aside = [found[1] for step in steps if (found := ASIDE.search(step))]
    waits = sum(pipeline.quiet if kind == "no flow" else TYPICAL * pipeline.floor for kind in aside)
    own = [step for step in steps if not ASIDE.search(step)]
    acts = sum(next((weight for act, weight in ACTS if act.search(step)), 0) for step in steps)
    if any(SILENCE.search(step) for step in own):
        waits += pipeline.quiet
    elif any(SEEN.search(step) for step in own):
        waits += TYPICAL * pipeline.floor
    watched = sum(
        int(found[1]) * each
        for step in steps
        for what, each in WATCHED
        if (found := what.search(step))
    )
    watched += sum(each for step in steps for what, each in HELD_AGAINST if what.search(step))
    return acts * PROBE + waits + watched


@dataclass(frozen=True)
class Forecast:
    """Cluster seconds: `scenarios` by configuration, one entry for each; "" asks for none.

    With several workers those that ask for no configuration run while others come into force.
    """

    pipeline: Pipeline
    scenarios: Mapping[str, Sequence[float]]
    workers: int = 1

    @property
    def rollouts(self) -> int:
        return sum(bool(name) for name in self.scenarios)

    @property
    def rollout(self) -> float:
        """The agents, and the first flow of the new ones."""
        return ROLLOUT + PROBE + TYPICAL * self.pipeline.floor

    @property
    def seconds(self) -> float:
        asking = sum(self._asking())
        if self.workers == 1:
            return self._free() + asking + self.rollouts * self.rollout
        return START + asking + max(self._free(), self.rollouts * self.rollout)

    def _free(self) -> float:
        return self._shared(self.scenarios.get("", ()))

    def _asking(self) -> list[float]:
        return [self._shared(each) for name, each in self.scenarios.items() if name]

    def _shared(self, scenarios: Sequence[float]) -> float:
        """By all workers at once, the longest first; each takes the next when it has done."""
        ends = [0.0] * self.workers
        for seconds in sorted(scenarios, reverse=True):
            heapreplace(ends, ends[0] + seconds)
        return max(ends)

    def parts(self) -> str:
        """What the time is spent on, in minutes."""
        shares = [f"{each / 60:.1f}" for each in self._asking()]
        began = f"{START / 60:.1f} to begin and to end, " if self.workers > 1 else ""
        beside = "beside them" if self.workers > 1 else "besides"
        return (
            f"{began}{self.rollouts * self.rollout / 60:.1f} for rollouts, "
            f"{' + '.join(shares) or '0'} for the scenarios of each configuration; "
            f"{beside} {self._free() / 60:.1f} for those that ask for none"
        )

    def said(self) -> str:
        p = self.pipeline
        count = sum(map(len, self.scenarios.values()))
        each = sum(map(sum, self.scenarios.values())) / max(1, count)
        return (
            f"about {self.seconds / 60:.0f} minutes of the cluster's time: {self.rollouts} "
            f"rollouts of {self.rollout:.0f} s with their first flow; {count} scenarios of "
            f"{each:.0f} s on average (clients of {PROBE:g} s, cacheActiveTimeout {p.cache:g} s, "
            f"writeBatchWait {p.batch:g} s, silences of {p.quiet:g} s), by {self.workers} at once"
        )
