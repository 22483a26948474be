"""The cluster's own traffic as it is: read from Loki and judged, with nothing sent and changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from catalog.features import DNS_TRACKING, FLOW_RTT, PACKET_TRANSLATION, Feature
from kit.asks import Ask
from kit.cluster import SUITE, Cluster
from kit.collector import find_flow_collector
from kit.connection import Connection
from kit.logql import Query
from kit.loki import Flow, Loki
from kit.pipeline import pipeline
from kit.schema import Schema
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting

APP = "netobserv-flowcollector"
"""The stream label that every flow has. Source: operator flp_pipeline_builder.go, Loki's labels."""

FIRST_WINDOW, ENOUGH = 15.0, 2000
"""Seconds that are read first, and the flows after which no older ones are: clusters can be big."""

TELLING = 20
"""Flows that may carry a feature's fields before it means something that none does."""

TCP, UDP, DNS_PORTS = 6, 17, (53, 5353)
MAY_SHOW: Mapping[str, Callable[[Flow], bool]] = {
    FLOW_RTT.name: lambda flow: bool(flow.get("Proto") == TCP),
    DNS_TRACKING.name: lambda flow: flow.get("Proto") == UDP and flow.get("SrcPort") in DNS_PORTS,
    PACKET_TRANSLATION.name: lambda flow: bool(flow.get("DstK8S_Type") == "Service"),
}
"""Which flows carry a feature's fields on any cluster; of the other features no flow has to."""


@dataclass(frozen=True)
class Observed:
    """Flows of the last `seconds`, newest included; `nodes` are the addresses of each by name."""

    flows: Sequence[Flow]
    seconds: float
    nodes: Mapping[str, Sequence[str]]
    filtered: bool = False

    @property
    def silent(self) -> list[str]:
        """Nodes whose agent has sent nothing."""
        seen = {str(flow.get("AgentIP", "")) for flow in self.flows}
        return sorted(name for name, addresses in self.nodes.items() if not seen & {*addresses})

    def of_every_node(self) -> Verdict:
        """Every node talks, to its API server if to nobody else."""
        count, silent = len(self._some()), ", ".join(self.silent)
        if not self.nodes:
            raise Inconclusive("no node of the cluster is ready")
        if not silent:
            return met(f"{count} flows of {len(self.nodes)} nodes")
        if self.filtered:
            raise Inconclusive(f"a flow filter is in force, and no flow of {silent} passed it")
        return unmet(f"the agents of {silent} left no flow in {self.seconds:g} s")

    def fits(self) -> Verdict:
        schema = Schema()
        schema.take(self._some())
        return schema.verdict()

    def shows(self, feature: Feature) -> Verdict:
        shown = self._showing(feature)
        if shown:
            return met(f"{len(shown)} of {len(self.flows)} flows show {feature.phrase}")
        if feature.name not in MAY_SHOW:
            raise Inconclusive(
                f"none of {len(self.flows)} flows shows {feature.phrase}, and none has to: a run "
                "with traffic of its own can tell"
            )
        able = self._able(feature)
        return unmet(f"none of {able} flows that have a reason to shows {feature.phrase}")

    def lacks(self, feature: Feature) -> Verdict:
        shown = self._showing(feature)
        if shown:
            told = f"{len(shown)} of {len(self.flows)} flows show {feature.phrase}, which is off"
            return unmet(told, shown[0].line)
        return met(f"none of {self._able(feature)} flows that could shows {feature.phrase}")

    def _showing(self, feature: Feature) -> list[Flow]:
        return [flow for flow in self._some() if _has(flow, feature)]

    def _able(self, feature: Feature) -> int:
        """How many flows had a reason to show it; Inconclusive when too few to mean anything."""
        may = MAY_SHOW.get(feature.name)
        able = len([flow for flow in self.flows if may is None or may(flow)])
        if able < TELLING:
            raise Inconclusive(
                f"no flow shows {feature.phrase}, and of {len(self.flows)} flows only {able} had a "
                f"reason to: {TELLING} are needed, or a run with traffic of its own"
            )
        return able

    def _some(self) -> Sequence[Flow]:
        if not self.flows:
            raise Inconclusive(
                f"Loki holds no flow of the last {self.seconds:g} s: nothing can be judged"
            )
        return self.flows


def observe(cluster: Cluster, loki: Loki, waiting: Waiting, seconds: float) -> Observed:
    """The newest flows of the last `seconds`, by the clock of the API server.

    Where a node has none, its flows may be on their way: they are given the pipeline's time.
    """
    collector = find_flow_collector(cluster)
    ebpf = collector["spec"].get("agent", {}).get("ebpf", {})
    filtered, nodes = bool(ebpf.get("flowFilter", {}).get("enable")), _nodes(cluster)
    seen: list[Observed] = []

    def look() -> Observed:
        flows = newest(loki, _now(cluster), seconds)
        seen.append(Observed(flows, seconds, nodes, filtered))
        return seen[-1]

    with suppress(Unmet):  # what is lacking is the claims' to tell
        waiting.eventually(
            look,
            lambda observed: unmet("not yet") if observed.silent else met(),
            within=pipeline(collector).deadline,
            what="flows of every node",
        )
    return seen[-1]


def newest(loki: Loki, now: float, seconds: float) -> list[Flow]:
    """Window by window into the past, each twice as long, until there are enough."""
    query = Query().where(app=APP)
    found: dict[tuple[int, str], Flow] = {}
    end, span, oldest = now, FIRST_WINDOW, now - seconds
    while end > oldest and len(found) < ENOUGH:
        start = max(oldest, end - span)
        found |= {(flow.at_ns, flow.line): flow for flow in loki.flows(query, start, end)}
        end, span = start, 2 * span
    return [found[key] for key in sorted(found)]


def is_on(collector: Mapping[str, Any], feature: Feature) -> bool:
    ebpf = collector.get("spec", {}).get("agent", {}).get("ebpf", {})
    unprivileged = feature.privileged and not ebpf.get("privileged")
    return feature.name in ebpf.get("features", ()) and not unprivileged


def _has(flow: Flow, feature: Feature) -> bool:
    added = any(flow.get(field.key) not in (None, "", []) for field in feature.adds)
    return added or any(any(flow.get(field.key) or ()) for field in feature.fills)


def _nodes(cluster: Cluster) -> dict[str, list[str]]:
    """Of nodes that are ready: an agent speaks from any of its node's addresses."""
    return {
        node["metadata"]["name"]: [
            each["address"]
            for each in node.get("status", {}).get("addresses", ())
            if each["type"] == "InternalIP"
        ]
        for node in cluster.list("v1", "Node")
        if _is_ready(node)
    }


def _is_ready(node: Mapping[str, Any]) -> bool:
    conditions = node.get("status", {}).get("conditions", ())
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _now(cluster: Cluster) -> float:
    """Epoch seconds of the cluster: ours may go wrong by more than the flows are old."""
    answer = Connection(cluster.target, SUITE).ask(Ask("GET", "/version"))
    date = answer.headers.get("Date")
    return (parsedate_to_datetime(date) if date else datetime.now(UTC)).timestamp() + 1
