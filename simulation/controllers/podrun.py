"""One pod's life on its node: volumes, sandbox, containers, status, end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from simulation.apiserver import ApiError
from simulation.controllers import conditions
from simulation.controllers.containers import ContainerRun, Process
from simulation.controllers.events import tell, warn
from simulation.controllers.held_back import hold_back
from simulation.controllers.hub import Json
from simulation.controllers.launching import process
from simulation.controllers.podfiles import (
    Missing,
    check_volumes,
)
from simulation.world import Endpoint

if TYPE_CHECKING:
    from simulation.controllers.kubelet import Kubelet

POD = "v1/Pod"
CREATING = "ContainerCreating"
NOTICED, SANDBOX, STOP = (0.1, 0.3), (1.2, 1.6), (0.3, 1.0)
NO_NETWORK = "failed to create pod network sandbox: no primary user-defined network is there yet"
READY_KINDS = ("Ready", "ContainersReady")


class PodRun:
    """Runs the pod's containers; `publish` writes the status that follows from them."""

    def __init__(self, kubelet: Kubelet, pod: Json) -> None:
        self.kubelet, self.pod = kubelet, pod
        self.hub, self.images = kubelet.hub, kubelet.images
        self.uid, self.node = str(pod["metadata"]["uid"]), str(pod["spec"]["nodeName"])
        self.addresses: list[str] = []
        self.endpoint: Endpoint | None = None
        self.ended: Json = {}
        self.going = False
        spec = pod["spec"]
        self.initial = [ContainerRun(self, each, True) for each in spec.get("initContainers") or []]
        self.containers = [ContainerRun(self, each) for each in spec["containers"]]
        self._conditions: list[Json] = []
        self._since = self.stamp()
        self._initialised = not self.initial
        self._busy = True
        self.hub.begin()
        self.task = self.hub.spawn(self._live())

    def rest(self) -> None:
        """Nothing more will happen soon: who waits for the cluster to settle may go on."""
        if self._busy:
            self._busy = False
            self.hub.end()

    async def _live(self) -> None:
        limit = self.pod["spec"].get("activeDeadlineSeconds")
        life = self.hub.spawn(self._run())
        try:
            seconds = None if limit is None else float(limit) / self.hub.clock.speed
            done, _ = await asyncio.wait({life}, timeout=seconds)
            if not done:
                life.cancel()
                self._expire()
        finally:
            life.cancel()
            self.rest()

    def _expire(self) -> None:
        for container in (*self.initial, *self.containers):
            container.stop()
        text = "Pod was active on the node longer than the specified deadline"
        self.ended = {"reason": "DeadlineExceeded", "message": text}
        self.publish("Failed")
        self._leave()

    def stamp(self) -> str:
        """By the clock of the node."""
        ahead = self.hub.world.weather.offset(self.node)
        return self.hub.clock.stamp(self.hub.clock.now() + ahead)

    def evict(self, message: str) -> None:
        """The node is short of something: the pod is killed, its object stays."""
        self.task.cancel()
        for container in (*self.initial, *self.containers):
            container.kill()
        self.ended = {"reason": "Evicted", "message": message}
        by_kubelet = {"type": "DisruptionTarget", "status": "True", "message": message}
        by_kubelet["reason"] = "TerminationByKubelet"
        conditions.put(self._conditions, by_kubelet, self.stamp())
        warn(self.hub, self.pod, "Evicted", message)
        self.publish("Failed")
        self._leave()

    async def _run(self) -> None:
        await self.hub.pause(NOTICED)
        hold_back(self.hub, self.key)
        self.publish()
        await self._mount()
        await self.hub.pause(SANDBOX)
        await self._enter()
        for container in self.initial:
            await container.live()
            if container.exit_code != 0:
                return self._finish("Failed")
        self._initialised = True
        await asyncio.gather(*(container.live() for container in self.containers))
        good = all(container.exit_code == 0 for container in self.containers)
        return self._finish("Succeeded" if good else "Failed")

    async def _mount(self) -> None:
        while True:
            try:
                return check_volumes(self.hub.store, self.pod)
            except Missing as missing:
                warn(self.hub, self.pod, "FailedMount", str(missing))
                self.rest()
                await self.hub.clock.sleep(2.0)

    async def _enter(self) -> None:
        addresses = self.kubelet.addresses_for(self.pod)
        self.endpoint = await self._joined(self.kubelet.endpoint_of(self.pod, addresses))
        self.addresses = addresses
        self.hub.world.place(self.endpoint)

    async def _joined(self, endpoint: Endpoint) -> Endpoint:
        """On the namespace's own network too, if it wants one: without it there is no sandbox."""
        networks = self.kubelet.networks
        while networks.is_asked_for(self.pod):
            found = networks.attach(self.pod, endpoint.addresses)
            if found is not None:
                joined = replace(endpoint, address=found.address, network=found.name)
                return replace(joined, other_addresses=endpoint.addresses)
            warn(self.hub, self.pod, "FailedCreatePodSandBox", NO_NETWORK)
            self.rest()
            await self.hub.clock.sleep(2.0)
        return endpoint

    def _leave(self) -> None:
        if self.endpoint is not None:
            self.hub.world.withdraw(self.uid)
            self.kubelet.release(self.pod, self.addresses)
            self.endpoint = None

    def _finish(self, phase: str) -> None:
        self.publish(phase)
        self._leave()

    def starts_again(self, code: int, init: bool) -> bool:
        policy = self.pod["spec"].get("restartPolicy", "Always")
        if init or policy == "OnFailure":
            return code != 0 and policy != "Never"
        return bool(policy == "Always")

    def hindrance(self) -> str:
        return self.kubelet.hindrance(self.pod)

    def launch(self, container: ContainerRun) -> Process:
        assert self.endpoint is not None
        pod = self.hub.seen["Pod"].get(*self.key) or self.pod
        return process(self, pod, container)

    @property
    def key(self) -> tuple[str, str]:
        return self.pod["metadata"]["namespace"], self.pod["metadata"]["name"]

    def tell(self, reason: str, message: str) -> None:
        if not self.hub.settling:
            tell(self.hub, self.pod, reason, message)

    def publish(self, phase: str = "") -> None:
        """Write the status if it is another, unless the pod is gone or its name is another's.

        Source: kubernetes pkg/kubelet/status, isPodStatusByKubeletEqual.
        """
        if all(each.ready for each in self.containers):
            self.rest()
        elif self.hub.settling and not phase and not self._stuck():
            return  # nobody is there to see a population's pods come up
        current = self.hub.seen["Pod"].get(*self.key)
        if current is None or current["metadata"]["uid"] != self.uid:
            return
        status = self._status(phase)
        if status == current.get("status"):
            return
        try:
            self.hub.store.set_status(POD, *self.key, status, manager="kubelet")
        except ApiError as error:
            if error.code != 404:
                raise

    def _stuck(self) -> bool:
        waiting = [each.state.get("waiting", {}) for each in self.containers]
        return any(state.get("reason", CREATING) != CREATING for state in waiting)

    def _status(self, phase: str) -> Json:
        running = any(each.started or each.restarts for each in self.containers)
        hosts = self.kubelet.node_addresses(self.node)
        status: Json = {
            "phase": phase or ("Running" if running else "Pending"),
            "conditions": self._update_conditions(phase),
            "hostIP": hosts[0],
            "hostIPs": [{"ip": host} for host in hosts],
            "startTime": self._since,
            "qosClass": "Burstable",
            "containerStatuses": [each.status for each in self.containers],
        }
        if self.addresses:
            told = [{"ip": address} for address in self.addresses]
            status |= {"podIP": self.addresses[0], "podIPs": told}
        if self.initial:
            status["initContainerStatuses"] = [each.status for each in self.initial]
        return status | self.ended

    def _update_conditions(self, phase: str) -> list[Json]:
        now = self.stamp()
        ready = not phase and all(each.ready for each in self.containers)
        why = "PodCompleted" if phase == "Succeeded" else "ContainersNotReady"
        held = {"PodReadyToStartContainers": bool(self.addresses) and not phase}
        held |= {"Initialized": self._initialised, "PodScheduled": True}
        for kind, value in (held | dict.fromkeys(READY_KINDS, ready)).items():
            new = {"type": kind, "status": str(value), "reason": "", "message": ""}
            if kind in READY_KINDS and not ready:
                new |= {"reason": why, "message": self._unready()}
            conditions.put(self._conditions, new, now)
        return [{k: v for k, v in each.items() if v != ""} for each in self._conditions]

    def _unready(self) -> str:
        names = " ".join(each.spec["name"] for each in self.containers if not each.ready)
        return f"containers with unready status: [{names}]"

    async def end(self) -> None:
        """The pod was deleted: stop its containers within the grace period, then let it go."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        running = [each for each in (*self.initial, *self.containers) if each.started]
        for container in running:
            container.stop()
        spans = [each.image.stops_in for each in running if each.image.stops_in]
        grace = float(self.pod["metadata"].get("deletionGracePeriodSeconds", 30))
        low, high = max(spans, default=STOP)
        await self.hub.pause((min(low, grace), min(high, grace)))
        self._leave()
        self.kubelet.forget(self)
