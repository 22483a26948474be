"""Services and pods reached through the API server's proxy: who answers there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from simulation.apiserver.errors import ApiError
from simulation.apiserver.objects import Object


@dataclass(frozen=True)
class HttpRequest:
    """A request as the backend behind the proxy sees it."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class HttpReply:
    """What the backend answers."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Handler = Callable[[HttpRequest], Awaitable[HttpReply]]
Lead = Callable[[Object, int], Awaitable[tuple[str, int] | None]]
"""Where a pod's port is reached on this machine; None where nobody listens."""


class ServiceProxy:
    """Handlers by namespace, service (or "pods/NAME") and port number or name."""

    def __init__(self) -> None:
        self.leads: list[Lead] = []
        """Asked in turn where a pod's port is, for a port-forward."""
        self._handlers: dict[tuple[str, str], dict[str, Handler]] = {}

    def register(self, namespace: str, name: str, port: int | str, handler: Handler) -> None:
        self._handlers.setdefault((namespace, name), {})[str(port)] = handler

    def remove(self, namespace: str, name: str) -> None:
        self._handlers.pop((namespace, name), None)

    def find(self, namespace: str, name: str, port: str) -> Handler | None:
        """The handler of that port; with no port named, the only one there is."""
        ports = self._handlers.get((namespace, name), {})
        if not port and len(ports) == 1:
            return next(iter(ports.values()))
        return ports.get(port)

    def registered(self, namespace: str, name: str) -> bool:
        return (namespace, name) in self._handlers


def no_endpoints(service: str) -> ApiError:
    text = f'no endpoints available for service "{service}"'
    return ApiError(503, "ServiceUnavailable", text)
