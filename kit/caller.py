"""A server that wants to know who asks: the caller's token, sent to nobody but that server."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import urllib3

from kit.connection import configured
from kit.errors import InfrastructureError
from kit.forwarding import Reached, Service, pool
from kit.kubeconfig import Target
from kit.loki.calls import Answer, Params, Transport
from kit.redact import remember
from kit.servers import Server
from kit.trust import trust, trust_of_routes

TIMEOUT = 30.0
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
API_IN_THE_CLUSTER = ("kubernetes", "kubernetes.default", "kubernetes.default.svc")
ROUTES = "route.openshift.io/v1"


class Asked(Reached, Protocol):
    """What is needed of kit.cluster.Cluster."""

    @property
    def can(self) -> Callable[..., bool]:
        """Takes verb, API group, resource, namespace and subresource."""


def in_this_cluster(target: Target) -> bool:
    """Does the suite run as a pod of the very cluster that it judges?"""
    host = urlsplit(target.server).hostname or ""
    own = host in API_IN_THE_CLUSTER or host == os.environ.get("KUBERNETES_SERVICE_HOST")
    return bool(host) and own and (SERVICE_ACCOUNT / "token").is_file()


def token_of(target: Target, server: Server) -> str:
    """The caller's; InfrastructureError where the kubeconfig holds none, as with certificates."""
    if server.shown is not None:
        return server.shown
    if found := os.environ.get(server.variable, ""):
        remember(found)
        return found
    settings = configured(target).auth_settings().get("BearerToken") or {}
    kind, _, found = str(settings.get("value") or "").partition(" ")
    if kind.lower() == "bearer" and found:
        return found
    raise InfrastructureError(
        f"{server.kind} wants a token, and the user of context {target.context!r} has none, only a "
        "certificate: log in with `oc login`, or set "
        f"{server.variable} to what `kubectl create token ACCOUNT -n NAMESPACE` prints."
    )


def forwarded(
    cluster: Asked, server: Server, service: Service, headers: Mapping[str, str]
) -> tuple[Transport, str]:
    """The way over a port-forward, or else by the server's Route; and its name."""
    if not may_forward(cluster, service.namespace):
        return _by_route(cluster, server, service)
    trusted = trust(cluster, server) if server.url.scheme == "https" else None
    reached = pool(cluster, service, trusted)
    path = server.url.path.rstrip("/")
    told = f"service {service}, by port-forward"
    return _transport(cluster.target, server, reached, path, headers), told


def may_forward(cluster: Asked, namespace: str) -> bool:
    """Over a WebSocket it takes get; newer API servers want create as well."""
    ask = ("", "pods", namespace)
    return all(cluster.can(verb, *ask, subresource="portforward") for verb in ("get", "create"))


def route_of(cluster: Reached, server: Server, service: Service) -> str:
    """The host of the server's Route; empty where there is none, or none for this user."""
    try:
        place = server.route, service.namespace
        route = cluster.get(ROUTES, "Route", *place) if server.route else None
    except InfrastructureError:
        route = None
    return str(((route or {}).get("spec") or {}).get("host") or "")


def _by_route(cluster: Asked, server: Server, service: Service) -> tuple[Transport, str]:
    host = route_of(cluster, server, service)
    if not host:
        raise InfrastructureError(
            f"The way to {server.kind} is a port-forward in the namespace {service.namespace}, "
            f"which the user of context {cluster.target.context!r} may not open: give it get and "
            f"create on pods/portforward there, or pass {server.option}."
        )
    reached = urllib3.PoolManager(ssl_context=trust_of_routes(cluster), retries=False)
    base = f"https://{host}{server.url.path.rstrip('/')}"
    return _transport(cluster.target, server, reached, base, {}), f"route {host}"


def _transport(
    target: Target,
    server: Server,
    reached: urllib3.HTTPConnectionPool | urllib3.PoolManager,
    base: str,
    headers: Mapping[str, str],
) -> Transport:
    """A 401 is asked again once: a login may have been renewed since."""
    token = [token_of(target, server)]

    def once(path: str, params: Params) -> urllib3.BaseHTTPResponse:
        sent = {**headers, **({"Authorization": f"Bearer {token[0]}"} if token[0] else {})}
        where = base + path
        return reached.request("GET", where, fields=dict(params), headers=sent, timeout=TIMEOUT)

    def transport(path: str, params: Params) -> Answer:
        reply = once(path, params)
        if reply.status == 401 and (renewed := token_of(target, server)) != token[0]:
            token[0] = renewed
            reply = once(path, params)
        return Answer(reply.status, reply.data.decode("utf-8", "replace"), reply.headers)

    return transport
