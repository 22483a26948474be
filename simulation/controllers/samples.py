"""metrics.k8s.io: what nodes and pods use, as of the latest look of metrics-server.

What an agent or flowlogs-pipeline uses follows from its work; any other pod's from what it is.
"""

from __future__ import annotations

import random
from typing import Any

from catalog.upstream import AGENT_DAEMONSET
from simulation.apiserver.hooks import Samples
from simulation.controllers.hub import Hub, Json
from simulation.controllers.podtemplate import phase
from simulation.controllers.usage import WINDOW, Meters, Usage
from simulation.faults import register

MIB = 1024 * 1024
NODE_BASE: Usage = (0.420, 3900.0 * MIB)
POD_BASE: Usage = (0.002, 24.0 * MIB)
BASE: dict[str, Usage] = {
    "netobserv-plugin": (0.001, 22.0 * MIB),
    "loki": (0.025, 180.0 * MIB),
    "ovnkube-node": (0.035, 520.0 * MIB),
    "dns-default": (0.004, 60.0 * MIB),
}
"""Cores and bytes by the label app."""

STALE = register("samples-never-renewed", "metrics-server repeats one sample for ever")
HALVED = register("samples-halved", "metrics-server reports half of what pods use")
ABSENT = register("metrics-server-absent", "nobody has installed metrics-server")
DOWN = register("metrics-server-down", "metrics-server is registered and does not answer")
LOST = register("agent-without-samples", "metrics-server knows nothing of one agent")


class Sampler:
    def __init__(self, hub: Hub, meters: Meters) -> None:
        self.hub, self.meters = hub, meters
        self._kept: Samples | None = None
        if hub.faults.active(ABSENT):
            for plural in ("nodes", "pods"):
                hub.store.registry.remove("metrics.k8s.io", plural)
        if not hub.faults.active(DOWN):
            hub.store.metrics.register(self.sample)

    def sample(self) -> Samples:
        if self._kept is None or not self.hub.faults.active(STALE):
            self._kept = self._fresh()
        return self._kept

    def _fresh(self) -> Samples:
        pods = [pod for pod in self.hub.seen["Pod"].all() if phase(pod) == "Running"]
        used = [(pod, self._usage(pod)) for pod in pods]
        measured = [(pod, usage) for pod, usage in used if usage is not None]
        nodes = [self._node(node, measured) for node in self.hub.seen["Node"].all()]
        return nodes, [self._pod(pod, usage) for pod, usage in measured]

    def _usage(self, pod: Json) -> Usage | None:
        app = (pod["metadata"].get("labels") or {}).get("app", "")
        if self.meters.knows(pod):
            found = self.meters.usage(pod)
            if found is None or (app == AGENT_DAEMONSET and self._loses(pod)):
                return None
        else:
            found = BASE.get(app, POD_BASE)
        # The same pod wavers around its own level from one window to the next.
        rng = random.Random(f"{pod['metadata']['uid']}{int(self.meters.at // WINDOW)}")
        part = 0.5 if self.hub.faults.active(HALVED) else 1.0
        return part * found[0] * rng.uniform(0.97, 1.03), part * found[1] * rng.uniform(0.99, 1.01)

    def _loses(self, pod: Json) -> bool:
        last = max(node["metadata"]["name"] for node in self.hub.seen["Node"].all())
        return self.hub.faults.active(LOST) and pod["spec"].get("nodeName") == last

    def _stamped(self, kind: str, metadata: Json) -> Json:
        stamp = self.hub.clock.stamp(self.meters.at)
        return {
            "apiVersion": "metrics.k8s.io/v1beta1",
            "kind": kind,
            "metadata": metadata | {"creationTimestamp": stamp},
            "timestamp": stamp,
            "window": f"{WINDOW:g}s",
        }

    def _node(self, node: Json, measured: list[tuple[Json, Usage]]) -> Json:
        name = node["metadata"]["name"]
        here = [usage for pod, usage in measured if pod["spec"].get("nodeName") == name]
        cpu = NODE_BASE[0] + sum(usage[0] for usage in here) + self.meters.kernel(name)
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
    return {"cpu": f"{int(usage[0] * 1e9)}n", "memory": f"{int(usage[1] / 1024)}Ki"}
