"""Asking once more: how long to pause before the next attempt at a call, and when it is enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from kit.wait import sleep

RETRIES = 7
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 30.0
"""Cluster seconds; the longest also bounds what a server may ask for by Retry-After."""
WITHIN = 90.0
"""Real seconds after which no further attempt at the same call begins."""


@dataclass
class Attempts:
    """The attempts at one call, on a cluster whose clock runs `speed` times as fast as ours."""

    retries: int = RETRIES
    speed: float = 1.0
    sleep: Callable[[float], None] = sleep
    made: int = field(default=1, init=False)
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = time.monotonic()

    def once_more(self, asked: float = 0.0) -> bool:
        """Pause and say yes; or say no, when it is enough. `asked` is what Retry-After said."""
        if self.made > self.retries or time.monotonic() - self._began > WITHIN:
            return False
        growing = FIRST_PAUSE * 2 ** (self.made - 1)
        self.made += 1
        self.sleep(min(LONGEST_PAUSE, max(growing, asked)) / self.speed)
        return True


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that a server asks for; a date is relative to the answer's own. Source: RFC 9110."""
    said = {name.lower(): value for name, value in headers.items()}
    text = said.get("retry-after", "")
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        until, sent = parsedate_to_datetime(text), parsedate_to_datetime(said.get("date", ""))
        return max(0.0, (until - sent).total_seconds())
    except (ValueError, TypeError):
        return 0.0
