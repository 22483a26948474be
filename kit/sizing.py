"""Requests and limits of pods against those that the FlowCollector asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.upstream import AGENT_DAEMONSET, PIPELINE_WORKLOAD
from kit.cluster import Cluster
from kit.costing import SETTINGS
from kit.usage import amount
from kit.verdict import Verdict, met, unmet
from kit.watched import Watched
from kit.workloads import unfinished

DEFAULTS = {
    "agent": {"requests": {"cpu": "100m", "memory": "50Mi"}, "limits": {"memory": "800Mi"}},
    "pipeline": {"requests": {"cpu": "100m", "memory": "100Mi"}, "limits": {"memory": "800Mi"}},
}
"""Source: operator 1.11, api/flowcollector/v1beta2/flowcollector_types.go."""
APPS = {"agent": AGENT_DAEMONSET, "pipeline": PIPELINE_WORKLOAD}


def wanted(spec: Mapping[str, Any], part: str) -> Mapping[str, Mapping[str, str]]:
    """What the FlowCollector says, or else upstream's default."""
    found: Any = spec
    for name in (*SETTINGS[part], "resources"):
        found = (found or {}).get(name)
    return found or DEFAULTS[part]


def as_configured(cluster: Cluster, flow_collector: Mapping[str, Any]) -> Verdict:
    """Every container of every agent and flowlogs-pipeline pod; none at all is no proof."""
    wrong: list[str] = []
    judged = 0
    for part, namespace in Watched(cluster, flow_collector).namespaces.items():
        asked = wanted(flow_collector["spec"], part)
        pods = unfinished(cluster.list("v1", "Pod", namespace))
        own = [p for p in pods if _app(p).startswith(APPS[part])]
        judged += len(own)
        wrong += [f"{p['metadata']['name']} {told}" for p in own for told in _differences(asked, p)]
        if not own:
            wrong.append(f"there is no {part} pod in {namespace}")
    if wrong:
        return unmet("; ".join(wrong))
    return met(f"{judged} pods have the requests and limits of the FlowCollector")


def _differences(asked: Mapping[str, Mapping[str, str]], pod: Mapping[str, Any]) -> Iterator[str]:
    for container in pod["spec"]["containers"]:
        found = container.get("resources") or {}
        for kind in ("requests", "limits"):
            ours, theirs = dict(asked.get(kind) or {}), found.get(kind) or {}
            if kind == "requests":  # the API server fills what is missing from the limits
                ours = {**(asked.get("limits") or {}), **ours}
            for name in sorted({*ours, *theirs}):
                if _amount(ours, name) != _amount(theirs, name):
                    has, wants = theirs.get(name, "none"), ours.get(name, "none")
                    yield f"has {kind} {name} {has} instead of {wants}"


def _amount(of: Mapping[str, str], name: str) -> float | None:
    return amount(of[name]) if name in of else None


def _app(pod: Mapping[str, Any]) -> str:
    return str((pod["metadata"].get("labels") or {}).get("app", ""))
