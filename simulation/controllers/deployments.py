"""Deployments: one ReplicaSet a template, and the way from the old to the new."""

from __future__ import annotations

import copy
import math

from simulation.controllers import conditions
from simulation.controllers.controller import Controller, owner_reference
from simulation.controllers.hub import Json
from simulation.controllers.names import digest

KIND, REPLICA_SET = "apps/v1/Deployment", "apps/v1/ReplicaSet"
HASH, FAILURE = "pod-template-hash", "ReplicaFailure"
REVISION = "deployment.kubernetes.io/revision"


class Deployments(Controller):
    kind = KIND
    owns = (REPLICA_SET,)

    async def reconcile(self, namespace: str, name: str) -> None:
        deployment = self.store.find(KIND, namespace, name)
        if deployment is None or deployment["metadata"].get("deletionTimestamp"):
            return
        mark = digest(deployment["spec"]["template"])
        owned = self.hub.seen["ReplicaSet"].owned_by(deployment)
        if not any(self._mark(each) == mark for each in owned):
            self._add(deployment, mark, len(owned) + 1)
        owned = self.hub.seen["ReplicaSet"].owned_by(deployment)
        new = next(each for each in owned if self._mark(each) == mark)
        old = [each for each in owned if self._mark(each) != mark]
        self._roll(deployment, new, old)
        self._report(deployment, new, old)
        self._revision(deployment, new)

    @staticmethod
    def _mark(replica_set: Json) -> str:
        return str((replica_set["metadata"].get("labels") or {}).get(HASH, ""))

    def _add(self, deployment: Json, mark: str, revision: int) -> None:
        template = copy.deepcopy(deployment["spec"]["template"])
        labels = {**(template.get("metadata") or {}).get("labels", {}), HASH: mark}
        template.setdefault("metadata", {})["labels"] = labels
        selector = {"matchLabels": {**deployment["spec"]["selector"].get("matchLabels", {})}}
        selector["matchLabels"][HASH] = mark
        metadata = deployment["metadata"]
        replica_set: Json = {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": f"{metadata['name']}-{mark}",
                "namespace": metadata["namespace"],
                "labels": labels,
                "annotations": {REVISION: str(revision)},
                "ownerReferences": [owner_reference(deployment)],
            },
            "spec": {"replicas": 0, "selector": selector, "template": template},
        }
        self.store.create(REPLICA_SET, metadata["namespace"], replica_set)

    def _roll(self, deployment: Json, new: Json, old: list[Json]) -> None:
        """Scale up within the surge, down within what may be unavailable."""
        wanted = deployment["spec"].get("replicas", 1)
        total = sum(_asked(each) for each in (new, *old))
        if _recreates(deployment) and any(_count(each, "replicas") for each in old):
            self._scale(new, 0)
            for each in old:
                self._scale(each, 0)
            return
        surge, missing = limits(deployment, wanted)
        room = max(0, wanted + surge - total)
        target = wanted if not old else min(wanted, _asked(new) + room)
        self._scale(new, target)
        available = sum(_count(each, "availableReplicas") for each in (new, *old))
        unready = sum(_asked(each) - _count(each, "availableReplicas") for each in old)
        spare = available - (wanted - missing) + unready
        for each in old:
            down = min(_asked(each), max(0, spare))
            self._scale(each, _asked(each) - down)
            spare -= down

    def _scale(self, replica_set: Json, replicas: int) -> None:
        if _asked(replica_set) != replicas:
            namespace, name = replica_set["metadata"]["namespace"], replica_set["metadata"]["name"]
            current = self.store.get(REPLICA_SET, namespace, name)
            current["spec"]["replicas"] = replicas
            self.store.update(REPLICA_SET, namespace, current)

    def _report(self, deployment: Json, new: Json, old: list[Json]) -> None:
        wanted = deployment["spec"].get("replicas", 1)
        every = (new, *old)
        available = sum(_count(each, "availableReplicas") for each in every)
        status: Json = {
            "observedGeneration": deployment["metadata"].get("generation", 1),
            "replicas": sum(_count(each, "replicas") for each in every),
            "updatedReplicas": _count(new, "replicas"),
            "readyReplicas": sum(_count(each, "readyReplicas") for each in every),
            "availableReplicas": available,
            "unavailableReplicas": max(0, wanted - available),
            "conditions": copy.deepcopy((deployment.get("status") or {}).get("conditions") or []),
        }
        status = {key: value for key, value in status.items() if value or key == "conditions"}
        self._judge(deployment, new, status)
        if status != deployment.get("status"):
            metadata = deployment["metadata"]
            self.store.set_status(KIND, metadata["namespace"], metadata["name"], status)

    def _judge(self, deployment: Json, new: Json, status: Json) -> None:
        wanted = deployment["spec"].get("replicas", 1)
        _, missing = limits(deployment, wanted)
        enough = status.get("availableReplicas", 0) >= wanted - missing
        done = (
            status.get("updatedReplicas", 0) == wanted
            and status.get("replicas", 0) == wanted
            and status.get("availableReplicas", 0) >= wanted
        )
        now, name = self.hub.clock.stamp(), new["metadata"]["name"]
        available = {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"}
        if not enough:
            available |= {"status": "False", "reason": "MinimumReplicasUnavailable"}
        words = "has" if enough else "does not have"
        available["message"] = f"Deployment {words} minimum availability."
        progressing = {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"}
        progressing["message"] = f'ReplicaSet "{name}" is progressing.'
        if done:
            text = f'ReplicaSet "{name}" has successfully progressed.'
            progressing |= {"reason": "NewReplicaSetAvailable", "message": text}
        status["conditions"] = [c for c in status["conditions"] if c["type"] != FAILURE]
        failing = conditions.find((new.get("status") or {}).get("conditions") or [], FAILURE)
        if failing is not None:
            status["conditions"].append(failing)
        for condition in (available, progressing):
            if conditions.put(status["conditions"], condition, now):
                entry = conditions.find(status["conditions"], condition["type"]) or {}
                entry["lastUpdateTime"] = now

    def _revision(self, deployment: Json, new: Json) -> None:
        revision = (new["metadata"].get("annotations") or {}).get(REVISION, "1")
        metadata = deployment["metadata"]
        if (metadata.get("annotations") or {}).get(REVISION) != revision:
            current = self.store.get(KIND, metadata["namespace"], metadata["name"])
            current["metadata"].setdefault("annotations", {})[REVISION] = revision
            self.store.update(KIND, metadata["namespace"], current)


def _asked(replica_set: Json) -> int:
    return int(replica_set["spec"].get("replicas", 0))


def _count(replica_set: Json, key: str) -> int:
    return int((replica_set.get("status") or {}).get(key, 0))


def _recreates(deployment: Json) -> bool:
    return bool((deployment["spec"].get("strategy") or {}).get("type") == "Recreate")


def limits(deployment: Json, wanted: int) -> tuple[int, int]:
    """How many pods may be over and under the wanted number; never both none."""
    rolling = (deployment["spec"].get("strategy") or {}).get("rollingUpdate") or {}
    surge = portion(rolling.get("maxSurge", "25%"), wanted, up=True)
    missing = portion(rolling.get("maxUnavailable", "25%"), wanted, up=False)
    return surge, missing if surge or missing else 1


def portion(value: int | str, of: int, *, up: bool) -> int:
    if isinstance(value, int):
        return value
    share = int(value.rstrip("%")) * of / 100
    return math.ceil(share) if up else math.floor(share)
