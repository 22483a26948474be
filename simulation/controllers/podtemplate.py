"""Pods made from a workload's template, and what counts as a live, ready or available one."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping

from simulation.controllers.controller import owner_reference
from simulation.controllers.hub import Json
from simulation.controllers.names import ending

FINISHED = ("Succeeded", "Failed")


def pod_of(owner: Json, labels: Mapping[str, str], rng: random.Random) -> Json:
    """A pod as `owner`'s template has it, with the controller's own labels added."""
    template = copy.deepcopy(owner["spec"]["template"])
    metadata = template.get("metadata") or {}
    own: Json = {
        "generateName": f"{owner['metadata']['name']}-",
        "name": f"{owner['metadata']['name']}-{ending(rng)}",
        "namespace": owner["metadata"]["namespace"],
        "labels": {**(metadata.get("labels") or {}), **labels},
        "ownerReferences": [owner_reference(owner)],
    }
    if metadata.get("annotations"):
        own["annotations"] = metadata["annotations"]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": own, "spec": template["spec"]}


def pin_to_node(pod: Json, node: str) -> None:
    """As the DaemonSet controller does it: by affinity, so that the scheduler still binds."""
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    affinity = pod["spec"].setdefault("affinity", {}).setdefault("nodeAffinity", {})
    affinity["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": [term]}


def pinned_node(pod: Json) -> str | None:
    """The node that a DaemonSet's pod is meant for, bound or not yet."""
    if pod["spec"].get("nodeName"):
        return str(pod["spec"]["nodeName"])
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if not required:
        return None
    fields = required["nodeSelectorTerms"][0].get("matchFields") or []
    return str(fields[0]["values"][0]) if fields else None


def phase(pod: Json) -> str:
    return str((pod.get("status") or {}).get("phase", "Pending"))


def is_finished(pod: Json) -> bool:
    return phase(pod) in FINISHED


def is_going(pod: Json) -> bool:
    return bool(pod["metadata"].get("deletionTimestamp"))


def is_active(pod: Json) -> bool:
    return not is_going(pod) and not is_finished(pod)


def is_ready(pod: Json) -> bool:
    return condition(pod, "Ready") == "True"


def condition(obj: Json, kind: str) -> str:
    conditions: list[Json] = (obj.get("status") or {}).get("conditions") or []
    return next((str(each["status"]) for each in conditions if each["type"] == kind), "Unknown")
