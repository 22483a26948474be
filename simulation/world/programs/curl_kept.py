"""Connections that curl keeps open for its next URL, and the pace at which it asks for those."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from simulation.world.programs.curl_options import Options
from simulation.world.programs.runtime import Runtime
from simulation.world.tcp import Connection

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
Place = tuple[str, int]
Opening = Callable[[], AbstractAsyncContextManager[Connection]]


class Kept(AsyncExitStack):
    """Closes at the end what is still open. With one URL nothing is kept, since nothing follows."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        closing = any(h.lower() == "connection: close" for h in options.values.get("header", []))
        self._keeps = len(options.urls) > 1 and not closing
        self._idle: dict[Place, Connection] = {}

    @asynccontextmanager
    async def connection(
        self, to: Place, opening: Opening
    ) -> AsyncIterator[tuple[Connection, bool]]:
        """A connection to that place, and whether it is one that was open already."""
        known = self._idle.pop(to, None)
        if not self._keeps:
            async with opening() as only:
                yield only, False
            return
        opened = await self.enter_async_context(opening()) if known is None else known
        yield opened, known is not None
        if not opened.hung:
            self._idle[to] = opened


async def pace(runtime: Runtime, options: Options, since: float) -> None:
    """`--rate 30/m`: transfers begin at most that often."""
    match = re.fullmatch(r"(\d+)/([smhd])", options.value("rate") or "")
    if match is not None:
        wait = since + _UNITS[match[2]] / int(match[1]) - runtime.process.at
        await runtime.process.pass_time(max(0.0, wait))
