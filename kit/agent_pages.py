"""The agents' own /metrics pages, through the API server's proxy.

promhttp serves the default registry, so that Go's process collector is there too.
Source: ebpf-agent 1.12, pkg/prometheus/prom_server.go and pkg/metrics/metrics.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.flow_filter import METRICS_PORT
from kit.cluster import Cluster
from kit.collector import agent_namespace
from kit.errors import InfrastructureError
from kit.exposition import Page
from kit.verdict import Inconclusive

TRIES = 3
PREFIX = "netobserv_agent_"
EVICTIONS, DROPPED = f"{PREFIX}evictions_total", f"{PREFIX}dropped_flows_total"
TOLD = f"{PREFIX}evicted_flows_total"
BUFFER, FLOW_MAP = f"{PREFIX}buffer_size", "flowmap"
STARTED, SPENT = "process_start_time_seconds", "process_cpu_seconds_total"


@dataclass(frozen=True)
class AgentPages:
    """Reads the pages of single agents; Inconclusive where one cannot be read."""

    cluster: Cluster
    flow_collector: Mapping[str, Any]

    def of(self, pod: str) -> Page:
        """Asked again where the way there fails: the API server's proxy repeats nothing itself."""
        namespace, (scheme, port) = agent_namespace(self.flow_collector), self._server()
        why = ""
        for _ in range(TRIES):
            try:
                reply = self.cluster.proxy_get(
                    namespace, f"{scheme}{pod}", port, "metrics", through="pods"
                )
            except InfrastructureError as error:
                why = str(error)
                continue
            if reply.status == 200:
                return Page(reply.body)
            why = f"HTTP {reply.status} {reply.body.strip()}"
        raise Inconclusive(f"the metrics of agent {pod} on port {port} cannot be read: {why}")

    def _server(self) -> tuple[str, int]:
        metrics = self.flow_collector["spec"].get("agent", {}).get("ebpf", {}).get("metrics", {})
        if metrics.get("enable") is False:
            raise Inconclusive("the agents serve no metrics: set spec.agent.ebpf.metrics.enable")
        server = metrics.get("server", {})
        secure = server.get("tls", {}).get("type", "Disabled") != "Disabled"
        return "https:" if secure else "", int(server.get("port") or METRICS_PORT)
