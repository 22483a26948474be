"""The cluster's clock: it runs `speed` times as fast as ours, and every simulated delay asks it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

FAST = 60.0


class Ticker:
    """A callback that comes round again and again until it is stopped."""

    def __init__(self, clock: Clock, period: float, callback: Callable[[], None]) -> None:
        self._clock = clock
        self._period = period
        self._callback = callback
        self._timer: asyncio.TimerHandle | None = None

    def start(self, first: float) -> Ticker:
        self._timer = self._clock.call_later(first, self._tick)
        return self

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _tick(self) -> None:
        self._timer = self._clock.call_later(self._period, self._tick)
        self._callback()


class Clock:
    """Cluster time: starts at the real now and then passes `speed` times as fast."""

    def __init__(
        self, speed: float = FAST, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        if speed <= 0:
            raise ValueError(f"a clock cannot run {speed} times as fast: give a number above 0")
        self.speed = speed
        self._monotonic = monotonic
        self._started = monotonic()
        self._epoch = time.time()

    def now(self) -> float:
        return self._epoch + (self._monotonic() - self._started) * self.speed

    def stamp(self, at: float | None = None) -> str:
        """RFC 3339 in UTC and whole seconds, as Kubernetes writes it."""
        moment = datetime.fromtimestamp(int(self.now() if at is None else at), UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self.speed)

    async def until(self, at: float, *, slack: float = 0.0) -> None:
        """Sleep until a moment, or not at all if it is less than `slack` away."""
        left = at - self.now()
        if left >= slack:
            await self.sleep(left)

    def call_later(
        self, seconds: float, callback: Callable[..., None], *args: Any
    ) -> asyncio.TimerHandle:
        loop = asyncio.get_running_loop()
        return loop.call_later(max(0.0, seconds) / self.speed, callback, *args)

    def every(
        self, seconds: float, callback: Callable[[], None], *, first: float | None = None
    ) -> Ticker:
        """Call back every so many seconds, the first time after `first` (default: one period)."""
        return Ticker(self, seconds, callback).start(seconds if first is None else first)
