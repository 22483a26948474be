"""The end of a whole run: the option --deadline, as every wait and every scenario asks it."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kit.quantity import go_seconds
from kit.verdict import Inconclusive


class OutOfTime(Inconclusive):
    """The run's time is over, so nobody can say any more."""


@dataclass
class Deadline:
    """`ends` is wall-clock time, so that all processes of a run mean the same moment."""

    ends: float = math.inf
    said: str = ""
    _lifted: int = field(default=0, init=False)

    @property
    def left(self) -> float:
        """Real seconds; without end while things are put back."""
        return math.inf if self._lifted else self.ends - time.time()

    def check(self, waiting_for: str = "") -> None:
        """OutOfTime when it has passed: one sentence, the same for all that never began."""
        if self.left <= 0:
            doing = f" while waiting: {waiting_for}" if waiting_for else ""
            raise OutOfTime(f"the deadline of the run ({self.said}) has passed{doing}")

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Giving back and cleaning up are bound by their own waits, never by the run's end."""
        self._lifted += 1
        try:
            yield
        finally:
            self._lifted -= 1


def seconds(text: str) -> float:
    """Minutes for a bare number, else a duration such as 30m or 2h; ValueError for all else."""
    plain = re.fullmatch(r"\d+(\.\d+)?", text)
    try:
        found = float(text) * 60 if plain else go_seconds(text)
    except ValueError:
        found = 0.0
    if not 0 < found < math.inf:
        raise ValueError(f"--deadline wants minutes, or a duration such as 30m or 2h, not {text!r}")
    return found
