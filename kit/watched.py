"""Whose cost is measured, and what must not happen to them meanwhile: a state before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from catalog.upstream import AGENT_DAEMONSET, DEFAULT_NAMESPACE, PIPELINE_WORKLOAD
from kit.agent_pages import BUFFER, DROPPED, EVICTIONS, FLOW_MAP, SPENT, STARTED, TOLD, AgentPages
from kit.cluster import Cluster
from kit.collector import agent_namespace
from kit.errors import Refused
from kit.exposition import Page
from kit.pipeline_pages import PipelinePages
from kit.verdict import Inconclusive, NodeGone

SAME_START = 2.0
"""Seconds by which two readings of one process's start may differ: kernels count in ticks."""
KILLED, EVICTED = "OOMKilled", "Evicted"
ABOUT_EVICTIONS = f"reason={EVICTED}"
"""Source: kubelet pkg/kubelet/eviction/eviction_manager.go."""
NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Pod:
    """`component` is agent or pipeline; `killed` are the ends by an OOM kill."""

    name: str
    uid: str
    component: str
    node: str
    restarts: int
    killed: tuple[str, ...]
    evicted: bool
    runs: bool = True
    """Whether any of its containers does: others use nothing, and no sample tells of them."""


@dataclass(frozen=True)
class Agent:
    """From its own page: when its process started, what it has spent, told, lost and holds."""

    started: float
    spent: float
    told: float
    dropped: float
    held: float


@dataclass(frozen=True)
class State:
    pods: Mapping[str, Pod]
    agents: Mapping[str, Agent]
    nodes: frozenset[str]
    sent: float | None = None
    """Bytes that flowlogs-pipeline has sent to Loki, where it tells."""

    def of(self, component: str) -> list[Pod]:
        """By name; those that are to be measured, since they run."""
        found = [p for p in self.pods.values() if p.component == component and p.runs]
        return sorted(found, key=lambda pod: pod.name)


@dataclass(frozen=True)
class Watched:
    """Reads the state of agents, flowlogs-pipeline and nodes."""

    cluster: Cluster
    flow_collector: Mapping[str, Any]

    @property
    def namespaces(self) -> dict[str, str]:
        own = self.flow_collector["spec"].get("namespace", DEFAULT_NAMESPACE)
        return {"agent": agent_namespace(self.flow_collector), "pipeline": str(own)}

    def read(self) -> State:
        pods = {pod.name: pod for pod in self._pods()}
        for component in ("agent", "pipeline"):
            if not any(pod.component == component and pod.runs for pod in pods.values()):
                where = self.namespaces[component]
                raise Inconclusive(f"no {component} pod runs in {where}: nothing to measure")
        pages = AgentPages(self.cluster, self.flow_collector)
        names = [p.name for p in pods.values() if p.component == "agent" and p.runs]
        agents = {name: _agent(name, pages.of(name)) for name in names}
        own = [p.name for p in pods.values() if p.component == "pipeline" and p.runs]
        pipeline = PipelinePages(self.cluster, self.flow_collector)
        sent = pipeline.bytes_sent(self.namespaces["pipeline"], own)
        return State(pods, agents, frozenset(self._ready_nodes()), sent)

    def has_replaced(self, names: Set[str], before: State) -> bool:
        """Whether one of them has left the cluster, and no eviction says why."""
        if not names:
            return False
        left = names - {pod.name for pod in self._pods()}
        return bool(left) and self.evicted().keys().isdisjoint(before.pods[n].uid for n in left)

    def _pods(self) -> Iterator[Pod]:
        for component, namespace in self.namespaces.items():
            for item in self.cluster.list("v1", "Pod", namespace):
                app = str((item["metadata"].get("labels") or {}).get("app", ""))
                wanted = AGENT_DAEMONSET if component == "agent" else PIPELINE_WORKLOAD
                if app.startswith(wanted) and "deletionTimestamp" not in item["metadata"]:
                    yield _pod(component, item)

    def evicted(self) -> dict[str, str]:
        """What the kubelets have said of pods that they took off their nodes, by uid of the pod.

        A DaemonSet's is deleted at once: no status tells why it is gone. Nothing where events may
        not be listed.
        """
        found = {}
        for namespace in self.namespaces.values():
            with suppress(Refused):
                for event in self.cluster.list("v1", "Event", namespace, fields=ABOUT_EVICTIONS):
                    about = event.get("involvedObject") or {}
                    found[str(about.get("uid"))] = str(event.get("message", "")).strip()
        return found

    def _ready_nodes(self) -> Iterator[str]:
        for node in self.cluster.list("v1", "Node"):
            conditions = node.get("status", {}).get("conditions", ())
            if any(c["type"] == "Ready" and c["status"] == "True" for c in conditions):
                yield str(node["metadata"]["name"])


def _pod(component: str, item: Mapping[str, Any]) -> Pod:
    status = item.get("status", {})
    containers = status.get("containerStatuses", ())
    evicted = status.get("phase") == "Failed" and status.get("reason") == EVICTED
    ends = [each.get(when, {}).get("terminated", {}) for each in containers for when in _ENDS]
    return Pod(
        name=item["metadata"]["name"],
        uid=item["metadata"]["uid"],
        component=component,
        node=item["spec"].get("nodeName", ""),
        restarts=sum(int(each.get("restartCount", 0)) for each in containers),
        killed=tuple(
            str(end.get("finishedAt")) for end in ends if end and end.get("reason") == KILLED
        ),
        evicted=evicted,
        runs=not evicted and any("running" in each.get("state", {}) for each in containers),
    )


_ENDS = ("state", "lastState")


def _agent(name: str, page: Page) -> Agent:
    if not page.has(EVICTIONS):
        raise Inconclusive(f"the page of agent {name} lacks {EVICTIONS}: it is no agent's page")
    return Agent(
        started=page.total(STARTED),
        spent=page.total(SPENT),
        told=page.total(TOLD),
        dropped=page.total(DROPPED),
        held=page.total(BUFFER, name=FLOW_MAP),
    )


def disturbances(before: State, after: State, evictions: Mapping[str, str] = NONE) -> Iterator[str]:
    """What counts as over budget; Inconclusive where nobody can say what was measured.

    `evictions` is what was said of evicted pods, by their uid.
    """
    if gone := sorted(before.nodes - after.nodes):
        raise NodeGone(f"node {', '.join(gone)} went away while its pods were measured")
    for name, pod in after.pods.items():
        if pod.evicted and (name not in before.pods or not before.pods[name].evicted):
            yield f"{pod.component} {name} was evicted from {pod.node}"
    for name, pod in before.pods.items():
        if pod.evicted or (name in after.pods and after.pods[name].evicted):
            continue
        if name not in after.pods and pod.uid in evictions:
            yield f"{pod.component} {name} was evicted from {pod.node} ({evictions[pod.uid]})"
            continue
        if name not in after.pods:
            raise Inconclusive(f"{pod.component} {name} was replaced while it was measured")
        yield from _restarts(pod, after.pods[name])
    for name, agent in before.agents.items():
        if name in after.agents:
            restarted = after.pods[name].restarts > before.pods[name].restarts
            yield from _losses(name, agent, after.agents[name], restarted)


def _restarts(before: Pod, after: Pod) -> Iterator[str]:
    who = f"{after.component} {after.name} on {after.node}"
    if new := [at for at in after.killed if at not in before.killed]:
        yield f"{who} was killed for its memory at {new[-1]} (OOMKilled)"
    if after.restarts > before.restarts:
        yield f"{who} restarted: {before.restarts} restarts before, {after.restarts} after"


def _losses(name: str, before: Agent, after: Agent, restarted: bool) -> Iterator[str]:
    anew = after.started - before.started > SAME_START
    if anew and not restarted:
        yield f"agent {name} started its process anew, though its status counts no restart"
    lost = after.dropped - (0 if anew else before.dropped)
    if lost > 0:
        yield f"agent {name} dropped {lost:.0f} flows (dropped_flows_total)"
