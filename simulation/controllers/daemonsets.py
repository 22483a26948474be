"""DaemonSets: one pod on every eligible node, replaced a few at a time when the template changes.

Source: kube-controller-manager's daemon controller; the default is RollingUpdate, maxUnavailable 1.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulation import health_lies
from simulation.controllers import offspring
from simulation.controllers.controller import Controller, key_of
from simulation.controllers.deployments import portion
from simulation.controllers.hub import Hub, Json
from simulation.controllers.names import digest
from simulation.controllers.podtemplate import (
    is_finished,
    is_going,
    is_ready,
    pin_to_node,
    pinned_node,
    pod_of,
)
from simulation.controllers.selectors import node_fits, tolerates

KIND, POD = "apps/v1/DaemonSet", "v1/Pod"
HASH = "controller-revision-hash"
GENERATION = "pod-template-generation"
RETRY_SECONDS = 5.0
TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)
"""What a daemon's pod tolerates without being told to."""


class DaemonSets(Controller):
    kind = KIND
    owns = (POD,)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self.pods, self.nodes = hub.seen["Pod"], hub.seen["Node"]
        self.nodes.on_change(self._on_node)

    def _on_node(self, event: str, _node: Json) -> None:
        for owner in self.hub.seen["DaemonSet"].all():
            self.on_own(event, owner)

    async def reconcile(self, namespace: str, name: str) -> None:
        owner = self.store.find(KIND, namespace, name)
        if owner is None or owner["metadata"].get("deletionTimestamp"):
            return
        fitting = {n["metadata"]["name"] for n in self.nodes.all() if _fits(owner, n)}
        eligible = sorted(fitting - health_lies.spared(self.hub.faults, owner, self._nodes()))
        mark = digest(owner["spec"]["template"])
        placed = self._placed(owner)
        self._fill(owner, mark, [node for node in eligible if not placed.get(node)])
        for node, pods in placed.items():
            if node not in eligible:
                self._remove(owner, pods)
        self._replace(owner, mark, eligible)
        self._report(owner, mark, eligible)

    def _nodes(self) -> list[str]:
        return [node["metadata"]["name"] for node in self.nodes.all()]

    def _placed(self, owner: Json) -> dict[str, list[Json]]:
        placed: dict[str, list[Json]] = {}
        for pod in self.pods.owned_by(owner):
            if is_finished(pod) and not is_going(pod):
                self._remove(owner, [pod])
            elif node := pinned_node(pod):
                placed.setdefault(node, []).append(pod)
        return placed

    def _fill(self, owner: Json, mark: str, nodes: Iterable[str]) -> None:
        generation = str(owner["metadata"].get("generation", 1))
        for node in nodes:
            pod = pod_of(owner, {HASH: mark, GENERATION: generation}, self.hub.rng)
            pin_to_node(pod, node)
            pod["spec"]["tolerations"] = tolerations(owner)
            health_lies.as_made(self.hub.faults, pod, node == max(self._nodes()))
            if not offspring.make(self.hub, owner, pod):
                return self.enqueue_after(key_of(owner), RETRY_SECONDS)
        return None

    def _replace(self, owner: Json, mark: str, eligible: list[str]) -> None:
        """Delete old pods, but never more at once than may be unavailable."""
        strategy = owner["spec"].get("updateStrategy") or {}
        if strategy.get("type") == "OnDelete":
            return
        most = (strategy.get("rollingUpdate") or {}).get("maxUnavailable", 1)
        room = max(1, portion(most, len(eligible), up=True))
        placed = self._placed(owner)
        live = {node: [p for p in placed.get(node, []) if not is_going(p)] for node in eligible}
        room -= sum(not any(map(is_ready, pods)) for pods in live.values())
        old = [p for node in eligible for p in live[node] if not has_mark(p, mark)]
        unready = [pod for pod in old if not is_ready(pod)]
        # Old pods that serve nobody cost nothing to replace.
        ready = [pod for pod in old if is_ready(pod)][: max(0, room)]
        self._remove(owner, unready + ready)

    def _remove(self, owner: Json, pods: Iterable[Json]) -> None:
        for pod in pods:
            if not is_going(pod):
                offspring.remove(self.hub, owner, pod)

    def _report(self, owner: Json, mark: str, eligible: list[str]) -> None:
        pods = [pod for pod in self.pods.owned_by(owner) if not is_going(pod)]
        here = {pinned_node(pod): pod for pod in pods}
        ready = sum(is_ready(pod) for pod in here.values())
        status: Json = {
            "observedGeneration": owner["metadata"].get("generation", 1),
            "desiredNumberScheduled": len(eligible),
            "currentNumberScheduled": sum(node in here for node in eligible),
            "updatedNumberScheduled": sum(has_mark(pod, mark) for pod in here.values()),
            "numberReady": ready,
            "numberAvailable": ready,
            "numberUnavailable": len(eligible) - ready,
            "numberMisscheduled": sum(node not in eligible for node in here),
        }
        optional = ("numberUnavailable", "numberAvailable", "updatedNumberScheduled")
        status = {key: value for key, value in status.items() if value or key not in optional}
        if status != owner.get("status"):
            metadata = owner["metadata"]
            self.store.set_status(KIND, metadata["namespace"], metadata["name"], status)


def has_mark(pod: Json, mark: str) -> bool:
    return bool((pod["metadata"].get("labels") or {}).get(HASH) == mark)


def tolerations(owner: Json) -> list[Json]:
    own: list[Json] = list(owner["spec"]["template"]["spec"].get("tolerations") or [])
    kinds = [*TOLERATED]
    if owner["spec"]["template"]["spec"].get("hostNetwork"):
        kinds.append(("network-unavailable", "NoSchedule"))
    return own + [
        {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": effect}
        for key, effect in kinds
    ]


def _fits(owner: Json, node: Json) -> bool:
    spec = owner["spec"]["template"]["spec"]
    taints = node["spec"].get("taints") or []
    repelled = [t for t in taints if not tolerates(tolerations(owner), t)]
    return node_fits(spec, node) and not [t for t in repelled if t["effect"] != "PreferNoSchedule"]
