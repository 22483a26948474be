"""The kubelets of all nodes: which pods run where, with which addresses; logs of containers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulation import health_lies
from simulation.apiserver import ApiError
from simulation.controllers.addresses import Pool
from simulation.controllers.controller import controller_of
from simulation.controllers.hub import Hub, Json
from simulation.controllers.images import Images
from simulation.controllers.networks import PodNetworks
from simulation.controllers.nodes import internal_addresses
from simulation.controllers.podrun import PodRun
from simulation.controllers.podtemplate import is_finished, is_going
from simulation.world import Endpoint

if TYPE_CHECKING:
    from simulation.controllers.containers import ContainerRun

NOT_READY_FAULT = "one-agent-not-ready"
OPERATOR_FAULT = "operator-never-ready"
AGENT_APP = "netobserv-ebpf-agent"


class Kubelet:
    """Starts a PodRun for every bound pod, and ends it when the pod is deleted."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.images = hub, Images(hub)
        self.runs: dict[str, PodRun] = {}
        self.networks = PodNetworks(hub)
        self._pools: dict[str, list[Pool]] = {}
        self._nodes, self._pods = hub.seen["Node"], hub.seen["Pod"]
        self._replica_sets = hub.seen["ReplicaSet"]
        self._pods.on_change(self.on_pod)

    def on_pod(self, event: str, pod: Json) -> None:
        uid = pod["metadata"]["uid"]
        run = self.runs.get(uid)
        if event == "DELETED":
            if run is not None:
                self._end(run, pod)
        elif is_going(pod):
            if run is not None:
                self._end(run, pod)
            elif not pod["spec"].get("nodeName"):
                self.remove(pod)
        elif run is None and pod["spec"].get("nodeName") and not is_finished(pod):
            self.runs[uid] = PodRun(self, pod)

    def _end(self, run: PodRun, pod: Json) -> None:
        if not run.going:
            run.going, run.pod = True, pod
            self.hub.spawn(run.end())

    def forget(self, run: PodRun) -> None:
        self.runs.pop(run.uid, None)
        current = self._pods.get(*run.key)
        if current is not None and current["metadata"]["uid"] == run.uid:
            self.remove(current)

    def remove(self, pod: Json) -> None:
        """The last word of a deletion: the object itself goes."""
        metadata = pod["metadata"]
        try:
            self.hub.store.delete("v1/Pod", metadata["namespace"], metadata["name"], grace=0)
        except ApiError as error:
            if error.code != 404:
                raise

    def node_addresses(self, node: str) -> list[str]:
        return internal_addresses(self._nodes.get("", node) or {})

    def addresses_for(self, pod: Json) -> list[str]:
        """One of each IP family that the node has."""
        node = pod["spec"]["nodeName"]
        if pod["spec"].get("hostNetwork"):
            return self.node_addresses(node)
        if node not in self._pools:
            found = self._nodes.get("", node)
            assert found is not None
            slices = found["spec"].get("podCIDRs") or [found["spec"]["podCIDR"]]
            self._pools[node] = [Pool(each) for each in slices]
        return [pool.take() for pool in self._pools[node]]

    def release(self, pod: Json, addresses: Sequence[str]) -> None:
        if not pod["spec"].get("hostNetwork"):
            for pool, address in zip(self._pools[pod["spec"]["nodeName"]], addresses, strict=True):
                pool.release(address)

    def endpoint_of(self, pod: Json, addresses: Sequence[str]) -> Endpoint:
        metadata = pod["metadata"]
        kind, name = self.owner_of(pod)
        return Endpoint(
            namespace=metadata["namespace"],
            name=metadata["name"],
            address=addresses[0],
            node=pod["spec"]["nodeName"],
            host_network=bool(pod["spec"].get("hostNetwork")),
            owner_kind=kind,
            owner_name=name,
            labels=dict(metadata.get("labels") or {}),
            uid=metadata["uid"],
            other_addresses=tuple(addresses[1:]),
        )

    def owner_of(self, pod: Json) -> tuple[str, str]:
        """The owner that flows name: a ReplicaSet stands for its Deployment.

        Source: flowlogs-pipeline informers.go.
        """
        owner = controller_of(pod)
        if owner is None:
            return "Pod", str(pod["metadata"]["name"])
        if owner["kind"] == "ReplicaSet":
            above = self._replica_sets.get(pod["metadata"]["namespace"], owner["name"])
            owner = (above and controller_of(above)) or owner
        return str(owner["kind"]), str(owner["name"])

    def is_doomed(self, pod: Json) -> bool:
        """Whether the pod's program ends as soon as it begins."""
        labels = pod["metadata"].get("labels") or {}
        new = not self.hub.settling and labels.get("app") == AGENT_APP
        return new and self.hub.faults.active("agents-crash-loop")

    def hindrance(self, pod: Json) -> str:
        """Why this pod's containers cannot be created now; empty when they can."""
        labels = pod["metadata"].get("labels") or {}
        first = min(self._named_alike(pod), default="")
        if why := health_lies.hindered(self.hub.faults, pod, first):
            return why
        if self.hub.settling:
            return ""
        if self.hub.faults.active(OPERATOR_FAULT) and labels.get("app", "").endswith("-operator"):
            return "container create failed: cgroup: cannot set memory.max: device or resource busy"
        if not self.hub.faults.active(NOT_READY_FAULT):
            return ""
        last = max(node["metadata"]["name"] for node in self._nodes.all())
        if labels.get("app") == AGENT_APP and pod["spec"]["nodeName"] == last:
            return "container create failed: error setting up the BPF file system: not permitted"
        return ""

    def _named_alike(self, pod: Json) -> list[str]:
        """The names of all pods with the same label app."""
        app = (pod["metadata"].get("labels") or {}).get("app")
        return [
            str(each["metadata"]["name"])
            for each in self._pods.within(pod["metadata"]["namespace"])
            if app and (each["metadata"].get("labels") or {}).get("app") == app
        ]

    def logs(self, namespace: str, name: str, container: str, previous: bool) -> str:
        pod = self._pods.get(namespace, name)
        run = self.runs.get(pod["metadata"]["uid"]) if pod else None
        if run is None:
            return ""
        return _output(run, container, previous)


def _output(run: PodRun, name: str, previous: bool) -> str:
    for each in (*run.initial, *run.containers):
        if each.spec["name"] == name:
            _refuse_waiting(run, each, previous)
            return each.output(previous)
    return ""


def _refuse_waiting(run: PodRun, container: ContainerRun, previous: bool) -> None:
    _, name = run.key
    where = f'container "{container.spec["name"]}" in pod "{name}"'
    waiting = container.state.get("waiting")
    if previous and not container.restarts:
        text = f"previous terminated {where} not found"
        raise ApiError(400, "BadRequest", text)
    if waiting and not previous and container.process is None:
        reason = str(waiting["reason"])
        what = "trying and failing to pull image" if "Image" in reason else reason
        text = f"{where} is waiting to start: {what}"
        raise ApiError(400, "BadRequest", text)
