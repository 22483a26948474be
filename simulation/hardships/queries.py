"""One query in five to Loki goes wrong, as it looks from behind the API server's proxy.

Source of the proxy's words: apimachinery pkg/util/proxy, error trying to reach service; Loki's own:
loki v3 pkg/querier/queryrange/limits.go (429), pkg/util/server/error.go (500, 503).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from catalog.hardships import LOKI_CALLS, SHARE
from simulation.apiserver import ApiError, HttpReply, HttpRequest
from simulation.apiserver.proxy import Handler
from simulation.clock import Clock
from simulation.hardships import Hardships

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
PROXY_TIMEOUT = 30.0


class TroubledQueries:
    """Stands around Loki's handler."""

    def __init__(self, hardships: Hardships, clock: Clock, loki: Handler) -> None:
        self._rng, self._clock, self._loki = hardships.rng, clock, loki
        ways: dict[str, Callable[[HttpRequest], Awaitable[HttpReply]]] = {
            "loki-throttles": self._throttle,
            "loki-breaks": self._break,
            "loki-is-away": self._be_away,
            "loki-resets": self._reset,
            "loki-hangs": self._hang,
            "loki-cuts-bodies": self._cut,
        }
        every = hardships.active("loki-fails")
        names = [each.name for each in LOKI_CALLS if every or hardships.active(each.name)]
        self._ways = [ways[name] for name in names]

    async def __call__(self, request: HttpRequest) -> HttpReply:
        if not self._ways or self._rng.random() >= SHARE:
            return await self._loki(request)
        return await self._rng.choice(self._ways)(request)

    async def _throttle(self, _request: HttpRequest) -> HttpReply:
        return HttpReply(429, {**PLAIN, "Retry-After": "1"}, b"too many outstanding requests\n")

    async def _break(self, _request: HttpRequest) -> HttpReply:
        return HttpReply(500, PLAIN, b"rpc error: code = Unknown desc = context canceled\n")

    async def _be_away(self, _request: HttpRequest) -> HttpReply:
        return HttpReply(503, PLAIN, b"no organization's ingester is ready\n")

    async def _reset(self, _request: HttpRequest) -> HttpReply:
        said = "read tcp 10.128.0.2:41822->10.131.0.9:3100: read: connection reset by peer"
        raise ApiError(503, "ServiceUnavailable", f"error trying to reach service: {said}")

    async def _hang(self, _request: HttpRequest) -> HttpReply:
        await self._clock.sleep(PROXY_TIMEOUT)
        raise ApiError(504, "Timeout", "error trying to reach service: context deadline exceeded")

    async def _cut(self, request: HttpRequest) -> HttpReply:
        reply = await self._loki(request)
        return HttpReply(reply.status, reply.headers, reply.body[: len(reply.body) // 2])
