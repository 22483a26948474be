"""Who saw a scenario's traffic, and whether they were the same from its beginning to its end.

An agent that is replaced takes with it what it has not exported yet, and so does a
flowlogs-pipeline: then a flow that is missing proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from catalog.upstream import AGENT_DAEMONSET, DEFAULT_NAMESPACE, PIPELINE_WORKLOAD
from kit.cluster import Cluster
from kit.collector import agent_namespace
from kit.workloads import is_ready, living

PIPELINES = f"app in ({PIPELINE_WORKLOAD},{PIPELINE_WORKLOAD}-transformer)"


class Life(NamedTuple):
    """What changes when a pod is replaced, or starts again in its place, or falters."""

    uid: str
    restarts: int
    ready: bool


def witnesses(cluster: Cluster, flow_collector: Mapping[str, Any]) -> dict[str, Life]:
    """Agents and pipelines, by name; whoever has ended, or is to end, is nobody's witness."""
    agents = agent_namespace(flow_collector), f"app={AGENT_DAEMONSET}"
    pipelines = flow_collector["spec"].get("namespace", DEFAULT_NAMESPACE), PIPELINES
    return {
        str(pod["metadata"]["name"]): life(pod)
        for namespace, selector in (agents, pipelines)
        for pod in living(cluster.list("v1", "Pod", namespace, selector=selector))
    }


def life(pod: Mapping[str, Any]) -> Life:
    statuses = pod.get("status", {}).get("containerStatuses", ())
    restarts = sum(int(status.get("restartCount", 0)) for status in statuses)
    return Life(str(pod["metadata"].get("uid", "")), restarts, is_ready(pod))


def changes(before: Mapping[str, Life], after: Mapping[str, Life]) -> list[str]:
    """A sentence for each witness that was not there all the time; none when all were."""
    told = [f"{name} was not ready" for name, was in before.items() if not was.ready]
    for name, was in before.items():
        now = after.get(name)
        if now is None or now.uid != was.uid:
            told.append(f"{name} was replaced")
        elif now.restarts != was.restarts:
            told.append(f"{name} has started again")
        elif was.ready and not now.ready:
            told.append(f"{name} is no longer ready")
    return told + [f"{name} is new" for name in after if name not in before]
