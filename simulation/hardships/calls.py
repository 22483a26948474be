"""One call in five to the API server goes wrong on its way there or back.

Sources of the answers: k8s.io/apiserver pkg/server/filters (504 after --request-timeout, 60 s; 429
with Retry-After: 1), and etcd's errors as kube-apiserver passes them on (500).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from catalog.hardships import API_CALLS, SHARE
from simulation.apiserver import ApiError
from simulation.apiserver.calls import Response, refuse
from simulation.apiserver.reading import TOO_OLD
from simulation.clock import Clock
from simulation.hardships import Hardships

Respond = Callable[[web.BaseRequest], Awaitable[Response]]
REQUEST_TIMEOUT = 60.0
NEVER, LOOK = 300.0, 0.1
"""Real seconds after which a call without an answer is dropped, and between two looks whether its
client has gone."""

WATCHED = (1.0, 30.0)
"""Cluster seconds after which a watch breaks off."""

BUSY = "the server has received too many requests and has asked us to try again later"
AWAY = "the server is currently unable to handle the request"
BROKEN = "etcdserver: request timed out"
LATE = "Timeout: request did not complete within the allotted timeout"


class TroubledCalls:
    """Stands around the API's handler."""

    def __init__(self, hardships: Hardships, clock: Clock) -> None:
        self._rng, self._clock = hardships.rng, clock
        ways: dict[str, Callable[[web.BaseRequest, Respond], Awaitable[Response]]] = {
            "api-throttles": self._throttle,
            "api-breaks": self._break,
            "api-is-away": self._be_away,
            "api-resets": self._reset,
            "api-hangs": self._hang,
            "api-cuts-bodies": self._cut,
        }
        every = hardships.active("api-fails")
        names = [each.name for each in API_CALLS if every or hardships.active(each.name)]
        self._ways = [ways[name] for name in names]
        self._forgets = hardships.active("watches-expire")

    async def __call__(self, request: web.BaseRequest, respond: Respond) -> Response:
        if self._forgets and (request.query.get("continue") or request.query.get("watch")):
            return await self._forget(request, respond)
        if not self._ways or self._rng.random() >= SHARE:
            return await respond(request)
        return await self._rng.choice(self._ways)(request, respond)

    async def _forget(self, request: web.BaseRequest, respond: Respond) -> Response:
        """What lives on history: a version that is too old, or a stream that breaks off."""
        if self._heads() and (
            request.query.get("continue") or request.query.get("resourceVersion")
        ):
            return refuse(ApiError(410, "Expired", TOO_OLD))
        if request.query.get("watch"):
            self._clock.call_later(self._rng.uniform(*WATCHED), _drop, request)
        return await respond(request)

    def _heads(self) -> bool:
        return self._rng.random() < 0.5

    async def _throttle(self, _request: web.BaseRequest, _respond: Respond) -> Response:
        return refuse(ApiError(429, "TooManyRequests", BUSY, {"retryAfterSeconds": 1}))

    async def _break(self, request: web.BaseRequest, respond: Respond) -> Response:
        if self._heads():
            await respond(request)
        return refuse(ApiError(500, "InternalError", f"Internal error occurred: {BROKEN}"))

    async def _be_away(self, _request: web.BaseRequest, _respond: Respond) -> Response:
        return refuse(ApiError(503, "ServiceUnavailable", AWAY))

    async def _reset(self, request: web.BaseRequest, respond: Respond) -> Response:
        response = await respond(request) if self._heads() else web.Response()
        _drop(request)
        return response

    async def _hang(self, request: web.BaseRequest, respond: Respond) -> Response:
        worked = self._heads()
        response = await respond(request) if worked else web.Response()
        if self._heads():
            await self._clock.sleep(REQUEST_TIMEOUT)
            return refuse(ApiError(504, "Timeout", LATE))
        for _ in range(int(NEVER / LOOK)):
            if _is_gone(request):
                break
            await asyncio.sleep(LOOK)
        _drop(request)
        return response

    async def _cut(self, request: web.BaseRequest, respond: Respond) -> Response:
        """Either the framing shows it, or a proxy has closed an answer that it had only in part."""
        response = await respond(request)
        if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
            return response
        whole = response.body
        part = whole[: len(whole) // 2]
        if self._heads() and response.content_type == "application/json":
            response.body = part
            return response
        headers = {"Content-Type": response.content_type, "Content-Length": str(len(whole))}
        cut = web.StreamResponse(status=response.status, headers=headers)
        await cut.prepare(request)
        await cut.write(part)
        _drop(request)
        return cut


def _is_gone(request: web.BaseRequest) -> bool:
    return request.transport is None or request.transport.is_closing()


def _drop(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()
