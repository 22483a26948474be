"""Prometheus text of the agents and of flowlogs-pipeline, where pods and Services serve it."""

from __future__ import annotations

from collections.abc import Callable

from catalog.upstream import AGENT_DAEMONSET, PIPELINE_WORKLOAD
from simulation.apiserver import HttpReply, HttpRequest
from simulation.apiserver.proxy import Handler
from simulation.controllers.flows import Flows
from simulation.controllers.hub import Hub, Json

TEXT = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
AGENT_PORT, PIPELINE_PORT = 9400, 9401
PIPELINE_SERVICE = f"{PIPELINE_WORKLOAD}-prom"


def _page(text: Callable[[], str]) -> Handler:
    async def answer(request: HttpRequest) -> HttpReply:
        if request.path.rstrip("/") not in ("/metrics", "metrics"):
            return HttpReply(404, TEXT, b"404 page not found\n")
        return HttpReply(200, TEXT, text().encode())

    return answer


class Expositions:
    def __init__(self, hub: Hub, flows: Flows) -> None:
        self.hub, self.flows = hub, flows
        hub.seen["Pod"].on_change(self._on_pod)
        hub.seen["Service"].on_change(self._on_service)

    def _on_pod(self, event: str, pod: Json) -> None:
        metadata = pod["metadata"]
        app, proxy = (metadata.get("labels") or {}).get("app"), self.hub.store.proxy
        if app != AGENT_DAEMONSET:
            return
        place, node = (
            (metadata["namespace"], f"pods/{metadata['name']}"),
            pod["spec"].get("nodeName"),
        )
        if event == "DELETED":
            proxy.remove(*place)
        elif node and not proxy.registered(*place):
            proxy.register(*place, AGENT_PORT, _page(lambda: self.flows.agents.metrics(node)))

    def _on_service(self, event: str, service: Json) -> None:
        metadata, proxy = service["metadata"], self.hub.store.proxy
        if metadata["name"] != PIPELINE_SERVICE:
            return
        place = metadata["namespace"], metadata["name"]
        if event == "DELETED":
            proxy.remove(*place)
        elif not proxy.registered(*place):
            for port in (PIPELINE_PORT, "prometheus"):
                proxy.register(*place, port, _page(self._pipeline))

    def _pipeline(self) -> str:
        return self.flows.pipeline.metrics() if self.flows.pipeline else ""
