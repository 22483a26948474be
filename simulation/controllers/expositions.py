"""Prometheus text of the agents and of flowlogs-pipeline, where pods and Services serve it.

All replicas of flowlogs-pipeline are one in the model: its counts stand at the first ready pod, and
the others serve zeros.
"""

from __future__ import annotations

from collections.abc import Callable

from catalog.upstream import AGENT_DAEMONSET, PIPELINE_WORKLOAD
from simulation.apiserver import HttpReply, HttpRequest
from simulation.apiserver.proxy import Handler
from simulation.controllers.flows import Flows
from simulation.controllers.hub import Hub, Json
from simulation.controllers.podtemplate import is_going, is_ready
from simulation.pipeline.flow_metrics import FlowMetrics
from simulation.pipeline.totals import Totals

TEXT = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
AGENT_PORT, PIPELINE_PORT = 9400, 9401
PIPELINE_SERVICE = f"{PIPELINE_WORKLOAD}-prom"
PIPELINE_APPS = (PIPELINE_WORKLOAD, f"{PIPELINE_WORKLOAD}-transformer")


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

    def pods(self, *apps: str) -> list[Json]:
        """Ready pods of these apps, by name."""
        found = [
            pod
            for pod in self.hub.seen["Pod"].all()
            if app_of(pod) in apps and is_ready(pod) and not is_going(pod)
        ]
        return sorted(found, key=lambda pod: str(pod["metadata"]["name"]))

    def counts_of(self, name: str) -> tuple[Totals, FlowMetrics]:
        """What the pod of flowlogs-pipeline of that name has counted."""
        first = next(iter(self.pods(*PIPELINE_APPS)), None)
        pipeline = self.flows.pipeline
        if pipeline is None or first is None or first["metadata"]["name"] != name:
            return Totals(), FlowMetrics(self.hub.clock.now)
        return pipeline.totals, pipeline.flow_metrics

    def _on_pod(self, event: str, pod: Json) -> None:
        metadata, app, proxy = pod["metadata"], app_of(pod), self.hub.store.proxy
        if app != AGENT_DAEMONSET and app not in PIPELINE_APPS:
            return
        place, node = (
            (metadata["namespace"], f"pods/{metadata['name']}"),
            pod["spec"].get("nodeName"),
        )
        if event == "DELETED":
            proxy.remove(*place)
        elif node and not proxy.registered(*place):
            if app == AGENT_DAEMONSET:
                proxy.register(*place, AGENT_PORT, _page(lambda: self.flows.agents.metrics(node)))
            else:
                page = _page(lambda: self._printed(metadata["name"]))
                proxy.register(*place, PIPELINE_PORT, page)

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

    def _printed(self, pod: str) -> str:
        totals, flow_metrics = self.counts_of(pod)
        return totals.printed() + flow_metrics.printed()


def app_of(pod: Json) -> str:
    return str((pod["metadata"].get("labels") or {}).get("app", ""))
