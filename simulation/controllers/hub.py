"""What every controller stands on: the store, the clock, the world, and the tasks in flight."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.apiserver import Store
from simulation.clock import Clock
from simulation.controllers.informer import Informers
from simulation.faults import Faults

if TYPE_CHECKING:
    from simulation.world import World

Json = dict[str, Any]
Span = tuple[float, float]
Program = Callable[[Json, Json, dict[str, str]], Any]
"""Given a pod, one of its containers and its environment: the process that it runs, or None."""

SETTLE_LIMIT = 20.0
"""Real seconds; a population that does not come to rest by then is wrong."""

log = logging.getLogger("simulation.controllers")


class Stage(NamedTuple):
    """What makes one run differ from another."""

    rng: random.Random
    faults: Faults


class Hub:
    """The parts that controllers share.

    While `settling`, nothing takes time: a population is brought up to its resting state at once.
    """

    def __init__(self, store: Store, clock: Clock, world: World, stage: Stage) -> None:
        self.store, self.clock, self.world = store, clock, world
        self.rng, self.faults = stage
        self.seen = Informers(store)
        self.settling = True
        self.troubles: list[BaseException] = []
        self.programs: list[Program] = []
        self._busy = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (trouble := task.exception()) is not None:
            self.trouble(trouble)

    def trouble(self, error: BaseException) -> None:
        """A controller broke: that is a defect of the simulation, so it is kept and shown."""
        self.troubles.append(error)
        log.error("a controller failed", exc_info=error)

    async def pause(self, span: Span) -> None:
        if self.settling:
            await asyncio.sleep(0)
        else:
            await self.clock.sleep(self.rng.uniform(*span))

    def later(self, seconds: float, work: Any, *args: Any) -> asyncio.TimerHandle:
        return self.clock.call_later(seconds, work, *args)

    def begin(self) -> None:
        self._busy += 1

    def end(self) -> None:
        self._busy -= 1

    async def settle(self) -> None:
        """Wait until nobody has work left, then let time count."""
        quiet = 0
        async with asyncio.timeout(SETTLE_LIMIT):
            while quiet < 3:
                await asyncio.sleep(0)
                quiet = 0 if self._busy else quiet + 1
        self.settling = False

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
