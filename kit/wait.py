"""The only place that waits: until something is so, or to see that it stays so."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from kit.deadline import Deadline
from kit.verdict import Unmet, Verdict

Seen = TypeVar("Seen")
Judge = Callable[[Seen], Verdict]

LONGEST_PAUSE = 1.0
"""Cluster seconds between two looks, at most."""

STEADY_PAUSE = 5.0
"""Cluster seconds between two looks at a state that should hold: a break is final, so no hurry."""

PAUSE_OF_WAITED = 0.0
"""The share of the time waited so far that may pass until the next look, if that is longer."""

GRACE_OF_A_FAST_CLOCK = 4.0
"""Real seconds added to every deadline of a fast cluster: our own work does not shrink with it."""


def sleep(seconds: float) -> None:
    """The suite's only sleep."""
    time.sleep(seconds)


class _NotYet(Exception):
    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.because)
        self.verdict = verdict


@dataclass
class Waiting:
    """Waits in cluster seconds on a cluster whose clock runs `speed` times as fast as ours.

    `stretch` multiplies deadlines (the option --patience); how long a state must hold is never
    stretched. `asleep` and `looks` tell what waiting has cost, in real seconds and in looks.
    No wait outlasts the `deadline` of the run: OutOfTime.
    """

    speed: float = 1.0
    stretch: float = 1.0
    deadline: Deadline = field(default_factory=Deadline)
    asleep: float = field(default=0.0, init=False)
    looks: int = field(default=0, init=False)

    def eventually(
        self,
        look: Callable[[], Seen],
        judge: Judge[Seen],
        *,
        within: float,
        what: str,
        pause: float = LONGEST_PAUSE,
    ) -> Seen:
        """The first thing seen that meets the judge; Unmet with the last reason at its deadline.

        The last look begins at the deadline or later: what a slow look saw was older than it.
        """
        limit = self._real(within * self.stretch) + (GRACE_OF_A_FAST_CLOCK if self.speed > 1 else 0)
        began = time.monotonic()
        looked = [0.0]

        def once() -> Seen:
            self.deadline.check(what)
            looked[0] = time.monotonic() - began
            return self._look(look, judge)

        poll = Retrying(
            retry=retry_if_exception_type(_NotYet),
            stop=lambda _state: looked[0] >= limit,
            wait=lambda state: self._pause(state, limit, pause),
            sleep=self.sleep_real,
            reraise=True,
        )
        try:
            seen: Seen = poll(once)
        except _NotYet as last:
            allowed = f"{within * self.stretch:g} s"
            because = f"{what}: not within {allowed}; {last.verdict.because}"
            raise Unmet(because, last.verdict.detail) from None
        return seen

    def steadily(
        self, look: Callable[[], Seen], judge: Judge[Seen], *, during: float, what: str
    ) -> Seen:
        """The last thing seen, if the judge is met from the first look to the end; else Unmet."""
        end = time.monotonic() + self._real(during)
        while True:
            self.deadline.check(what)
            last_look = time.monotonic() >= end
            try:
                seen = self._look(look, judge)
            except _NotYet as broken:
                raise Unmet(f"{what}: {broken.verdict.because}", broken.verdict.detail) from None
            if last_look:
                return seen
            self.sleep_real(min(self._real(STEADY_PAUSE), max(0.0, end - time.monotonic())))

    def lasting(self, seconds: float, waits: int = 4) -> float:
        """How long a client must live that is needed for so long, and for so many waits of ours.

        In cluster seconds. On a fast clock each wait may take its grace, which is minutes there.
        """
        return seconds + (waits * GRACE_OF_A_FAST_CLOCK * self.speed if self.speed > 1 else 0)

    def sleep_real(self, seconds: float) -> None:
        """Never beyond the end of the run by more than the look that follows."""
        seconds = max(0.0, min(seconds, self.deadline.left))
        self.asleep += seconds
        sleep(seconds)

    def _look(self, look: Callable[[], Seen], judge: Judge[Seen]) -> Seen:
        self.looks += 1
        seen = look()
        verdict = judge(seen)
        if not verdict.met:
            raise _NotYet(verdict)
        return seen

    def _pause(self, state: RetryCallState, limit: float, longest: float) -> float:
        """Quarter, half, then whole pauses; the last look is at the deadline itself."""
        growing = longest * min(1.0, 0.25 * 2 ** (state.attempt_number - 1))
        waited = state.seconds_since_start or 0.0
        return max(0.0, min(max(self._real(growing), waited * PAUSE_OF_WAITED), limit - waited))

    def _real(self, seconds: float) -> float:
        return seconds / self.speed
