"""The way to a Loki or a Prometheus from here: through the API server, as a pod, or as a caller."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from kit import caller
from kit.caller import TIMEOUT, Asked, forwarded, token_of
from kit.errors import InfrastructureError
from kit.forwarding import Service
from kit.loki.calls import Answer, Params, Transport
from kit.servers import Server, is_url
from kit.trust import named_trust

Verify = str | bool | ssl.SSLContext
"""A file of authorities, those of the system, none, or a context of its own."""
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


class Way(NamedTuple):
    """`where` is for sentences; `speed` is that of the clock behind it."""

    transport: Transport
    where: str
    speed: float = 1.0


def reach(cluster: Proxy, server: Server, headers: Mapping[str, str]) -> Way:
    """The first way that fits; InfrastructureError says what to do when there is none."""
    if server.wants_token:
        return _as_caller(cluster, server, headers)
    found = _proxied(cluster, server, headers)
    if found is None:
        return at(server, server.url.geturl(), headers, named_trust(cluster, server) or True)
    return found


def _proxied(cluster: Proxy, server: Server, headers: Mapping[str, str]) -> Way | None:
    """To a Service by the API server's proxy; None for any other host."""
    service, url = service_of(server), server.url
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

    return Way(transport, f"service {service}", cluster.speed)


def at(server: Server, url: str, headers: Mapping[str, str], verify: Verify = True) -> Way:
    """Straight to a URL."""
    if not is_url(url):
        raise InfrastructureError(f"{url!r} is no URL of a {server.kind}: write http://host:port.")
    place = urlsplit(url).netloc.rpartition("@")[2]
    follow = server.shown is None  # whoever shows no token would be led to a login page
    return Way(direct(url.rstrip("/"), headers, verify, follow=follow), place)


def with_token(headers: Mapping[str, str], token: str) -> dict[str, str]:
    return {**headers, **({"Authorization": f"Bearer {token}"} if token else {})}


class _Trusting(HTTPAdapter):
    """Believes whom its context believes."""

    def __init__(self, trusted: ssl.SSLContext) -> None:
        self._trusted = trusted
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._trusted, **kwargs)


def direct(
    base: str, headers: Mapping[str, str], verify: Verify, *, follow: bool = True
) -> Transport:
    session = requests.Session()
    if isinstance(verify, ssl.SSLContext):
        session.mount("https://", _Trusting(verify))
        verify = verify.verify_mode is not ssl.CERT_NONE

    def transport(path: str, params: Params) -> Answer:
        reply = session.get(
            base + path,
            params=dict(params),
            headers=dict(headers),
            timeout=TIMEOUT,
            verify=verify,
            allow_redirects=follow,
        )
        return Answer(reply.status_code, reply.content.decode("utf-8", "replace"), reply.headers)

    return transport


def service_of(server: Server) -> Service | None:
    """The Service that a URL of the cluster's own names; None for any other host."""
    url = server.url
    found = _IN_CLUSTER.fullmatch(url.hostname or "")
    if not found:
        return None
    port = url.port or (443 if url.scheme == "https" else 80)
    space = found[2] or server.namespace
    return Service(space, found[1], port, server.place, server.option)


def _as_caller(cluster: Proxy, server: Server, headers: Mapping[str, str]) -> Way:
    """The API server's proxy strips tokens: as a pod, or by a port-forward, or by the Route."""
    if caller.in_this_cluster(cluster.target):
        return _as_a_pod(cluster, server, headers)
    service = service_of(server)
    if service is None:
        own = with_token(headers, token_of(cluster.target, server))
        return at(server, server.url.geturl(), own, named_trust(cluster, server) or True)
    transport, where = forwarded(cluster, server, service, headers)
    return Way(transport, where, cluster.speed)


def _as_a_pod(cluster: Proxy, server: Server, headers: Mapping[str, str]) -> Way:
    """With the token and the authority that every pod is given."""
    account = caller.SERVICE_ACCOUNT
    authorities = (account / "service-ca.crt", account / "ca.crt")
    verify = next((str(file) for file in authorities if file.is_file()), True)
    mine = (account / "token").read_text().strip()
    own = with_token(headers, mine if server.shown is None else server.shown)
    named = named_trust(cluster, server)
    return at(server, server.url.geturl(), own, named or verify)
