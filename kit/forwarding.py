"""HTTP to one port behind a Service, over a port-forward of the API connection.

The API server's proxy takes the caller's token away; a port-forward carries TLS as it is, so that
the caller's token reaches the far side, and only the far side that its certificate names.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import urllib3
import websocket
from kubernetes import client
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import portforward
from urllib3.connection import HTTPConnection, HTTPSConnection

from kit.connection import CONNECT_SECONDS, configured
from kit.errors import InfrastructureError, Unanswered
from kit.kubeconfig import Target
from kit.wait import GRACE_OF_A_FAST_CLOCK

HANDSHAKE = re.compile(r"Handshake status (\d{3})")
WORKERS = 32
FAREWELL_SECONDS = 1.0
WHOLE_FRAME_SECONDS = 30.0
"""Real ones, for opening and for the rest of a frame that has begun; idle connections may stay."""


class Reached(Protocol):
    """What is needed of kit.cluster.Cluster."""

    @property
    def target(self) -> Target: ...
    @property
    def get(self) -> Callable[..., Any]:
        """Takes API version, kind, name and namespace."""

    @property
    def list(self) -> Callable[..., Any]:
        """Takes API version, kind, namespace and a label selector."""


@dataclass(frozen=True)
class Service:
    """One port of a Service; `str()` is how sentences name it.

    `place` is the field of the FlowCollector that names it, `option` names another way.
    """

    namespace: str
    name: str
    port: int
    place: str = "spec.loki"
    option: str = "--loki-url"

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}:{self.port}"

    @property
    def host(self) -> str:
        """What a certificate of OpenShift's service CA says that it is."""
        return f"{self.name}.{self.namespace}.svc"


def pool(
    cluster: Reached, service: Service, trusted: ssl.SSLContext | None
) -> urllib3.HTTPConnectionPool:
    """Connections to a ready pod behind the Service; plain HTTP where nothing is to be trusted."""
    dial = partial(_dial, cluster, service)
    timeout = urllib3.Timeout(connect=_seconds(cluster.target))
    if trusted is None:
        plain = urllib3.HTTPConnectionPool(
            service.host, service.port, timeout, WORKERS, retries=False
        )
        plain.ConnectionCls = partial(_Plain, dial)  # type: ignore[assignment]  # makes connections
        return plain
    safe = urllib3.HTTPSConnectionPool(
        service.host, service.port, timeout, WORKERS, retries=False, ssl_context=trusted
    )
    safe.ConnectionCls = partial(_Safe, dial)  # type: ignore[assignment]  # makes connections
    return safe


class _Dialled:
    """Bids farewell before it hangs up: the library's thread breaks where it reads a reset."""

    _dial: Callable[[], socket.socket]
    _kept: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        found = self._dial()
        self._kept = found.dup()
        return found

    def close(self) -> None:
        super().close()  # type: ignore[misc]  # of the connection that this is mixed into
        kept, self._kept = self._kept, None
        if kept is None:
            return
        with kept, suppress(OSError):
            kept.shutdown(socket.SHUT_WR)
            kept.settimeout(FAREWELL_SECONDS)
            while kept.recv(65536):
                pass


class _Plain(_Dialled, HTTPConnection):
    def __init__(self, dial: Callable[[], socket.socket], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dial = dial


class _Safe(_Dialled, HTTPSConnection):
    def __init__(self, dial: Callable[[], socket.socket], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dial = dial


def _dial(cluster: Reached, service: Service) -> socket.socket:
    pod, port = behind(cluster, service)
    websocket.setdefaulttimeout(WHOLE_FRAME_SECONDS)
    # A client of its own: for the call's duration the library changes the one that it is given.
    api = client.CoreV1Api(client.ApiClient(configured(cluster.target)))
    ask = api.connect_get_namespaced_pod_portforward
    try:
        opened = portforward(ask, pod, service.namespace, ports=str(port))
    except ApiException as error:
        raise _refused(error, cluster.target, service, f"{pod}:{port}") from None
    found: socket.socket = opened.socket(port)
    found.settimeout(_seconds(cluster.target))
    return found


def _seconds(target: Target) -> float:
    grace = GRACE_OF_A_FAST_CLOCK if target.speed > 1 else 0.0
    return grace + CONNECT_SECONDS / target.speed


def _refused(
    error: ApiException, target: Target, service: Service, pod: str
) -> InfrastructureError:
    """The library's own words hold headers and bodies: of them only the status is told."""
    where = f"{service.namespace}/{pod}"
    status = HANDSHAKE.search(str(error.reason))
    if status and status[1] in ("401", "403"):
        return InfrastructureError(
            f"The user of context {target.context!r} may not forward a port to pod {where} "
            f"({status[1]}): give it create and get on pods/portforward there, or pass "
            f"{service.option}."
        )
    told = f" ({status[1]})" if status else ""
    return Unanswered(f"The API server {target.server} forwards no port to pod {where}{told}.")


def behind(cluster: Reached, service: Service) -> tuple[str, int]:
    """A ready pod that the Service chooses, and its port; InfrastructureError says what lacks."""
    found = cluster.get("v1", "Service", service.name, service.namespace)
    if found is None:
        raise InfrastructureError(
            f"There is no Service {service.namespace}/{service.name}: "
            f"check {service.place} of the FlowCollector, and that what it names is installed."
        )
    chosen = found["spec"].get("selector") or {}
    selector = ",".join(f"{key}={value}" for key, value in sorted(chosen.items()))
    pods = cluster.list("v1", "Pod", service.namespace, selector=selector) if selector else []
    for pod in pods:
        if _ready(pod) and (port := _port(found, service.port, pod)):
            return pod["metadata"]["name"], port
    raise Unanswered(f"No ready pod stands behind the Service {service}.")


def _ready(pod: Mapping[str, Any]) -> bool:
    told = pod.get("status", {}).get("conditions") or ()
    going = pod["metadata"].get("deletionTimestamp")
    return not going and any((c["type"], c["status"]) == ("Ready", "True") for c in told)


def _port(service: Mapping[str, Any], number: int, pod: Mapping[str, Any]) -> int:
    """0 where the pod has no such port."""
    ports = [each for each in service["spec"].get("ports", ()) if each["port"] == number]
    wanted = (ports[0].get("targetPort") or number) if ports else 0
    if isinstance(wanted, int):
        return wanted
    held = (p for c in pod["spec"]["containers"] for p in c.get("ports", ()))
    return next((int(p["containerPort"]) for p in held if p.get("name") == wanted), 0)
