"""The HTTP side of the Loki: routes, tenants and status codes."""

from __future__ import annotations

from collections.abc import Callable

from simulation.apiserver.proxy import HttpReply, HttpRequest
from simulation.loki.store import LokiStore

TENANT_HEADER = "x-scope-orgid"


class LokiServer:
    """Handler for the service proxy. With `auth_enabled` every call must name a tenant."""

    def __init__(
        self, store: LokiStore, now: Callable[[], float], *, tenant: str = "", queries: int = 0
    ) -> None:
        """`tenant` is the owner of `store`; with none the tenant header is ignored."""
        self.store, self.now, self.tenant, self.queries = store, now, tenant, queries

    async def __call__(self, request: HttpRequest) -> HttpReply:
        return HttpReply(404, {}, b"404 page not found\n")
