"""Loki as a workload: it answers while one of its pods is ready, and as the faults want it."""

from __future__ import annotations

import json

from simulation.apiserver import HttpReply, HttpRequest
from simulation.controllers.hub import Hub
from simulation.loki import LokiServer

REFUSALS = {
    "loki-down": (503, "Service Unavailable\n", {}),
    "loki-unauthorised": (401, "no org id\n", {}),
    "loki-forbidden": (403, json.dumps({"error": "You don't have permission"}), {}),
    "loki-throttled": (429, "too many outstanding requests\n", {"Retry-After": "1"}),
}
SERVED = ("loki-unauthorised", "loki-forbidden", "loki-throttled")
OPEN = ("/ready", "/metrics")


class Loki:
    """The handler behind the Service `loki`, port 3100."""

    def __init__(self, hub: Hub, server: LokiServer, namespace: str) -> None:
        self.hub, self.server = hub, server
        if hub.faults.active("loki-schema-v12"):
            server.config = server.config.replace("v13", "v12")
        for port in (3100, "http-metrics"):
            hub.store.proxy.register(namespace, "loki", port, self.answer)

    async def answer(self, request: HttpRequest) -> HttpReply:
        for name, (code, text, headers) in REFUSALS.items():
            if self.hub.faults.active(name) and not self._spared(name, request.path):
                return HttpReply(code, {"Content-Type": "text/plain", **headers}, text.encode())
        if request.path.strip("/") == "ready" and self.hub.faults.active("loki-not-ready"):
            said = b"Ingester not ready: waiting for 15s after being ready\n"
            return HttpReply(503, {"Content-Type": "text/plain"}, said)
        return await self.server(request)

    @staticmethod
    def _spared(fault: str, path: str) -> bool:
        return fault in SERVED and path in OPEN
