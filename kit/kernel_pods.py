"""One privileged pod on each node with an agent, once, to look into its kernel; none stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any
from uuid import uuid4

from catalog.upstream import AGENT_DAEMONSET
from kit import evidence
from kit.cluster import Cluster
from kit.kernel import Kernel, Told, kernel
from kit.manifests import manifests
from kit.nodes import HOST_NAME
from kit.patience import OBJECT_GONE, POD_FINISHED, WORKLOAD_READY
from kit.probe import HOPELESS, epoch, finished, reason
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting
from kit.workloads import living

FOLDER = "footprint"
NOT_FOUND = 127
TURNS = 3
SETTLED = 10.0
"""Seconds that a new agent has to load its programs and to hang them on all interfaces."""
AT_ONCE = 10
"""Nodes that are asked at the same time."""
Pod = dict[str, Any]


@dataclass(frozen=True)
class Agent:
    """Where an agent runs, and since when: seconds since the epoch by the node's clock."""

    node: str
    since: float


@dataclass
class KernelPods:
    """Makes and removes the pods of one reading, in a namespace that admits privileged ones."""

    cluster: Cluster
    waiting: Waiting
    namespace: str
    labels: Mapping[str, str]
    run: str
    """The label selector of everything that the run has made."""
    image: str = ""

    def read(self, agent_namespace: str) -> list[Told]:
        """What every node with an agent says; Inconclusive when one of them cannot be asked."""
        for _ in range(TURNS):
            agents = self._agents(agent_namespace)
            batches = [agents[at : at + AT_ONCE] for at in range(0, len(agents), AT_ONCE)]
            told = [told for batch in batches for told in self._read(batch)]
            if not (unsettled := self._unsettled(told, agent_namespace)):
                return told
            self.waiting.sleep_real(SETTLED / self.waiting.speed)
        raise Inconclusive(
            f"{TURNS} times the agents of {', '.join(unsettled)} began anew while their kernels "
            "were read: see why they restart"
        )

    def kernels(self, agent_namespace: str) -> list[Kernel]:
        return [kernel(told) for told in self.read(agent_namespace)]

    def kernels_without_agents(self, nodes: Sequence[str]) -> list[Kernel]:
        """What these nodes hold now that no agent runs on them: all of it is left over."""
        gone = [Agent(node, inf) for node in nodes]
        batches = [gone[at : at + AT_ONCE] for at in range(0, len(gone), AT_ONCE)]
        return [kernel(told) for batch in batches for told in self._read(batch)]

    def _unsettled(self, told: list[Told], namespace: str) -> list[str]:
        """Nodes whose agent is another by now, or was too young to have hung all its hooks."""
        now = {agent.node: agent.since for agent in self._agents(namespace)}
        return [
            one.node
            for one in told
            if now.get(one.node) != one.agent_since or one.began - one.agent_since < SETTLED
        ]

    def _read(self, agents: list[Agent]) -> list[Told]:
        made: list[Pod] = []
        try:
            for agent in agents:
                made.append(self.cluster.create(self._pod(agent.node)))
            return [self._told(*pair) for pair in zip(made, agents, strict=True)]
        finally:
            self._remove(made)

    def left(self) -> list[str]:
        """Privileged pods of the run that are still there, wherever they are."""
        found = self.cluster.list("v1", "Pod", selector=self.run)
        return sorted(
            f"{pod['metadata']['namespace']}/{pod['metadata']['name']} on "
            f"{pod['spec'].get('nodeName', 'no node')}"
            for pod in found
            if _is_privileged(pod)
        )

    def _agents(self, namespace: str) -> list[Agent]:
        """All of them, once every one runs: one that was killed is back in a moment."""
        try:
            pods = self.waiting.eventually(
                lambda: self._living(namespace),
                _all_run,
                within=WORKLOAD_READY,
                what=f"every agent of {namespace} runs",
            )
        except Unmet as late:
            raise Inconclusive(late.because) from None
        found = [Agent(str(pod["spec"].get("nodeName")), _since(pod) or 0.0) for pod in pods]
        return sorted(found, key=lambda agent: agent.node)

    def _living(self, namespace: str) -> list[Pod]:
        selector = f"app={AGENT_DAEMONSET}"
        found = living(self.cluster.list("v1", "Pod", namespace, selector=selector))
        if not found:
            raise Inconclusive(f"no agent runs in {namespace}: there is nothing to look for")
        return found

    def _pod(self, node: str) -> Pod:
        (pod,) = [item for item in manifests(FOLDER) if item["kind"] == "Pod"]
        pod["metadata"]["name"] += f"-{uuid4().hex[:8]}"
        pod["metadata"]["namespace"] = self.namespace
        pod["metadata"]["labels"].update(self.labels)
        pod["spec"]["nodeSelector"] = {HOST_NAME: self._host_name(node)}
        if self.image:
            pod["spec"]["containers"][0]["image"] = self.image
        return pod

    def _host_name(self, node: str) -> str:
        found = self.cluster.get("v1", "Node", node)
        if found is None:
            raise Inconclusive(f"node {node} went away before its kernel could be read")
        return str(found["metadata"]["labels"].get(HOST_NAME, node))

    def _told(self, made: Pod, agent: Agent) -> Told:
        name, node = made["metadata"]["name"], agent.node
        done = self._ended(name, node)
        states = [one.get("state", {}) for one in done["status"].get("containerStatuses", ())]
        ended = next((one["terminated"] for one in states if "terminated" in one), None)
        if ended is None or not ended.get("startedAt"):
            why = reason(done)
            if why.split(":")[0] in HOPELESS:
                raise Inconclusive(f"{why}: name an image that can be pulled (--footprint-image)")
            raise Inconclusive(f"node {node} did not run the pod that reads its kernel: {why}")
        output = self.cluster.logs(self.namespace, name)
        if code := int(ended["exitCode"]):
            raise Inconclusive(_refusal(code, output, node, done["spec"]["containers"][0]["image"]))
        return Told(node, output, agent.since, epoch(ended["startedAt"]))

    def _ended(self, name: str, node: str) -> Pod:
        try:
            done = self.waiting.eventually(
                lambda: self.cluster.get("v1", "Pod", name, self.namespace),
                finished,
                within=POD_FINISHED,
                what=f"the kernel of node {node} is read",
            )
        except Unmet as late:
            gone = self.cluster.get("v1", "Node", node) is None
            why = f"node {node} went away while its kernel was read" if gone else late.because
            raise Inconclusive(why) from None
        if done is None:
            raise Inconclusive(f"node {node} went away while its kernel was read: its pod is gone")
        return done

    def _remove(self, pods: list[Pod]) -> None:
        """Waits until they are gone; who stays is told (exit 11), whatever else happens."""
        for pod in pods:
            self.cluster.delete(pod, grace=1)
            self.cluster.ration.give(pod)
        try:
            self.waiting.eventually(
                lambda: self._there(pods), _none, within=OBJECT_GONE, what="privileged pods end"
            )
        except Unmet as stays:
            evidence.left_over(f"{stays.because} (namespace {self.namespace})")

    def _there(self, pods: list[Pod]) -> list[str]:
        ours = {pod["metadata"]["uid"] for pod in pods}
        found = self.cluster.list("v1", "Pod", self.namespace)
        return [pod["metadata"]["name"] for pod in found if pod["metadata"]["uid"] in ours]


def _none(names: list[str]) -> Verdict:
    return unmet(f"still there: {', '.join(names)}") if names else met()


def _all_run(pods: list[Pod]) -> Verdict:
    waiting = [pod for pod in pods if _since(pod) is None]
    told = ", ".join(f"{pod['metadata']['name']} ({reason(pod)})" for pod in waiting)
    return unmet(f"these do not: {told}") if waiting else met()


def _since(pod: Pod) -> float | None:
    """When the agent's container started; None for one that does not run."""
    for status in pod.get("status", {}).get("containerStatuses", ()):
        if running := status.get("state", {}).get("running"):
            return epoch(running["startedAt"])
    return None


def _is_privileged(pod: Pod) -> bool:
    return any(
        (container.get("securityContext") or {}).get("privileged")
        for container in pod["spec"]["containers"]
    )


def _refusal(code: int, output: str, node: str, image: str) -> str:
    if code == NOT_FOUND:
        return f"the image {image} has no bpftool: name one that has (--footprint-image)"
    lines = [line for line in output.splitlines() if line.strip()]
    last = lines[-1][:200] if lines else "nothing"
    return f"bpftool on node {node} ended with exit code {code} and said: {last}"
