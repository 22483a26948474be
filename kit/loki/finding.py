"""Where a cluster's Loki is, as its FlowCollector says, and how to get there from here."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter

from kit.errors import InfrastructureError
from kit.forwarding import Service
from kit.loki import caller
from kit.loki.caller import TIMEOUT, TOKEN_VARIABLE, Asked, forwarded, named_trust, token_of
from kit.loki.calls import Answer, Params, Transport
from kit.loki.client import Loki
from kit.loki.settings import LokiSettings, is_url, read

Verify = str | bool | ssl.SSLContext
"""A file of authorities, those of the system, none, or a context of its own."""
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
    return _by_url(cluster, settings)


def _headers(tenant: str, token: str = "") -> dict[str, str]:
    headers = {TENANT_HEADER: tenant} if tenant else {}
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def _by_url(cluster: Proxy, settings: LokiSettings) -> Loki:
    """Services through the API server's proxy, anything else directly."""
    headers = _headers(settings.tenant)
    found = proxied(cluster, settings.split, settings.namespace, headers)
    if found is None:
        return _at_url(settings.url, headers, named_trust(cluster, settings) or True)
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


def _at_url(url: str, headers: Mapping[str, str], verify: Verify = True) -> Loki:
    if not is_url(url):
        raise InfrastructureError(f"{url!r} is no URL of a Loki: write http://host:port.")
    place = urlsplit(url).netloc.rpartition("@")[2]
    return Loki(direct(url.rstrip("/"), headers, verify), f"Loki ({place})")


class _Trusting(HTTPAdapter):
    """Believes whom its context believes."""

    def __init__(self, trusted: ssl.SSLContext) -> None:
        self._trusted = trusted
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._trusted, **kwargs)


def direct(base: str, headers: Mapping[str, str], verify: Verify) -> Transport:
    session = requests.Session()
    if isinstance(verify, ssl.SSLContext):
        session.mount("https://", _Trusting(verify))
        verify = verify.verify_mode is not ssl.CERT_NONE

    def transport(path: str, params: Params) -> Answer:
        reply = session.get(
            base + path, params=dict(params), headers=dict(headers), timeout=TIMEOUT, verify=verify
        )
        return Answer(reply.status_code, reply.content.decode("utf-8", "replace"), reply.headers)

    return transport


def _as_caller(cluster: Proxy, settings: LokiSettings) -> Loki:
    """The API server's proxy strips tokens: as a pod, or by a port-forward, or by the Route."""
    if caller.in_this_cluster(cluster.target):
        return _as_a_pod(settings, named_trust(cluster, settings))
    service = _service(settings.split, settings.namespace)
    headers = _headers(settings.tenant)
    if service is None:
        own = _headers(settings.tenant, token_of(cluster.target))
        return _at_url(settings.url, own, named_trust(cluster, settings) or True)
    transport, where = forwarded(cluster, settings, service, headers)
    return Loki(transport, f"Loki ({where})", speed=cluster.speed)


def _as_a_pod(settings: LokiSettings, named: ssl.SSLContext | None) -> Loki:
    """With the token and the authority that every pod is given."""
    account = caller.SERVICE_ACCOUNT
    authorities = (account / "service-ca.crt", account / "ca.crt")
    verify = next((str(file) for file in authorities if file.is_file()), True)
    token = (account / "token").read_text().strip()
    return _at_url(settings.url, _headers(settings.tenant, token), named or verify)
