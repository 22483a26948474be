"""What becomes of pods on a cluster that others use, mend and limit as well.

Sources: kubelet pkg/kubelet/eviction/eviction_manager.go (message, DisruptionTarget; the object of
an evicted pod stays until somebody removes it, or there are 12,500 of them), quota and
limitranger admission of k8s.io/apiserver (their sentences), kubectl drain (no DaemonSet's pods).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.hardships import SHARE
from catalog.upstream import PIPELINE_WORKLOAD, PLUGIN_DEPLOYMENT
from simulation.apiserver import ApiError, Store
from simulation.controllers.controller import controller_of
from simulation.controllers.evictions import low_on_memory
from simulation.controllers.expositions import app_of
from simulation.controllers.hub import Hub, Json
from simulation.controllers.images import is_probe
from simulation.controllers.kubelet import Kubelet
from simulation.controllers.podtemplate import is_finished, is_going
from simulation.hardships import Hardships

LIVES = (1.8, 4.0)
"""Seconds from a probe's creation to its eviction: some have not begun, some are at work."""
DRAIN_AFTER, DRAINED_FOR = (60.0, 240.0), (120.0, 300.0)
LOW = low_on_memory("probe", used="3412Ki", request="0")
LOW_AT_HOME = low_on_memory("pipeline", used="412Mi", request="100Mi")
QUOTA = "exceeded quota: pods-of-projects, requested: pods=1, used: pods=20, limited: pods=20"
LIMIT = "maximum cpu usage per Container is 5m, but limit is 100m"


class HardPods:
    """Follows the pods that come after the population, which nobody touches."""

    def __init__(self, hub: Hub, kubelet: Kubelet, hardships: Hardships) -> None:
        self.hub, self.kubelet, self.hardships = hub, kubelet, hardships
        self.rng = hardships.rng
        self._drawn: dict[str, bool] = {}
        self._at_home = {each["metadata"]["name"] for each in hub.seen["Namespace"].all()}
        if hardships.active("probes-evicted"):
            hub.seen["Pod"].on_change(self._maybe_evict)
        if hardships.active("evicted-pods-stay"):
            self._leave_evicted()
        if hardships.active("images-not-pulled"):
            kubelet.images.withholds = lambda pod: runs_once(pod) and self._draws("image", pod)
        if hardships.active("quota-refuses"):
            hub.store.admit("Pod", self._refusing(QUOTA))
        if hardships.active("limits-refuse"):
            hub.store.admit("Pod", self._refusing(LIMIT))
        if hardships.active("node-drains"):
            hub.later(self.rng.uniform(*DRAIN_AFTER), self._drain)

    def _draws(self, what: str, pod: Json) -> bool:
        """One in five; the same answer for the same pod."""
        key = f"{what} {pod['metadata'].get('uid') or pod['metadata'].get('name')}"
        if key not in self._drawn:
            self._drawn[key] = self.rng.random() < SHARE
        return self._drawn[key]

    def _is_guest(self, pod: Json) -> bool:
        return pod["metadata"].get("namespace") not in self._at_home

    def _maybe_evict(self, event: str, pod: Json) -> None:
        guest = event == "ADDED" and runs_once(pod) and self._is_guest(pod)
        if guest and self._draws("evict", pod):
            uid = pod["metadata"]["uid"]
            self.hub.later(self.rng.uniform(*LIVES), self._evict, uid)

    def _evict(self, uid: str) -> None:
        run = self.kubelet.runs.get(uid)
        if run is None or run.going:
            return
        pod = self.hub.seen["Pod"].get(*run.key)
        if pod is not None and not is_finished(pod) and not is_going(pod):
            run.evict(LOW)

    def _leave_evicted(self) -> None:
        """One of each workload; what stands for it meanwhile is another's business."""
        pods = {app_of(pod): pod for pod in self.hub.seen["Pod"].all()}
        for app in (PIPELINE_WORKLOAD, PLUGIN_DEPLOYMENT):
            self.kubelet.runs[pods[app]["metadata"]["uid"]].evict(LOW_AT_HOME)

    def _refusing(self, says: str) -> Callable[..., list[str]]:
        def admit(obj: Json, _old: Json | None, operation: str) -> list[str]:
            if operation == "CREATE" and self._is_guest(obj) and self.rng.random() < SHARE:
                name = obj["metadata"].get("name") or obj["metadata"].get("generateName", "")
                details = {"name": name, "kind": "pods"}
                raise ApiError(403, "Forbidden", f'pods "{name}" is forbidden: {says}', details)
            return []

        return admit

    def _drain(self) -> None:
        names = sorted(each["metadata"]["name"] for each in self.hub.seen["Node"].all())
        node = self.rng.choice([name for name in names if name.startswith("worker")])
        cordon(self.hub.store, node, True)
        for pod in self.hub.seen["Pod"].all():
            if pod["spec"].get("nodeName") == node and _is_evictable(pod):
                metadata = pod["metadata"]
                self.hub.store.delete("v1/Pod", metadata["namespace"], metadata["name"])
        back = self.rng.uniform(*DRAINED_FOR)
        self.hub.later(back, cordon, self.hub.store, node, False)


def runs_once(pod: Json) -> bool:
    """A probe, or a Job's pod, which nobody replaces where the Job has one attempt."""
    return is_probe(pod) or (controller_of(pod) or {}).get("kind") == "Job"


def cordon(store: Store, node: str, closed: bool) -> None:
    found: dict[str, Any] = store.get("v1/Node", None, node)
    found["spec"]["unschedulable"] = closed
    store.update("v1/Node", None, found)


def _is_evictable(pod: Json) -> bool:
    owner = controller_of(pod)
    return not is_finished(pod) and not is_going(pod) and (owner or {}).get("kind") != "DaemonSet"
