"""The cluster's clock passes as fast as it says."""

from __future__ import annotations

import asyncio
import time

import pytest

from selftest.timeless import timeless, timeless_clock
from simulation.clock import Clock


def test_cluster_seconds_pass_faster_than_ours() -> None:
    async def scene() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        clock = Clock(1000, loop.time)
        began = clock.now()
        await clock.sleep(30)
        return clock.now() - began, loop.time()

    assert timeless(scene()) == pytest.approx((30, 0.03))


def test_a_cluster_begins_now() -> None:
    assert abs(Clock(1).now() - time.time()) < 0.5


def test_stamps_are_written_as_kubernetes_writes_them() -> None:
    assert Clock().stamp(1795391373.9) == "2026-11-22T23:49:33Z"


def test_a_ticker_comes_round_until_it_is_stopped() -> None:
    async def scene() -> list[float]:
        clock, seen = timeless_clock(), []
        ticker = clock.every(10, lambda: seen.append(clock.now()), first=1)
        await clock.sleep(45)
        ticker.stop()
        count = len(seen)
        await clock.sleep(25)
        assert len(seen) == count
        return seen

    assert len(timeless(scene())) == 5


def test_a_clock_that_stands_still_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Clock(0)
