"""Where a cluster's Loki is, as its FlowCollector says, and how to get there from here."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

import requests

from catalog.upstream import DEFAULT_NAMESPACE
from kit.errors import InfrastructureError
from kit.loki.calls import Answer, Params, Transport
from kit.loki.client import Loki

TIMEOUT = 30.0
TENANT_HEADER = "X-Scope-OrgID"
TOKEN_VARIABLE = "LOKI_TOKEN"  # noqa: S105  # the variable's name, not a token
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_DEFAULT_URLS = {
    "Monolithic": ("monolithic", "url", "http://loki:3100/"),
    "Manual": ("manual", "querierUrl", "http://loki:3100/"),
    "Microservices": ("microservices", "querierUrl", "http://loki-query-frontend:3100/"),
}
"""Mode, and where it keeps the URL to ask. Source: operator flowcollector_types.go, spec.loki."""

_IN_CLUSTER = re.compile(r"([a-z][a-z0-9-]*)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local\.?)?)?)?")


class _Reply(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> str: ...


class Proxy(Protocol):
    """What is needed of kit.cluster.Cluster."""

    @property
    def speed(self) -> float: ...
    @property
    def proxy_get(self) -> Callable[..., _Reply]:
        """Takes namespace, service, port, path, pairs of parameters, headers and timeout."""


def find_loki(cluster: Proxy, flow_collector: Mapping[str, Any], loki_url: str | None) -> Loki:
    """A Loki that can be asked; InfrastructureError says what to do when there is none."""
    spec = flow_collector.get("spec", {})
    loki = spec.get("loki", {})
    namespace, mode = spec.get("namespace") or DEFAULT_NAMESPACE, loki.get("mode", "Monolithic")
    if not loki.get("enable", True):
        raise InfrastructureError(
            "The FlowCollector stores no flows (spec.loki.enable is false): enable Loki there."
        )
    if loki_url:
        token = os.environ.get(TOKEN_VARIABLE, "")
        return _at_url(loki_url, _headers(_tenant(loki, mode), token))
    if mode == "LokiStack":
        return _lokistack(loki.get("lokiStack", {}), namespace)
    if mode not in _DEFAULT_URLS:
        raise InfrastructureError(f"spec.loki.mode {mode!r} is not known: pass --loki-url.")
    part, key, default = _DEFAULT_URLS[mode]
    settings = loki.get(part, {})
    if settings.get("authToken", "Disabled") != "Disabled":
        return _with_own_token(settings.get(key, default), _tenant(loki, mode))
    url = urlsplit(settings.get(key, default))
    return _by_url(cluster, url, namespace, _headers(_tenant(loki, mode)))


def _tenant(loki: Mapping[str, Any], mode: str) -> str:
    """The gateway of a LokiStack knows the tenant from the path, not from a header."""
    if mode not in _DEFAULT_URLS:
        return ""
    return str(loki.get(_DEFAULT_URLS[mode][0], {}).get("tenantID", "netobserv"))


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
    found = _IN_CLUSTER.fullmatch(url.hostname or "")
    if not found:
        return None
    service, space = found[1], found[2] or namespace
    port = url.port or (443 if url.scheme == "https" else 80)
    target = f"https:{service}" if url.scheme == "https" else service

    def transport(path: str, params: Params) -> Answer:
        where = url.path.rstrip("/") + path
        reply = cluster.proxy_get(
            space, target, port, where, list(params.items()), headers=headers, timeout=TIMEOUT
        )
        return Answer(reply.status, reply.body, reply.headers)

    return transport, f"service {space}/{service}:{port}"


def _at_url(url: str, headers: Mapping[str, str], verify: str | bool = True) -> Loki:
    bare = urlsplit(url)
    if bare.scheme not in ("http", "https") or not bare.hostname:
        raise InfrastructureError(f"{url!r} is no URL of a Loki: write http://host:port.")
    place = bare.netloc.rpartition("@")[2]
    return Loki(direct(url.rstrip("/"), headers, verify), f"Loki ({place})")


def direct(base: str, headers: Mapping[str, str], verify: str | bool) -> Transport:
    session = requests.Session()

    def transport(path: str, params: Params) -> Answer:
        reply = session.get(
            base + path, params=dict(params), headers=dict(headers), timeout=TIMEOUT, verify=verify
        )
        return Answer(reply.status_code, reply.content.decode("utf-8", "replace"), reply.headers)

    return transport


def _lokistack(settings: Mapping[str, Any], namespace: str) -> Loki:
    """The gateway wants the caller's own token, which the API server's proxy strips."""
    name, space = settings.get("name", "loki"), settings.get("namespace") or namespace
    host = f"{name}-gateway-http.{space}.svc.cluster.local"
    return _with_own_token(f"https://{host}:8080/api/logs/v1/network", "")


def _with_own_token(url: str, tenant: str) -> Loki:
    """As a pod, with the token and the authority that every pod is given."""
    token = SERVICE_ACCOUNT / "token"
    if not token.is_file():
        raise InfrastructureError(
            f"This Loki wants a token ({url}), which the API server's proxy does not pass on:"
            f" pass --loki-url with a URL that is reachable from here, and set {TOKEN_VARIABLE}."
        )
    authorities = (SERVICE_ACCOUNT / "service-ca.crt", SERVICE_ACCOUNT / "ca.crt")
    verify = next((str(file) for file in authorities if file.is_file()), True)
    return _at_url(url, _headers(tenant, token.read_text().strip()), verify)
