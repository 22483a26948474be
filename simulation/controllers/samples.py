"""metrics.k8s.io: what nodes and pods use, as far as the simulated work explains it.

A pod's base load follows from what it is; an agent's grows with the flows it holds.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from simulation.apiserver.hooks import Samples
from simulation.controllers.hub import Hub, Json
from simulation.controllers.podtemplate import phase

Usage = tuple[float, float]
Meter = Callable[[Json], Usage | None]

NODE_BASE: Usage = (420.0, 3900.0)
POD_BASE: Usage = (2.0, 24.0)
BASE: dict[str, Usage] = {
    "netobserv-ebpf-agent": (11.0, 150.0),
    "flowlogs-pipeline": (14.0, 130.0),
    "netobserv-plugin": (1.0, 22.0),
    "loki": (25.0, 180.0),
    "ovnkube-node": (35.0, 520.0),
    "dns-default": (4.0, 60.0),
}
"""Millicores and MiB by the label app."""


class Sampler:
    """`meters` are asked first: who knows what a pod really does may say so."""

    def __init__(self, hub: Hub, *meters: Meter) -> None:
        self.hub, self.meters = hub, list(meters)
        hub.store.metrics.register(self.sample)

    def sample(self) -> Samples:
        pods = [pod for pod in self.hub.seen["Pod"].all() if phase(pod) == "Running"]
        measured = [(pod, self.usage(pod)) for pod in pods]
        nodes = [self._node(node, measured) for node in self.hub.seen["Node"].all()]
        return nodes, [self._pod(pod, usage) for pod, usage in measured]

    def usage(self, pod: Json) -> Usage:
        found = next((u for meter in self.meters if (u := meter(pod)) is not None), None)
        app = (pod["metadata"].get("labels") or {}).get("app", "")
        cpu, memory = found or BASE.get(app, POD_BASE)
        # The same pod wavers around its own level from one window of 15 s to the next.
        window = int(self.hub.clock.now() // 15)
        rng = random.Random(f"{pod['metadata']['uid']}{window}")
        return cpu * rng.uniform(0.9, 1.1), memory * rng.uniform(0.98, 1.02)

    def _stamped(self, kind: str, metadata: Json) -> Json:
        return {
            "apiVersion": "metrics.k8s.io/v1beta1",
            "kind": kind,
            "metadata": metadata | {"creationTimestamp": self.hub.clock.stamp()},
            "timestamp": self.hub.clock.stamp(),
            "window": "15s",
        }

    def _node(self, node: Json, measured: list[tuple[Json, Usage]]) -> Json:
        name = node["metadata"]["name"]
        here = [usage for pod, usage in measured if pod["spec"].get("nodeName") == name]
        cpu = NODE_BASE[0] + sum(usage[0] for usage in here)
        memory = NODE_BASE[1] + sum(usage[1] for usage in here)
        labels = node["metadata"].get("labels") or {}
        found = self._stamped("NodeMetrics", {"name": name, "labels": labels})
        return found | {"usage": _quantities((cpu, memory))}

    def _pod(self, pod: Json, usage: Usage) -> Json:
        metadata: dict[str, Any] = {key: pod["metadata"][key] for key in ("name", "namespace")}
        metadata["labels"] = pod["metadata"].get("labels") or {}
        names = [each["name"] for each in pod["spec"]["containers"]]
        share = usage[0] / len(names), usage[1] / len(names)
        containers = [{"name": name, "usage": _quantities(share)} for name in names]
        return self._stamped("PodMetrics", metadata) | {"containers": containers}


def _quantities(usage: Usage) -> dict[str, str]:
    return {"cpu": f"{int(usage[0] * 1e6)}n", "memory": f"{int(usage[1] * 1024)}Ki"}
