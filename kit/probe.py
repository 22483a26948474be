"""A probe is a Pod that runs one command and ends; its exit code and its log are what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit.addresses import wire_address
from kit.cluster import Cluster
from kit.commands import Command, Ending
from kit.manifests import manifest
from kit.patience import POD_FINISHED
from kit.traffic import End
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting

Pod = Mapping[str, Any]
TAKEN_AWAY = (
    "Evicted",
    "Preempting",
    "NodeShutdown",
    "Terminated",
    "NodeLost",
    "UnexpectedAdmission",
)
"""Reasons of a pod's status that are the platform's doing. Source: kubelet pkg/kubelet/eviction and
nodeshutdown; pkg/kubelet/preemption."""
DISRUPTED = "DisruptionTarget"
HOPELESS = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError")


class TakenAway(Inconclusive):
    """The platform has ended the probe, not its command: another one may be sent."""


@dataclass(frozen=True)
class Report:
    """What became of one probe; times are cluster seconds since the epoch."""

    client: End
    ending: Ending
    command: tuple[str, ...]
    began: float
    ended: float
    output: str


def run_probe(
    cluster: Cluster, waiting: Waiting, pod: dict[str, Any], command: Command, to: str = ""
) -> Report:
    """Create the Pod, wait until it has ended, read how. Inconclusive when it never could run.

    The client's address is the one that it used towards the address that it reached, or `to`.
    TakenAway when it was evicted, drained or deleted before it could say how it ended.
    """
    pod["spec"]["containers"][0]["command"] = list(command.argv)
    made = cluster.create(pod)
    name, namespace = made["metadata"]["name"], made["metadata"]["namespace"]
    try:
        done = waiting.eventually(
            lambda: cluster.get("v1", "Pod", name, namespace),
            finished,
            within=POD_FINISHED,
            what=f"the probe {name} ends",
        )
    except Unmet as late:
        raise Inconclusive(late.because) from None
    finally:
        cluster.ration.give(made)
    if why := taken_away(done):
        raise TakenAway(f"the probe {name} was taken away: {why}")
    state = _terminated(done or {})
    if done is None or state is None or not (state.get("startedAt") and state.get("finishedAt")):
        why = (state or {}).get("reason") or reason(done)
        raise Inconclusive(f"the probe {name} did not run: {why}")
    output = cluster.logs(namespace, name)
    ending = command.read(int(state["exitCode"]), output)
    return Report(
        client=client_end(done, str(ending.sent.get("DstAddr") or to)),
        ending=ending,
        command=command.argv,
        began=epoch(state["startedAt"]),
        ended=epoch(state["finishedAt"]),
        output=output,
    )


def probe_pod(
    name: str, namespace: str, labels: Mapping[str, str], node: str = ""
) -> dict[str, Any]:
    """The Pod of a probe; `node` is a host name, empty where any node does."""
    pod = manifest("probe")
    pod["metadata"]["name"] = name
    pod["metadata"]["namespace"] = namespace
    pod["metadata"]["labels"].update(labels)
    if node:
        pod["spec"]["nodeSelector"] = {"kubernetes.io/hostname": node}
    return pod


def finished(pod: Pod | None) -> Verdict:
    """Ended, or hopeless: both are worth no more waiting."""
    if pod is None:
        return met("the pod is gone")
    if taken_away(pod):
        return met("it was taken away")
    if _terminated(pod) or pod.get("status", {}).get("phase") == "Failed":
        return met()
    why = reason(pod)
    return met(why) if why.split(":")[0] in HOPELESS else unmet(f"the pod is {why}")


def taken_away(pod: Pod | None) -> str:
    """Why the platform ended it, in the status' own words; empty when it did not."""
    if pod is None:
        return "somebody deleted the pod"
    status = pod.get("status", {})
    if status.get("reason") in TAKEN_AWAY:
        return f"{status['reason']}: {status.get('message', '').strip()}"
    for condition in status.get("conditions", ()):
        if condition.get("type") == DISRUPTED and condition.get("status") == "True":
            return f"{condition.get('reason')}: {condition.get('message', '').strip()}"
    if pod.get("metadata", {}).get("deletionTimestamp"):
        return "somebody is deleting the pod"
    return ""


def reason(pod: Pod | None) -> str:
    """Why a pod is where it is, as its status says it."""
    if pod is None:
        return "somebody deleted the pod"
    status = pod.get("status", {})
    if status.get("phase") == "Failed" and status.get("reason"):
        return f"{status['reason']}: {status.get('message', '')}"
    for container in status.get("containerStatuses", ()):
        waiting = container.get("state", {}).get("waiting")
        if waiting:
            told = waiting.get("message")
            return f"{waiting.get('reason')}: {told}" if told else str(waiting.get("reason"))
    for condition in status.get("conditions", ()):
        if condition.get("status") == "False" and condition.get("message"):
            return f"{condition.get('reason')}: {condition['message']}"
    told = status.get("message") or status.get("reason")
    return str(told or status.get("phase", "not scheduled"))


def client_end(pod: Pod, to: str = "") -> End:
    """The client as flows name it: a bare pod is its own owner."""
    metadata, status = pod["metadata"], pod.get("status", {})
    return End(
        name=metadata["name"],
        namespace=metadata["namespace"],
        address=wire_address(pod, to),
        owner=metadata["name"],
        node=pod["spec"].get("nodeName", ""),
        node_address=status.get("hostIP", ""),
    )


def epoch(stamp: str) -> float:
    """Seconds since the epoch of a Kubernetes timestamp (RFC 3339, UTC)."""
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def _terminated(pod: Pod) -> Mapping[str, Any] | None:
    for container in pod.get("status", {}).get("containerStatuses", ()):
        state: Mapping[str, Any] | None = container.get("state", {}).get("terminated")
        if state:
            return state
    return None
