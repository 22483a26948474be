"""The API itself: each request authenticated, authorized and handed to who answers it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from email.utils import formatdate

from aiohttp import web

from simulation.apiserver import (
    discovery,
    forwarding,
    gateway,
    mutating,
    openapi,
    reading,
    reviews,
    subresources,
    tables,
)
from simulation.apiserver.access import Request, User
from simulation.apiserver.calls import Call, Response, answer, refuse, text
from simulation.apiserver.errors import ApiError, method_not_allowed, no_such_path
from simulation.apiserver.reading import Snapshots
from simulation.apiserver.resources import Resource
from simulation.apiserver.routes import Route, asked, parse, verb_of
from simulation.apiserver.store import Store
from simulation.apiserver.watching import Watch

VERSION = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.2",
    "gitCommit": "0000000000000000000000000000000000000000",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    "goVersion": "go1.26.3",
    "compiler": "gc",
    "platform": "linux/amd64",
}
HEALTH = ("/healthz", "/livez", "/readyz")
_SUBRESOURCES: dict[str, Callable[[Call], Awaitable[Response]]] = {
    "log": subresources.log,
    "binding": subresources.bind,
    "eviction": subresources.evict,
    "token": subresources.token,
    "scale": subresources.scale,
    "proxy": gateway.proxied,
    "portforward": forwarding.forward,
}
_WRITES: dict[str, Callable[[Call], Awaitable[Response]]] = {
    "create": mutating.create,
    "update": mutating.replace,
    "patch": mutating.patch,
    "delete": mutating.delete,
    "deletecollection": mutating.delete_all,
}
_log = logging.getLogger(__name__)


Respond = Callable[[web.BaseRequest], Awaitable[Response]]


def _as_it_is(request: web.BaseRequest, respond: Respond) -> Awaitable[Response]:
    return respond(request)


def _missing() -> Response:
    return text("404 page not found\n", 404)


class Api:
    """The handler of every request.

    To inject trouble, `interrupt` may answer in its place, and `around` what the client gets.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._snapshots = Snapshots()
        self.interrupt: Callable[[str, str], ApiError | None] = lambda _method, _path: None

        self.around: Callable[[web.BaseRequest, Respond], Awaitable[Response]] = _as_it_is

    async def __call__(self, request: web.BaseRequest) -> Response:
        return await self.around(request, self._respond)

    async def _respond(self, request: web.BaseRequest) -> Response:
        try:
            fault = self.interrupt(request.method, request.path)
            if fault:
                raise fault
            user = self._store.access.authenticate(request.headers.get("Authorization", ""))
            response = await self._answer(request, user)
        except ApiError as error:
            response = refuse(error)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            _log.exception("%s %s", request.method, request.path)
            response = refuse(ApiError(500, "InternalError", f"Internal error occurred: {error}"))
        self._warn(response)
        if not response.prepared:
            response.headers.setdefault("Date", formatdate(self._store.now(), usegmt=True))
        return response

    def _warn(self, response: Response) -> None:
        for warning in self._store.admission.take_warnings():
            if not response.prepared:
                said = warning.replace("\\", "\\\\").replace('"', '\\"')
                response.headers.add("Warning", f'299 - "{said}"')

    async def _answer(self, request: web.BaseRequest, user: User) -> Response:
        route = parse(request.path)
        if route is None or not route.plural:
            self._store.access.authorize(user, Request("get", path=request.path))
            return self._document(request, route)
        resource = self._store.registry.find(route.group, route.version, route.plural)
        watching = request.query.get("watch") in ("true", "1", "True")
        verb = verb_of(request.method, route, watching)
        self._store.access.authorize(user, asked(route, verb))
        if resource is None:
            return self._unknown(route)
        call = Call(self._store, request, user, route, resource)
        return await self._dispatch(call, verb)

    def _unknown(self, route: Route) -> Response:
        if route.version in self._store.registry.versions().get(route.group, ()):
            raise no_such_path()
        return _missing()

    async def _dispatch(self, call: Call, verb: str) -> Response:
        route, resource = call.route, call.resource
        if route.subresource in _SUBRESOURCES and route.subresource in resource.subresources:
            return await _SUBRESOURCES[route.subresource](call)
        _must_be_possible(call, verb)
        if resource.kind.endswith("Review"):
            return await reviews.review(call)
        if resource.group == "metrics.k8s.io":
            return self._metrics(call)
        if verb == "get":
            return reading.one(call)
        if verb == "list":
            return reading.many(call, self._snapshots)
        if verb == "watch":
            return await Watch(call).run()
        return await _WRITES[verb](call)

    def _metrics(self, call: Call) -> Response:
        nodes, pods = self._store.metrics.samples()
        found = nodes if call.resource.kind == "NodeMetrics" else pods
        if call.namespace:
            found = [m for m in found if m["metadata"].get("namespace") == call.namespace]
        head = {"kind": call.resource.kind, "apiVersion": call.resource.api_version}
        if call.route.name:
            for sample in found:
                if sample["metadata"]["name"] == call.route.name:
                    return answer(head | sample)
            raise _no_metrics(call.resource, call.route)
        if tables.wanted(call.request):
            return answer(tables.table(call, found, {}))
        listed = {"kind": f"{head['kind']}List", "apiVersion": head["apiVersion"]}
        return answer(listed | {"metadata": {}, "items": [head | sample for sample in found]})

    def _document(self, request: web.BaseRequest, route: Route | None) -> Response:
        path = request.path.rstrip("/") or "/"
        registry = self._store.registry
        if path in HEALTH or path.startswith(tuple(f"{p}/" for p in HEALTH)):
            return text("ok")
        if path == "/version":
            return answer(VERSION)
        if path in ("/api", "/apis"):
            return self._index(request, path)
        if path == "/openapi/v3":
            return answer(openapi.index(registry))
        if path.startswith("/openapi/v3/"):
            found = openapi.document(registry, path.removeprefix("/openapi/v3/"))
            return answer(found) if found else _missing()
        return self._group(route)

    def _index(self, request: web.BaseRequest, path: str) -> Response:
        core = path == "/api"
        if f"g={discovery.AGGREGATED};v=v2;" in request.headers.get("Accept", ""):
            response = answer(discovery.aggregated(self._store.registry, core))
            kind = f"g={discovery.AGGREGATED};v=v2;as=APIGroupDiscoveryList"
            response.headers["Content-Type"] = f"application/json;{kind}"
            return response
        if core:
            return answer(discovery.core_versions(request.host))
        return answer(discovery.groups(self._store.registry))

    def _group(self, route: Route | None) -> Response:
        registry = self._store.registry
        if route is None:
            return _missing()
        if route.version:
            found = discovery.resources(registry, route.group, route.version)
            return answer(found) if found else _missing()
        versions = registry.versions().get(route.group)
        if not versions:
            return _missing()
        head = {"kind": "APIGroup", "apiVersion": "v1"}
        return answer(head | discovery.group(route.group, versions))


def _must_be_possible(call: Call, verb: str) -> None:
    """Refuse a subresource that is not there, and a verb that it or the kind does not have."""
    subresource = call.route.subresource
    if subresource and subresource not in call.resource.subresources:
        raise no_such_path()
    verbs = ("get", "update", "patch") if subresource else call.resource.verbs
    if verb not in verbs:
        raise method_not_allowed()


def _no_metrics(resource: Resource, route: Route) -> ApiError:
    named = f"{route.namespace}/{route.name}" if route.namespace else route.name
    text_ = f'{resource.kind.lower()}s.metrics.k8s.io "{named}" not found'
    return ApiError(404, "NotFound", text_)
