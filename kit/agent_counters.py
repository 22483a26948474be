"""What the agents count of their flow filter's decisions, read from the agents themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.flow_filter import COUNTER_METRIC
from catalog.upstream import AGENT_DAEMONSET
from kit.agent_pages import AgentPages
from kit.cluster import Cluster
from kit.collector import Collector, agent_namespace
from kit.traffic import Traffic
from kit.verdict import Inconclusive, Verdict, met, unmet
from kit.wait import Waiting
from kit.workloads import unfinished


@dataclass(frozen=True)
class AgentCounters:
    """Sums over the agents of some nodes; an agent that counted nothing yet says nothing."""

    cluster: Cluster
    flow_collector: Mapping[str, Any]

    def read(self, nodes: Collection[str]) -> Counter[str]:
        namespace = agent_namespace(self.flow_collector)
        found = self.cluster.list("v1", "Pod", namespace, selector=f"app={AGENT_DAEMONSET}")
        pods = unfinished(found)
        names = [p["metadata"]["name"] for p in pods if p["spec"].get("nodeName") in nodes]
        if len(names) < len(set(nodes)):
            raise Inconclusive(f"there is no agent on each of the nodes {', '.join(sorted(nodes))}")
        return sum((self._of(name) for name in names), Counter())

    def _of(self, pod: str) -> Counter[str]:
        page = AgentPages(self.cluster, self.flow_collector).of(pod)
        counted = page.samples(COUNTER_METRIC)
        return Counter({labels["reason"]: int(value) for labels, value in counted})


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
