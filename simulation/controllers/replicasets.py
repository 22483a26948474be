"""ReplicaSets: as many pods as asked for."""

from __future__ import annotations

from simulation.controllers import offspring
from simulation.controllers.controller import Controller, key_of
from simulation.controllers.hub import Json
from simulation.controllers.podtemplate import is_active, is_ready, phase, pod_of

KIND, POD = "apps/v1/ReplicaSet", "v1/Pod"
RETRY_SECONDS = 5.0


class ReplicaSets(Controller):
    kind = KIND
    owns = (POD,)

    async def reconcile(self, namespace: str, name: str) -> None:
        owner = self.store.find(KIND, namespace, name)
        if owner is None or owner["metadata"].get("deletionTimestamp"):
            return
        pods = [pod for pod in self.hub.seen["Pod"].owned_by(owner) if is_active(pod)]
        refused = self._scale(owner, pods)
        pods = [pod for pod in self.hub.seen["Pod"].owned_by(owner) if is_active(pod)]
        ready = sum(is_ready(pod) for pod in pods)
        status: Json = {
            "replicas": len(pods),
            "fullyLabeledReplicas": len(pods),
            "readyReplicas": ready,
            "availableReplicas": ready,
            "observedGeneration": owner["metadata"].get("generation", 1),
        }
        if refused:
            failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate"}
            status["conditions"] = [failure | {"message": refused}]
        if status != owner.get("status"):
            self.store.set_status(KIND, namespace, name, status)

    def _scale(self, owner: Json, pods: list[Json]) -> str:
        """Why admission refused a pod, if it did."""
        wanted = owner["spec"].get("replicas", 1)
        for _ in range(wanted - len(pods)):
            if why := offspring.refusal(self.hub, owner, pod_of(owner, {}, self.hub.rng)):
                self.enqueue_after(key_of(owner), RETRY_SECONDS)
                return why
        for pod in sorted(pods, key=_least_wanted)[: max(0, len(pods) - wanted)]:
            offspring.remove(self.hub, owner, pod)
        return ""


def _least_wanted(pod: Json) -> tuple[bool, bool, bool, str]:
    """Unbound, pending and unready pods go first."""
    bound = bool(pod["spec"].get("nodeName"))
    return bound, phase(pod) == "Running", is_ready(pod), pod["metadata"]["name"]
