"""The parts of the pipeline: their workloads, their pods, and what those run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.upstream import (
    AGENT_DAEMONSET,
    DEFAULT_NAMESPACE,
    PIPELINE_WORKLOAD,
    PLUGIN_DEPLOYMENT,
)
from kit.cluster import Cluster
from kit.collector import agent_namespace
from kit.verdict import Verdict, met, unmet
from kit.workloads import is_ready, living, rolled_out

Object = Mapping[str, Any]
AGENT, PIPELINE, PLUGIN = "agent", "flowlogs-pipeline", "console plugin"


@dataclass(frozen=True)
class Part:
    """One workload of the pipeline and its pods, finished and going ones left out."""

    name: str
    kind: str
    workload: Object | None
    pods: list[dict[str, Any]] = field(default_factory=list)
    where: str = ""

    def rolled_out(self) -> Verdict:
        """All pods that are wanted run the newest template and are ready."""
        found = rolled_out(self.workload)
        if found.met:
            return met(f"{self.where}: {found.because}")
        return unmet(f"{self.where}: {found.because}", self.troubles())

    def one_image(self) -> Verdict:
        """By the pods' specs: one tag may stand for several digests over time."""
        images = self.images()
        if not images:
            return unmet(f"{self.where} has no pod")
        if len(images) > 1:
            told = "; ".join(f"{image} on {', '.join(pods)}" for image, pods in images.items())
            return unmet(f"pods of {self.where} run different images: {told}")
        return met(f"{self.where} runs {next(iter(images))}")

    def images(self) -> dict[str, list[str]]:
        """The image of the first container, and the pods that run it."""
        found: dict[str, list[str]] = {}
        for pod in self.pods:
            image = str(pod["spec"]["containers"][0].get("image", ""))
            found.setdefault(image, []).append(str(pod["metadata"]["name"]))
        return dict(sorted(found.items()))

    def troubles(self) -> str:
        """Why pods are not ready, as the cluster tells it."""
        lines = [f"{_name(pod)}: {trouble(pod)}" for pod in self.pods if not is_ready(pod)]
        return "\n".join(lines)


@dataclass(frozen=True)
class Parts:
    """Reads the parts of the pipeline that a FlowCollector describes."""

    cluster: Cluster
    flow_collector: Object

    @property
    def namespace(self) -> str:
        return str(self.flow_collector["spec"].get("namespace") or DEFAULT_NAMESPACE)

    def all(self) -> list[Part]:
        plugin = self.flow_collector["spec"].get("consolePlugin", {}).get("enable", True)
        return [self.agent(), self.pipeline(), *([self.plugin()] if plugin else [])]

    def one_image_each(self) -> Verdict:
        verdicts = [part.one_image() for part in self.all()]
        wrong = [verdict.because for verdict in verdicts if not verdict.met]
        return (
            unmet("; ".join(wrong)) if wrong else met(f"{len(verdicts)} parts run one image each")
        )

    def agent(self) -> Part:
        place = agent_namespace(self.flow_collector)
        return self._part(AGENT, "DaemonSet", place, AGENT_DAEMONSET)

    def pipeline(self) -> Part:
        """A Deployment; in the Direct model a DaemonSet. Source: operator 1.11, controller/flp."""
        model = self.flow_collector["spec"].get("deploymentModel", "Service")
        kind = "DaemonSet" if model == "Direct" else "Deployment"
        name = PIPELINE_WORKLOAD + ("-transformer" if model == "Kafka" else "")
        return self._part(PIPELINE, kind, self.namespace, name)

    def plugin(self) -> Part:
        return self._part(PLUGIN, "Deployment", self.namespace, PLUGIN_DEPLOYMENT)

    def _part(self, part: str, kind: str, namespace: str, name: str) -> Part:
        workload = self.cluster.get("apps/v1", kind, name, namespace)
        pods = self.cluster.list("v1", "Pod", namespace, selector=f"app={name}")
        live = sorted(living(pods), key=_name)
        return Part(part, kind, workload, live, f"{kind} {namespace}/{name}")


def trouble(pod: Object) -> str:
    """Why a pod is not ready, in its kubelet's or scheduler's words."""
    status = pod.get("status", {})
    for container in status.get("containerStatuses", ()):
        for state in ("waiting", "terminated"):
            found = container.get("state", {}).get(state)
            if found:
                return f"{found.get('reason', state)} {found.get('message', '')}".strip()
    for condition in status.get("conditions", ()):
        if condition["status"] != "True" and condition.get("message"):
            return f"{condition['type']} is not true: {condition['message']}"
    return f"phase {status.get('phase', 'unknown')}, not ready"


def _name(pod: Object) -> str:
    return str(pod["metadata"]["name"])
