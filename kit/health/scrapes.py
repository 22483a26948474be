"""Whether Prometheus scrapes every agent and every replica of flowlogs-pipeline."""

from __future__ import annotations

from collections.abc import Sequence

from kit.health.parts import Part
from kit.prometheus import Line, Prometheus, selector
from kit.verdict import Verdict, met, unmet
from kit.workloads import is_ready


def ups(prometheus: Prometheus, parts: Sequence[Part]) -> dict[str, Line]:
    """The newest `up` of each pod of these parts, by the pod's name."""
    places = {part.where.split()[1].split("/")[0] for part in parts}
    lines = [line for place in sorted(places) for line in prometheus.now(_up(place))]
    return {line.labels.get("pod", ""): line for line in lines}


def judged(parts: Sequence[Part], seen: dict[str, Line]) -> Verdict:
    pods = [str(pod["metadata"]["name"]) for part in parts for pod in part.pods if is_ready(pod)]
    if not pods:
        return unmet("there is no ready pod to scrape")
    absent = [name for name in pods if name not in seen]
    down = [name for name in pods if name in seen and seen[name].highest < 1]
    if absent or down:
        told = [f"it does not know {name}" for name in absent]
        told += [f"it cannot scrape {name} ({_where(seen[name])})" for name in down]
        return unmet(
            f"Prometheus scrapes {len(pods) - len(told)} of {len(pods)} pods: {'; '.join(told)}"
        )
    return met(f"Prometheus scrapes all {len(pods)} pods")


def _up(namespace: str) -> str:
    return selector("up", namespace=namespace)


def _where(line: Line) -> str:
    return f"job {line.labels.get('job', '?')}, instance {line.labels.get('instance', '?')}"
