"""The API server's proxy to services and pods."""

from __future__ import annotations

from aiohttp import web

from simulation.apiserver.calls import Call, Response
from simulation.apiserver.errors import ApiError, bad_request, not_found
from simulation.apiserver.objects import Object, dig
from simulation.apiserver.proxy import Handler, HttpRequest, no_endpoints

_NOT_PASSED = ("authorization", "host", "connection", "content-length", "transfer-encoding")
SLICES = "discovery.k8s.io/v1/EndpointSlice"


def _parts(name: str) -> tuple[str, str]:
    """`[scheme:]name[:port]` taken apart; the scheme does not matter here."""
    pieces = name.split(":")
    if len(pieces) == 3 and pieces[0] in ("", "http", "https"):
        pieces = pieces[1:]
    if len(pieces) > 2:
        raise bad_request(f'invalid service request "{name}"')
    return pieces[0], pieces[1] if len(pieces) == 2 else ""


async def proxied(call: Call) -> Response:
    name, port = _parts(call.route.name)
    namespace = call.route.namespace
    target = call.store.peek(call.resource, namespace, name)
    if call.resource.kind == "Pod":
        handler = _pod_handler(call, namespace, (name, port), target)
    else:
        handler = _service_handler(call, namespace, (name, port), target)
    reply = await handler(await _passed_on(call))
    headers = {k: v for k, v in reply.headers.items() if k.lower() != "content-length"}
    return web.Response(body=reply.body, status=reply.status, headers=headers)


async def _passed_on(call: Call) -> HttpRequest:
    request = call.request
    headers = {k: v for k, v in request.headers.items() if k.lower() not in _NOT_PASSED}
    path = call.route.rest or "/"
    query = list(request.query.items())
    return HttpRequest(request.method, path, query, headers, await request.read())


def _service_handler(
    call: Call, namespace: str, wanted: tuple[str, str], service: Object
) -> Handler:
    name, port = wanted
    ports = dig(service, "spec", "ports") or []
    chosen = [p for p in ports if port in (p.get("name", ""), str(p["port"]))]
    if not port and len(ports) == 1:
        chosen = ports
    if not chosen:
        shown = port if port.isdigit() else f'"{port}"'
        text = f'no service port {shown} found for service "{name}"'
        raise ApiError(503, "ServiceUnavailable", text)
    if not _has_endpoints(call, namespace, name):
        raise no_endpoints(name)
    for candidate in (port, str(chosen[0]["port"]), chosen[0].get("name", "")):
        handler = call.store.proxy.find(namespace, name, candidate)
        if handler:
            return handler
    raise no_endpoints(name)


def _has_endpoints(call: Call, namespace: str, name: str) -> bool:
    """Ready endpoints by the slices; a service without any slice is left to its handler."""
    selector = f"kubernetes.io/service-name={name}"
    slices = call.store.chosen(call.store.registry.named(SLICES), namespace, (selector, ""))
    if not slices:
        if not call.store.proxy.registered(namespace, name):
            raise not_found("services", "", name)
        return True
    endpoints = [e for found in slices for e in found.get("endpoints") or ()]
    return any(dig(e, "conditions", "ready") is not False for e in endpoints)


def _pod_handler(call: Call, namespace: str, wanted: tuple[str, str], pod: Object) -> Handler:
    name, port = wanted
    handler = call.store.proxy.find(namespace, f"pods/{name}", port)
    if handler is None:
        address = dig(pod, "status", "podIP")
        if not address:
            text = f'address not allowed: pod "{name}" has no address'
            raise ApiError(400, "BadRequest", text)
        refused = f"dial tcp {address}:{port or 80}: connect: connection refused"
        text = f"error trying to reach service: {refused}"
        raise ApiError(503, "ServiceUnavailable", text)
    return handler
