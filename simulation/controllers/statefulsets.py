"""StatefulSets: numbered pods, each with volumes of its own that outlive it.

Source: kube-controller-manager's statefulset controller, OrderedReady and RollingUpdate: the next
pod comes when the one before is ready, old pods are replaced once all are, from the last to the
first.
"""

from __future__ import annotations

import copy

from simulation.controllers import offspring
from simulation.controllers.controller import Controller
from simulation.controllers.hub import Json
from simulation.controllers.names import digest
from simulation.controllers.podtemplate import is_going, is_ready, pod_of

KIND, CLAIM = "apps/v1/StatefulSet", "v1/PersistentVolumeClaim"
HASH, INDEX = "controller-revision-hash", "apps.kubernetes.io/pod-index"


class StatefulSets(Controller):
    kind = KIND
    owns = ("v1/Pod",)

    async def reconcile(self, namespace: str, name: str) -> None:
        owner = self.store.find(KIND, namespace, name)
        if owner is None or owner["metadata"].get("deletionTimestamp"):
            return
        mark = f"{name}-{digest(owner['spec']['template'])}"
        pods = {pod["metadata"]["name"]: pod for pod in self.hub.seen["Pod"].owned_by(owner)}
        replicas = int(owner["spec"].get("replicas", 1))
        for index in range(replicas):
            pod = pods.get(f"{name}-{index}")
            if pod is None:
                self._add(owner, index, mark)
                break
            if not is_ready(pod):
                break
        else:
            self._roll(owner, [pods[f"{name}-{index}"] for index in range(replicas)], mark)
        self._report(owner, list(pods.values()), mark)

    def _roll(self, owner: Json, pods: list[Json], mark: str) -> None:
        """From the last to the first; a pod that is not ready holds all up, old or new."""
        for pod in reversed(pods):
            if not is_going(pod) and pod["metadata"]["labels"].get(HASH) != mark:
                return offspring.remove(self.hub, owner, pod)
        return None

    def _add(self, owner: Json, index: int, mark: str) -> None:
        pod = pod_of(owner, {HASH: mark, INDEX: str(index)}, self.hub.rng)
        pod["metadata"].pop("generateName")
        name = pod["metadata"]["name"] = f"{owner['metadata']['name']}-{index}"
        volumes = pod["spec"].setdefault("volumes", [])
        for template in owner["spec"].get("volumeClaimTemplates") or []:
            claim = f"{template['metadata']['name']}-{name}"
            self._claim(owner, template, claim)
            volume = {"name": template["metadata"]["name"]}
            volumes.append(volume | {"persistentVolumeClaim": {"claimName": claim}})
        offspring.make(self.hub, owner, pod)

    def _claim(self, owner: Json, template: Json, name: str) -> None:
        namespace = owner["metadata"]["namespace"]
        if self.store.find(CLAIM, namespace, name) is None:
            labels = dict(owner["spec"]["selector"]["matchLabels"])
            spec = copy.deepcopy(template["spec"])
            metadata = {"name": name, "labels": labels}
            self.store.create(CLAIM, namespace, {"metadata": metadata, "spec": spec})

    def _report(self, owner: Json, pods: list[Json], mark: str) -> None:
        ready = sum(is_ready(pod) and not is_going(pod) for pod in pods)
        new = [pod for pod in pods if (pod["metadata"].get("labels") or {}).get(HASH) == mark]
        status: Json = {
            "observedGeneration": owner["metadata"].get("generation", 1),
            "replicas": len(pods),
            "readyReplicas": ready,
            "availableReplicas": ready,
            "updatedReplicas": len(new),
            "updateRevision": mark,
        }
        if status != owner.get("status"):
            metadata = owner["metadata"]
            self.store.set_status(KIND, metadata["namespace"], metadata["name"], status)
