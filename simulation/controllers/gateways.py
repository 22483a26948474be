"""The gateway of a LokiStack: TLS, the caller's token, the tenant by the path; Loki behind it.

Source: grafana/loki operator/internal/manifests/gateway*.go and openshift/opa_openshift.go: whoever
may `get` the resource named like the tenant, in the group loki.grafana.com, may read its logs.
"""

from __future__ import annotations

from aiohttp import web

from simulation.apiserver import ApiError, HttpRequest
from simulation.apiserver.access import Request
from simulation.apiserver.proxy import Handler
from simulation.controllers.hub import Hub, Json
from simulation.controllers.lokistacks import KIND
from simulation.controllers.podtemplate import is_ready
from simulation.controllers.tls_servers import TlsServers

PORT = 8080
PREFIX, TENANT = "/api/logs/v1/", "network"
COMPONENT = "lokistack-gateway"


class Gateways:
    """One server for each LokiStack."""

    def __init__(self, hub: Hub, servers: TlsServers, loki: Handler) -> None:
        self.hub, self._servers, self._loki = hub, servers, loki
        hub.store.proxy.leads.append(self.lead)

    async def lead(self, pod: Json, port: int) -> tuple[str, int] | None:
        labels = pod["metadata"].get("labels") or {}
        place = pod["metadata"]["namespace"], str(labels.get("app.kubernetes.io/instance"))
        gateway = labels.get("app.kubernetes.io/component") == COMPONENT
        if not gateway or port != PORT or self.hub.store.find(KIND, *place) is None:
            return None
        if not is_ready(pod):
            return None
        namespace, name = place
        return await self._servers.at(f"{name}-gateway-http.{namespace}", self._answer)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        tenant, _, rest = request.path.removeprefix(PREFIX).partition("/")
        known = tenant == TENANT or self._lies("gateway-mixes-tenants")
        if not request.path.startswith(PREFIX) or not known:
            return web.Response(status=404, text="404 page not found\n")
        if refusal := self._refusal(request.headers.get("Authorization", "")):
            return refusal
        query, headers = list(request.query.items()), dict(request.headers)
        body = await request.read()
        reply = await self._loki(HttpRequest(request.method, f"/{rest}", query, headers, body))
        kept = {k: v for k, v in reply.headers.items() if k.lower() != "content-length"}
        return web.Response(body=reply.body, status=reply.status, headers=kept)

    def _refusal(self, header: str) -> web.Response | None:
        """Without a token a browser is sent to the login page, as observatorium's gateway does."""
        if self._lies("gateway-asks-nobody"):
            return None
        if not header:
            return web.Response(status=302, headers={"Location": f"/openshift/{TENANT}/login"})
        if self._lies("gateway-believes-any-token"):
            return None
        access = self.hub.store.access
        try:
            user = access.authenticate(header)
        except ApiError:
            user = None
        if user is None or self._lies("gateway-refuses-tokens"):
            return web.Response(status=401, text="error authenticating the bearer token\n")
        ask = Request("get", group="loki.grafana.com", resource=TENANT, name="logs")
        if not access.allowed(user, ask) or self._lies("gateway-forbids-reading"):
            return web.Response(status=403, text="You don't have permission to access this tenant")
        return None

    def _lies(self, fault: str) -> bool:
        return self.hub.faults.active(fault)
