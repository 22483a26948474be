"""What the agents count of their flow filter's decisions, read from the agents themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.flow_filter import COUNTER_METRIC, METRICS_PORT
from catalog.upstream import AGENT_DAEMONSET
from kit.cluster import Cluster
from kit.collector import Collector, agent_namespace
from kit.errors import InfrastructureError
from kit.traffic import Traffic
from kit.verdict import Inconclusive, Verdict, met, unmet
from kit.wait import Waiting

_SAMPLE = re.compile(rf'^{COUNTER_METRIC}{{[^}}]*reason="(\w+)"[^}}]*}} (\S+)$', re.MULTILINE)


@dataclass(frozen=True)
class AgentCounters:
    """Sums over the agents of some nodes; an agent that counted nothing yet says nothing."""

    cluster: Cluster
    flow_collector: Mapping[str, Any]

    def read(self, nodes: Collection[str]) -> Counter[str]:
        namespace = agent_namespace(self.flow_collector)
        pods = self.cluster.list("v1", "Pod", namespace, selector=f"app={AGENT_DAEMONSET}")
        names = [p["metadata"]["name"] for p in pods if p["spec"].get("nodeName") in nodes]
        if len(names) < len(set(nodes)):
            raise Inconclusive(f"there is no agent on each of the nodes {', '.join(sorted(nodes))}")
        return sum((self._of(namespace, name) for name in names), Counter())

    def _of(self, namespace: str, pod: str) -> Counter[str]:
        scheme, port = self._server()
        where = f"the metrics of agent {pod} on port {port}"
        try:
            reply = self.cluster.proxy_get(
                namespace, f"{scheme}{pod}", port, "metrics", through="pods"
            )
        except InfrastructureError as error:
            raise Inconclusive(f"{where} cannot be read: {error}") from None
        if reply.status != 200:
            raise Inconclusive(f"{where} cannot be read: HTTP {reply.status} {reply.body.strip()}")
        return Counter({name: int(float(value)) for name, value in _SAMPLE.findall(reply.body)})

    def _server(self) -> tuple[str, int]:
        metrics = self.flow_collector["spec"].get("agent", {}).get("ebpf", {}).get("metrics", {})
        if metrics.get("enable") is False:
            raise Inconclusive("the agents serve no metrics: set spec.agent.ebpf.metrics.enable")
        server = metrics.get("server", {})
        secure = server.get("tls", {}).get("type", "Disabled") != "Disabled"
        return "https:" if secure else "", int(server.get("port") or METRICS_PORT)


@dataclass(frozen=True)
class Counting:
    """Whether traffic moves the counters of the agents that see it."""

    cluster: Cluster
    collector: Collector
    waiting: Waiting

    def adds(self, send: Callable[[], Traffic], node: str, counter: str, least: int) -> None:
        """Send between two readings of a node's agent, which counts anew at each eviction."""
        counters = AgentCounters(self.cluster, self.collector.read())
        before = counters.read({node})[counter]
        send()

        def judge(now: Counter[str]) -> Verdict:
            more = now[counter] - before
            told = f"the agent on {node} counts {counter} {before} before and {now[counter]} after"
            return met(told) if more >= least else unmet(f"{told}, expected {least} more")

        self.waiting.eventually(
            lambda: counters.read({node}),
            judge,
            within=self.collector.pipeline().deadline,
            what=f"packets count as {counter}",
        )
