"""An event loop in which waiting takes no time, so that no test depends on how busy the machine is.

`looptime` does the same, but its plugin would join every run of pytest and asks for pytest-asyncio.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

from simulation.clock import Clock


class TimelessLoop(asyncio.SelectorEventLoop):
    """When nothing is left to do it is at once as late as the next timer."""

    def __init__(self) -> None:
        self.passed = 0.0
        super().__init__(_Unwaiting(self))

    def time(self) -> float:
        return self.passed


class _Unwaiting(selectors.DefaultSelector):
    def __init__(self, loop: TimelessLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        self._loop.passed += timeout or 0.0
        return super().select(None if timeout is None else 0)


def timeless(scene: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        return runner.run(scene)


def timeless_clock() -> Clock:
    """The cluster's clock within such a loop."""
    return Clock(1, asyncio.get_running_loop().time)
