"""What became of each scenario, and what the whole run learned: the input of every report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from kit.nights import Change


class Ending(Enum):
    """How a scenario ended. The order is the order of gravity: the first one found decides."""

    USAGE = "usage error"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"
    PASSED = "passed"


GRAVITY = {ending: place for place, ending in enumerate(Ending)}


@dataclass
class Result:
    """One scenario (one row of an outline) as it went."""

    nodeid: str
    title: str
    feature: str
    file: str
    line: int
    tags: tuple[str, ...] = ()
    ending: Ending = Ending.PASSED
    reason: str = ""
    explanation: str = ""
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    quarantine: str = ""
    """Why and until when it may fail without failing the run."""

    @property
    def excused(self) -> bool:
        return bool(self.quarantine) and self.ending in (Ending.FAILED, Ending.INCONCLUSIVE)

    def worsen(self, ending: Ending, reason: str, explanation: str = "") -> None:
        """Take an ending over unless something graver was seen before."""
        if GRAVITY[ending] < GRAVITY[self.ending]:
            self.ending, self.reason, self.explanation = ending, reason, explanation


@dataclass
class Run:
    """All results, and what was learned about the cluster; `trouble` kept it from beginning."""

    results: dict[str, Result] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    needs: dict[str, dict[str, Any]] = field(default_factory=dict)
    surroundings: dict[str, dict[str, Any]] = field(default_factory=dict)
    left_overs: list[str] = field(default_factory=list)
    schema: list[dict[str, Any]] = field(default_factory=list)
    """What each process has seen of the shape of records."""
    measured: list[dict[str, Any]] = field(default_factory=list)
    """What is drawn at the end: `what` it is, and the data `told` by each process."""
    trouble: str = ""
    unwritten: dict[str, str] = field(default_factory=dict)
    """Which reports could not be written, and why."""
    nights: int = 0
    changes: list[Change] = field(default_factory=list)
    """What is new against that many nights before."""
    expired: list[str] = field(default_factory=list)
    """Entries of the quarantine whose time is over: each fails the run."""

    def learn(self, facts: Mapping[str, Any]) -> None:
        self.environment.update(facts.get("environment", {}))
        self.surroundings.update(facts.get("surroundings", {}))
        self.needs.update(facts.get("needs", {}))
        self.schema.extend(facts.get("schema", []))
        self.measured.extend(facts.get("measured", []))
        self.left_overs.extend(facts.get("left_overs", []))
        self.unwritten.update(facts.get("unwritten", {}))

    @property
    def misshapen(self) -> dict[str, str]:
        """What does not fit the catalog, with an example of each."""
        return {why: line for told in self.schema for why, line in told["wrong"].items()}

    def count(self) -> Counter[Ending]:
        return Counter(result.ending for result in self.results.values())

    def weighed(self) -> Counter[Ending]:
        """The same without what is quarantined: what the exit code is made of."""
        return Counter(one.ending for one in self.results.values() if not one.excused)

    @property
    def judged_nothing(self) -> bool:
        """Scenarios were there, and each was skipped: no promise was even looked at."""
        return bool(self.results) and set(self.count()) == {Ending.SKIPPED}

    def by_feature(self) -> dict[str, list[Result]]:
        features: dict[str, list[Result]] = {}
        for result in sorted(self.results.values(), key=lambda one: (one.file, one.line)):
            features.setdefault(result.feature, []).append(result)
        return features


def latencies(results: Iterable[Result]) -> dict[str, float] | None:
    """p50, p95 and max by nearest rank; None when nothing was measured."""
    samples = sorted(seconds for result in results for seconds in result.latencies)
    if not samples:
        return None
    return {
        "p50": _rank(samples, 0.50),
        "p95": _rank(samples, 0.95),
        "max": samples[-1],
        "samples": len(samples),
    }


def _rank(samples: list[float], share: float) -> float:
    return samples[max(0, -int(-len(samples) * share // 1) - 1)]
