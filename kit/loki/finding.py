"""Where a cluster's Loki is, as its FlowCollector says, and how to get there from here."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

import requests

from kit.errors import InfrastructureError
from kit.forwarding import Service
from kit.loki import caller
from kit.loki.caller import TIMEOUT, TOKEN_VARIABLE, Asked, forwarded, token_of
from kit.loki.calls import Answer, Params, Transport
from kit.loki.client import Loki
from kit.loki.settings import LokiSettings, is_url, read

TENANT_HEADER = "X-Scope-OrgID"
_IN_CLUSTER = re.compile(r"([a-z][a-z0-9-]*)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local\.?)?)?)?")


class _Reply(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> str: ...


class Proxy(Asked, Protocol):
    """What is needed of kit.cluster.Cluster."""

    @property
    def speed(self) -> float: ...
    @property
    def proxy_get(self) -> Callable[..., _Reply]:
        """Takes namespace, service, port, path, pairs of parameters, headers and timeout."""


def find_loki(cluster: Proxy, flow_collector: Mapping[str, Any], loki_url: str | None) -> Loki:
    """A Loki that can be asked; InfrastructureError says what to do when there is none."""
    settings = read(flow_collector)
    if loki_url:
        token = os.environ.get(TOKEN_VARIABLE, "")
        return _at_url(loki_url, _headers(settings.tenant, token))
    if settings.wants_token:
        return _as_caller(cluster, settings)
    headers = _headers(settings.tenant)
    return _by_url(cluster, settings.split, settings.namespace, headers)


def _headers(tenant: str, token: str = "") -> dict[str, str]:
    headers = {TENANT_HEADER: tenant} if tenant else {}
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def _by_url(cluster: Proxy, url: SplitResult, namespace: str, headers: Mapping[str, str]) -> Loki:
    """Services through the API server's proxy, anything else directly."""
    found = proxied(cluster, url, namespace, headers)
    if found is None:
        return _at_url(url.geturl(), headers)
    transport, where = found
    return Loki(transport, f"Loki ({where})", speed=cluster.speed)


def proxied(
    cluster: Proxy, url: SplitResult, namespace: str, headers: Mapping[str, str]
) -> tuple[Transport, str] | None:
    """The way to a Service by the API server's proxy, and its name; None for any other host."""
    service = _service(url, namespace)
    if service is None:
        return None
    target = f"https:{service.name}" if url.scheme == "https" else service.name

    def transport(path: str, params: Params) -> Answer:
        where = url.path.rstrip("/") + path
        reply = cluster.proxy_get(
            *(service.namespace, target, service.port, where, list(params.items())),
            headers=headers,
            timeout=TIMEOUT,
        )
        return Answer(reply.status, reply.body, reply.headers)

    return transport, f"service {service}"


def _service(url: SplitResult, namespace: str) -> Service | None:
    """The Service that a URL of the cluster's own names; None for any other host."""
    found = _IN_CLUSTER.fullmatch(url.hostname or "")
    if not found:
        return None
    port = url.port or (443 if url.scheme == "https" else 80)
    return Service(found[2] or namespace, found[1], port)


def _at_url(url: str, headers: Mapping[str, str], verify: str | bool = True) -> Loki:
    if not is_url(url):
        raise InfrastructureError(f"{url!r} is no URL of a Loki: write http://host:port.")
    place = urlsplit(url).netloc.rpartition("@")[2]
    return Loki(direct(url.rstrip("/"), headers, verify), f"Loki ({place})")


def direct(base: str, headers: Mapping[str, str], verify: str | bool) -> Transport:
    session = requests.Session()

    def transport(path: str, params: Params) -> Answer:
        reply = session.get(
            base + path, params=dict(params), headers=dict(headers), timeout=TIMEOUT, verify=verify
        )
        return Answer(reply.status_code, reply.content.decode("utf-8", "replace"), reply.headers)

    return transport


def _as_caller(cluster: Proxy, settings: LokiSettings) -> Loki:
    """The API server's proxy strips tokens: as a pod, or by a port-forward, or by the Route."""
    if caller.in_this_cluster(cluster.target):
        return _as_a_pod(settings)
    service = _service(settings.split, settings.namespace)
    headers = _headers(settings.tenant)
    if service is None:
        return _at_url(settings.url, _headers(settings.tenant, token_of(cluster.target)))
    transport, where = forwarded(cluster, settings, service, headers)
    return Loki(transport, f"Loki ({where})", speed=cluster.speed)


def _as_a_pod(settings: LokiSettings) -> Loki:
    """With the token and the authority that every pod is given."""
    account = caller.SERVICE_ACCOUNT
    authorities = (account / "service-ca.crt", account / "ca.crt")
    verify = next((str(file) for file in authorities if file.is_file()), True)
    token = (account / "token").read_text().strip()
    return _at_url(settings.url, _headers(settings.tenant, token), verify)
