"""One container's life: pulled, started, ready, ended, started again.

Source: the kubelet's reasons and back-offs (ErrImagePull 10 s doubling, CrashLoopBackOff likewise).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from simulation.controllers.events import warn
from simulation.controllers.hub import Hub, Json
from simulation.controllers.images import Image, Images, pull_error
from simulation.controllers.podfiles import Missing

if TYPE_CHECKING:
    from simulation.controllers.podrun import PodRun

FIRST_BACK_OFF, LONGEST_BACK_OFF = 10.0, 300.0
FIRST_PROBE = 0.5
CHECK, PULL, START, NOTICE = (0.05, 0.2), (1.5, 4.0), (0.4, 0.7), (0.4, 1.0)


class Process(Protocol):
    """A program that runs in the world, as the kubelet sees it."""

    output: str

    @property
    def ready(self) -> bool: ...
    async def wait(self) -> int: ...
    def stop(self) -> None: ...


class Idle:
    """A program that runs until it is stopped and sends nothing."""

    ready = True

    def __init__(self, output: str = "") -> None:
        self.output = output
        self._end: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def wait(self) -> int:
        return await asyncio.shield(self._end)

    def stop(self) -> None:
        if not self._end.done():
            self._end.set_result(143)


class Doomed:
    """An agent that cannot load its programs: it says so and ends."""

    ready = False
    output = (
        'level=info msg="starting NetObserv eBPF Agent"\n'
        'level=fatal msg="can\'t instantiate NetObserv eBPF Agent" '
        'error="loading BPF objects: field KfreeSkb: program kfree_skb: permission denied"\n'
    )

    async def wait(self) -> int:
        return 1

    def stop(self) -> None:
        """Ended already."""


class ContainerRun:
    """The container `spec` of one pod; tells its pod whenever its status changed."""

    def __init__(self, run: PodRun, spec: Json, init: bool = False) -> None:
        self.run, self.spec, self.init = run, spec, init
        self.hub: Hub = run.hub
        self.images: Images = run.images
        self.image: Image = self.images.look_up(spec["image"])
        self.state: Json = {"waiting": {"reason": "ContainerCreating"}}
        self.last: Json = {}
        self.ready = self.started = False
        self.restarts = 0
        self.process: Process | None = None
        self.previous_output = ""

    @property
    def status(self) -> Json:
        status: Json = {
            "name": self.spec["name"],
            "image": self.spec["image"],
            "imageID": "" if "waiting" in self.state else f"{self.spec['image']}@sha256:0",
            "state": self.state,
            "lastState": self.last,
            "ready": self.ready,
            "restartCount": self.restarts,
            "started": self.started,
        }
        return status

    @property
    def exit_code(self) -> int | None:
        ended = self.state.get("terminated")
        return None if ended is None else int(ended["exitCode"])

    def waiting(self, reason: str, message: str = "") -> None:
        self.state = {"waiting": {"reason": reason} | ({"message": message} if message else {})}
        self.ready = self.started = False
        self.run.publish()

    async def live(self) -> None:
        """Until the container has ended for good."""
        back_off = FIRST_BACK_OFF
        while True:
            await self.pull()
            await self.start()
            code = await self._run()
            if not self.run.starts_again(code, self.init):
                return
            self.last, self.restarts = self.state, self.restarts + 1
            name, pod = self.spec["name"], self.run.pod["metadata"]["name"]
            text = f"back-off {back_off:.0f}s restarting failed container={name} pod={pod}"
            self.waiting("CrashLoopBackOff", text)
            self.run.rest()
            await self.hub.clock.sleep(back_off)
            back_off = min(2 * back_off, LONGEST_BACK_OFF)

    async def pull(self) -> None:
        reference, node, back_off = self.spec["image"], self.run.node, FIRST_BACK_OFF
        if self.images.present(node, reference) and self._can_pull():
            await self.hub.pause(CHECK)
            return
        self.run.tell("Pulling", f'Pulling image "{reference}"')
        await self.hub.pause(PULL)
        while not self._can_pull():
            why = pull_error(reference, self.images.refused(self.image))
            warn(self.hub, self.run.pod, "Failed", f'Failed to pull image "{reference}": {why}')
            self.waiting("ErrImagePull", why)
            self.run.rest()
            await self.hub.clock.sleep(1.0)
            self.waiting("ImagePullBackOff", f'Back-off pulling image "{reference}": {why}')
            await self.hub.clock.sleep(back_off)
            back_off = min(2 * back_off, LONGEST_BACK_OFF)
        self.images.keep(node, reference)
        self.run.tell("Pulled", f'Successfully pulled image "{reference}"')

    def _can_pull(self) -> bool:
        return self.images.can_pull(self.run.pod, self.image)

    async def start(self) -> None:
        await self.hub.pause(self.image.starts_in or START)
        while why := self.run.hindrance():
            self.waiting("CreateContainerError", why)
            self.run.rest()
            await self.hub.clock.sleep(5.0)
        while True:
            try:
                self.process = self.run.launch(self)
                break
            except Missing as missing:
                self.waiting("CreateContainerConfigError", str(missing))
                self.run.rest()
                await self.hub.clock.sleep(2.0)
        self.state = {"running": {"startedAt": self.run.stamp()}}
        self.started = True
        self.run.tell("Started", f"Started container {self.spec['name']}")

    async def _run(self) -> int:
        process = self.process
        assert process is not None
        began = self.state["running"]["startedAt"]
        probing = self.hub.spawn(self._become_ready(process))
        code = await process.wait()
        probing.cancel()
        ended = self.run.stamp()
        await self.hub.pause(NOTICE)
        self.ready = self.started = False
        self.previous_output = process.output
        self.state = {"terminated": _ending(code, began, ended, self.run.uid)}
        self.run.publish()
        return code

    async def _become_ready(self, process: Process) -> None:
        probe = self.spec.get("readinessProbe")
        if probe:
            self.run.publish()
            delay = float(probe.get("initialDelaySeconds", 0)) + FIRST_PROBE
            await self.hub.pause((delay, delay))
            while not process.ready:
                await self.hub.clock.sleep(float(probe.get("periodSeconds", 10)))
        self.ready = True
        self.run.publish()

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()

    def kill(self) -> None:
        """From outside, with SIGKILL: 137."""
        self.stop()
        if "running" in self.state:
            began, now = self.state["running"]["startedAt"], self.run.stamp()
            self.state = {"terminated": _ending(137, began, now, self.run.uid)}
        self.ready = self.started = False

    def output(self, previous: bool) -> str:
        if previous:
            return self.previous_output
        return self.process.output if self.process else ""


def _ending(code: int, began: str, ended: str, uid: str) -> Json:
    return {
        "exitCode": code,
        "reason": "Completed" if code == 0 else "Error",
        "startedAt": began,
        "finishedAt": ended,
        "containerID": f"cri-o://{uid.replace('-', '')}",
    }
