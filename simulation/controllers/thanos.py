"""The Thanos querier of OpenShift: TLS and the token of the caller in front of a Prometheus.

Source: cluster-monitoring-operator, assets/thanos-querier: kube-rbac-proxy asks whether the caller
may do to `prometheuses/api` of `k8s` what its HTTP method means.
"""

from __future__ import annotations

from aiohttp import web

from simulation.apiserver import ApiError, HttpRequest
from simulation.apiserver.access import Request
from simulation.apiserver.proxy import Handler
from simulation.controllers.hub import Hub, Json
from simulation.controllers.podtemplate import is_ready
from simulation.controllers.tls_servers import TlsServers

NAMESPACE, NAME, PORT = "openshift-monitoring", "thanos-querier", 9091
VERBS = {"GET": "get", "POST": "create"}


class Thanos:
    def __init__(self, hub: Hub, servers: TlsServers, prometheus: Handler) -> None:
        self.hub, self._servers, self._prometheus = hub, servers, prometheus
        hub.store.proxy.leads.append(self.lead)

    async def lead(self, pod: Json, port: int) -> tuple[str, int] | None:
        metadata = pod["metadata"]
        querier = (metadata.get("labels") or {}).get("app") == NAME
        if metadata["namespace"] != NAMESPACE or not querier or port != PORT or not is_ready(pod):
            return None
        return await self._servers.at(f"{NAME}.{NAMESPACE}", self._answer)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        access = self.hub.store.access
        try:
            user = access.authenticate(request.headers.get("Authorization", ""))
        except ApiError:
            return web.Response(status=401, text="Unauthorized\n")
        ask = Request(
            VERBS.get(request.method, request.method.lower()),
            group="monitoring.coreos.com",
            resource="prometheuses",
            subresource="api",
            namespace=NAMESPACE,
            name="k8s",
        )
        if not access.allowed(user, ask):
            said = f"Forbidden (user={user.name}, verb={ask.verb}, resource=prometheuses)\n"
            return web.Response(status=403, text=said)
        query, body = list(request.query.items()), await request.read()
        asked = HttpRequest(request.method, request.path, query, dict(request.headers), body)
        reply = await self._prometheus(asked)
        kept = {k: v for k, v in reply.headers.items() if k.lower() != "content-length"}
        return web.Response(body=reply.body, status=reply.status, headers=kept)
