"""Runs the sessions of a trial, several at once, and looks closer where one is not as expected."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from catalog.faults import FAULTS_BY_NAME, Fault
from selftest.trial.judgement import Judgement, expected, judge, sum_of, together
from selftest.trial.plan import Session, along
from selftest.trial.runs import Outcome, run

HASTE = "selftest.trial.haste"
"""Red scenarios wait for nothing longer than they must; only where a closer look follows."""


@dataclass
class Hearing:
    """`end` is when no further run begins, on the monotonic clock; `homes` as in Grounds."""

    output: Path
    seed: int
    at_once: int
    end: float
    homes: Mapping[str, frozenset[str]]
    parts: dict[str, list[Judgement]] = field(default_factory=lambda: defaultdict(list))
    unheard: set[str] = field(default_factory=set)
    runs: int = 0
    _numbers: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    def hear(self, sessions: Sequence[Session]) -> None:
        with ThreadPoolExecutor(self.at_once) as pool:
            list(pool.map(self._hear, sessions))

    def judgement(self, fault: Fault) -> Judgement:
        name = fault.name
        return sum_of(name, self.parts[name], complete=name not in self.unheard)

    def _hear(self, session: Session) -> None:
        faults = [FAULTS_BY_NAME[name] for name in session.faults]
        outcome = self._run(session, (HASTE,))
        if outcome is None:
            self.unheard.update(session.faults)
            return
        found = together(faults, outcome)
        if found is not None:
            self._note(found)
        elif len(faults) == 1:
            self._alone(session, faults[0])
        else:
            for part in split(session, self._surprises(faults, outcome), self.homes):
                self._hear(part)

    def _surprises(self, faults: Sequence[Fault], outcome: Outcome) -> set[str]:
        """Files in which something is red that should not be, or green; none when it is the run."""
        named = set().union(*(expected(fault, outcome) for fault in faults))
        return {outcome.files[title] for title in outcome.caught ^ named if title in outcome.files}

    def _alone(self, session: Session, fault: Fault) -> None:
        outcome = self._run(session, ())
        if outcome is None:
            self.unheard.add(fault.name)
        else:
            self._note([judge(fault, outcome)])

    def _note(self, judgements: list[Judgement]) -> None:
        for part in judgements:
            self.parts[part.fault].append(part)
            so_far = replace(part, complete=False)
            if so_far.wrong:
                say(f"✗ {part.fault}: {so_far.told()}")

    def _run(self, session: Session, plugins: Sequence[str]) -> Outcome | None:
        if time.monotonic() > self.end:
            return None
        self.runs += 1
        first, more = session.faults[0], len(session.faults) - 1
        folder = self.output / f"{self._numbers():03} {first}{f' and {more} more' if more else ''}"
        return run(session.faults, session.files, folder, self.seed, plugins)


def split(
    session: Session, surprises: Set[str], homes: Mapping[str, frozenset[str]]
) -> list[Session]:
    """Who is at home where the surprise was goes on alone, the rest together; else two halves."""
    faults = session.faults
    suspects = [name for name in faults if homes[name] & surprises]
    if suspects and len(suspects) < len(faults):
        rest = tuple(name for name in faults if name not in suspects)
        return [
            *(Session((name,), along(set(homes[name]))) for name in suspects),
            Session(rest, along(set().union(*(homes[name] for name in rest)))),
        ]
    middle = len(faults) // 2
    return [Session(half, session.files) for half in (faults[:middle], faults[middle:])]


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
