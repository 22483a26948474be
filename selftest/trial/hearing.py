"""Runs the sessions of a trial, several at once, and looks closer where one is not as expected."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from catalog.faults import FAULTS_BY_NAME, Fault
from selftest.trial.judgement import (
    READS_WHAT_OTHERS_LEFT,
    Judgement,
    heard,
    judge,
    puzzling,
    sum_of,
)
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
            going = {pool.submit(self._hear, session) for session in sessions}
            while going:
                done, going = wait(going, return_when=FIRST_COMPLETED)
                more = [session for one in done for session in one.result()]
                going |= {pool.submit(self._hear, session) for session in more}

    def judgement(self, fault: Fault) -> Judgement:
        name = fault.name
        return sum_of(name, self.parts[name], complete=name not in self.unheard)

    def _hear(self, session: Session) -> list[Session]:
        """Which runs must follow, because this one has left something unclear."""
        outcome = self._run(session)
        if outcome is None:
            self.unheard.update(session.faults)
            return []
        faults = [FAULTS_BY_NAME[name] for name in session.faults]
        if session.patient:
            self._note([judge(faults[0], outcome)])
            return []
        unclear = puzzling(faults, outcome)
        if unclear is not None:
            self._note(heard(faults, outcome, unclear))
        return closer(session, unclear, self.homes) if unclear != set() else []

    def _note(self, judgements: list[Judgement]) -> None:
        for part in judgements:
            self.parts[part.fault].append(part)
            so_far = replace(part, complete=False)
            if so_far.wrong:
                say(f"✗ {part.fault}: {so_far.told()}")

    def _run(self, session: Session) -> Outcome | None:
        if time.monotonic() > self.end:
            return None
        self.runs += 1
        first, more = session.faults[0], len(session.faults) - 1
        folder = self.output / f"{self._numbers():03} {first}{f' and {more} more' if more else ''}"
        plugins = () if session.patient else (HASTE,)
        return run(session.faults, session.files, folder, self.seed, plugins)


def closer(
    session: Session, unclear: Set[str] | None, homes: Mapping[str, frozenset[str]]
) -> list[Session]:
    """Runs of the unclear files (None: of all): of each fault at home there, of the others.

    Where nobody is at home one half may be it, or the other; a fault alone is given all its time.
    """
    whole = unclear is None or READS_WHAT_OTHERS_LEFT in unclear
    files = session.files if whole else along({*(unclear or ())})
    faults = session.faults
    if len(faults) == 1:
        return [Session(faults, files, patient=True)]
    suspects = [name for name in faults if homes[name] & {*files} - {READS_WHAT_OTHERS_LEFT}]
    rest = tuple(name for name in faults if name not in suspects)
    if not suspects:
        middle = len(faults) // 2
        return [Session(half, files) for half in (faults[:middle], faults[middle:])]
    alone = [Session((name,), along(homes[name] & {*files})) for name in suspects]
    return [*alone, Session(rest, files)] if rest else alone


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
