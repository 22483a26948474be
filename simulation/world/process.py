"""A running container: its log, its exit code, and the end of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from simulation.clock import Clock
from simulation.world.nouns import Container, Endpoint

KILLED = 137
TERMINATED = 143


class Process:
    """One container's main process: `output` is its log so far, `wait()` gives its exit code."""

    def __init__(self, endpoint: Endpoint, container: Container, clock: Clock) -> None:
        self.endpoint = endpoint
        self.container = container
        self.output = ""
        self.ready = False
        self.netns = ""
        """The network namespace that it has entered, by name; empty for its own."""
        self.exit_code: int | None = None
        self.at = clock.now()
        """The process's own time: what it has lived through, exact where the runner is late."""
        self.env = dict(container.env)
        self._clock = clock
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._at_end: list[Callable[[], None]] = []

    def start(self, main: Coroutine[Any, Any, int]) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(main))

    def write(self, text: str) -> None:
        self.output += text

    def at_end(self, callback: Callable[[], None]) -> None:
        self._at_end.append(callback)

    async def wait(self) -> int:
        await self._ended.wait()
        return -1 if self.exit_code is None else self.exit_code

    def stop(self) -> None:
        """SIGTERM, to which every program here yields at once."""
        if self._task is not None and not self._ended.is_set():
            self._task.cancel()
            self._end(TERMINATED)

    async def pass_time(self, seconds: float) -> None:
        """Live on for so long; a runner that is late does not stretch it."""
        self.at += seconds
        await self._clock.until(self.at)

    async def _run(self, main: Coroutine[Any, Any, int]) -> None:
        try:
            code = await main
        except asyncio.CancelledError:
            code = TERMINATED
        except Exception as problem:
            self.write(f"the simulated program broke: {problem!r}\n")
            code = KILLED
        self._end(code)

    def _end(self, code: int) -> None:
        if self._ended.is_set():
            return
        self.ready = False
        self.exit_code = code
        for callback in self._at_end:
            callback()
        self._ended.set()
