"""The eBPF agents: whether all of them run a configuration, and what holds up those that do not.

Nothing here believes the FlowCollector's conditions: Ready stays True while agents crash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.upstream import AGENT_DAEMONSET
from kit.cluster import Cluster
from kit.configuration import Configuration
from kit.errors import InfrastructureError
from kit.probe import reason
from kit.verdict import Inconclusive, Verdict, met, unmet
from kit.workloads import is_ready, rolled_out, unfinished

Object = Mapping[str, Any]
CRASHES = 4
"""Restarts after which an agent is taken to crash for good: its back-off has grown past 1 min."""
LOOPING = "CrashLoopBackOff"


@dataclass(frozen=True)
class Seen:
    """One look: the DaemonSet, if there is one, and its pods."""

    daemonset: Object | None
    pods: list[dict[str, Any]]


@dataclass(frozen=True)
class Agents:
    """Of one configuration."""

    cluster: Cluster
    configuration: Configuration

    def look(self, namespace: str) -> Seen:
        """Inconclusive, with its last words, once an agent crashes again and again."""
        daemonset = self.cluster.get("apps/v1", "DaemonSet", AGENT_DAEMONSET, namespace)
        found = self.cluster.list("v1", "Pod", namespace, selector=f"app={AGENT_DAEMONSET}")
        pods = unfinished(found)
        for pod in pods:
            if _crashes(pod) >= CRASHES and self._runs_it(pod):
                raise Inconclusive(self._obituary(pod))
        return Seen(daemonset, pods)

    def run_it(self, seen: Seen) -> Verdict:
        """The DaemonSet, its rollout and each pod show the configuration."""
        daemonset, pods = seen.daemonset, seen.pods
        if daemonset is None:
            return unmet(f"there is no DaemonSet {AGENT_DAEMONSET}")
        if not self.configuration.is_shown_by(_environment(daemonset["spec"]["template"])):
            return unmet(f"the DaemonSet {AGENT_DAEMONSET} does not ask for it yet")
        rolled = rolled_out(daemonset)
        if not rolled.met:
            return unmet("; ".join([rolled.because, *map(_held_up, _unready(pods))]))
        stale = [str(pod["metadata"]["name"]) for pod in pods if not self._runs_it(pod)]
        if stale or not pods:
            return unmet(
                f"agents still run another configuration: {', '.join(stale) or 'none is there'}"
            )
        return met(f"{len(pods)} agents run it")

    def _runs_it(self, pod: Object) -> bool:
        return self.configuration.is_shown_by(_environment(pod))

    def _obituary(self, pod: Object) -> str:
        return (
            f"the agent {_place(pod)} crashes with the configuration {self.configuration.said()}: "
            f"{LOOPING} after {_crashes(pod)} restarts; its last words: {self._last_words(pod)}"
        )

    def _last_words(self, pod: Object) -> str:
        metadata = pod["metadata"]
        try:
            log = self.cluster.logs(metadata["namespace"], metadata["name"], previous=True)
        except InfrastructureError as error:
            return f"not to be had ({error})"
        lines = log.strip().splitlines()
        return lines[-1] if lines else "none"


def _crashes(pod: Object) -> int:
    """How often the agent of this pod was started again, if it is waiting for the next time."""
    for container in pod.get("status", {}).get("containerStatuses", ()):
        if container.get("state", {}).get("waiting", {}).get("reason") == LOOPING:
            return int(container.get("restartCount", 0))
    return 0


def _unready(pods: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [pod for pod in pods if not is_ready(pod) and "deletionTimestamp" not in pod["metadata"]]


def _held_up(pod: Object) -> str:
    return f"the agent {_place(pod)}: {reason(pod)}"


def _place(pod: Object) -> str:
    node = pod["spec"].get("nodeName")
    return f"{pod['metadata']['name']} {f'on {node}' if node else 'without a node'}"


def _environment(pod: Object) -> dict[str, str]:
    containers = pod["spec"]["containers"]
    return {entry["name"]: entry.get("value", "") for entry in containers[0].get("env", ())}
