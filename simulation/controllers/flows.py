"""Where flows come from and where they go: agents by pod, flowlogs-pipeline by its pods, Loki.

An agent runs as its own pod tells it, so that one that has not rolled yet keeps the old
configuration; without a ready flowlogs-pipeline what the agents export is lost.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from catalog.upstream import AGENT_DAEMONSET, FLOW_COLLECTOR_NAME, PIPELINE_WORKLOAD
from simulation.agent import AgentConfig, Agents
from simulation.controllers import collector_agent, collector_pipeline
from simulation.controllers.collector_spec import DIGEST, CollectorSpec
from simulation.controllers.hub import Hub, Json
from simulation.controllers.podtemplate import is_going, is_ready
from simulation.loki import LokiStore
from simulation.pipeline import Pipeline

IGNORED_FAULT, STUCK_FAULT = "agents-ignore-configuration", "agent-stuck-after-installation"


class Flows:
    """Follows the pods of the agents and of flowlogs-pipeline."""

    def __init__(self, hub: Hub, loki: LokiStore) -> None:
        self.hub, self.loki = hub, loki
        self.agents = Agents(hub.world, self._export)
        self.pipeline: Pipeline | None = None
        self._agent_of: dict[str, str] = {}
        self._first: dict[str, AgentConfig] = {}
        self._digest = ""
        hub.seen["Pod"].on_change(self._on_pod)

    def _on_pod(self, event: str, pod: Json) -> None:
        app = (pod["metadata"].get("labels") or {}).get("app")
        lives = event != "DELETED" and is_ready(pod) and not is_going(pod)
        if app == AGENT_DAEMONSET:
            self._follow_agent(pod, lives)
        elif app in (PIPELINE_WORKLOAD, f"{PIPELINE_WORKLOAD}-transformer"):
            self._follow_pipeline(pod, lives)

    def _follow_agent(self, pod: Json, lives: bool) -> None:
        node, uid = pod["spec"].get("nodeName", ""), pod["metadata"]["uid"]
        if lives and self._agent_of.get(node) != uid:
            if node in self._agent_of:
                self.agents.stop(node)
            self._agent_of[node] = uid
            config = collector_agent.config_of(pod)
            blind = self._is_stuck(node)
            first = self._first.setdefault(node, config)
            if self.hub.faults.active(IGNORED_FAULT):
                # Not the sampling: at 1 of 50 it would be chance who misses what.
                config = replace(first, sampling=config.sampling)
            self.agents.start(node, config, blind=blind)
        elif not lives and self._agent_of.get(node) == uid:
            del self._agent_of[node]
            self.agents.stop(node)

    def _is_stuck(self, node: str) -> bool:
        """The agent that the installation brought to the first node, and none that follows it."""
        nodes = [each["metadata"]["name"] for each in self.hub.seen["Node"].all()]
        installed = node not in self._first
        return installed and node == min(nodes) and self.hub.faults.active(STUCK_FAULT)

    def _follow_pipeline(self, pod: Json, lives: bool) -> None:
        """The newest configuration that any ready pod runs is the one in force."""
        if lives:
            mark = (pod["metadata"].get("annotations") or {}).get(DIGEST, "")
            if mark != self._digest:
                self._configure(mark)
        elif not self._pipeline_lives():
            self._retire()

    def _pipeline_lives(self) -> bool:
        pods = self.hub.seen["Pod"].all()
        return any(
            (pod["metadata"].get("labels") or {}).get("app", "").startswith(PIPELINE_WORKLOAD)
            and is_ready(pod)
            and not is_going(pod)
            for pod in pods
        )

    def _configure(self, mark: str) -> None:
        collector = self.hub.seen["FlowCollector"].get("", FLOW_COLLECTOR_NAME)
        if collector is None:
            return
        spec = CollectorSpec(collector["spec"])
        if collector_pipeline.config_digest(spec) != mark:
            return
        self._retire()
        self._digest = mark
        push = self.loki.push if spec.writes_to_loki else _nowhere
        config = collector_pipeline.config_of(spec)
        self.pipeline = Pipeline(self.hub.world, config, push)

    def _retire(self) -> None:
        if self.pipeline is not None:
            self.pipeline.close()
        self.pipeline, self._digest = None, ""

    def _export(self, batch: Any) -> None:
        if self.pipeline is not None:
            self.pipeline.ingest(batch)


def _nowhere(labels: dict[str, str], at_ns: int, line: str) -> None:
    """`spec.loki.enable: false`: flows become metrics and are gone."""
