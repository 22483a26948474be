"""An agent that runs out of memory again and again, and is back before anybody misses a flow."""

from __future__ import annotations

from simulation.controllers.hub import Hub
from simulation.controllers.kubelet import AGENT_APP, Kubelet
from simulation.controllers.podrun import PodRun
from simulation.faults import register

KILLED = register("agent-out-of-memory", "the agent of the last node is killed for its memory")
EVERY = 40.0


class Killer:
    """Only the status tells: flows go on, since a cache of 15 s hides a start of one."""

    def __init__(self, hub: Hub, kubelet: Kubelet) -> None:
        self.hub, self.kubelet = hub, kubelet
        active = hub.faults.active(KILLED)
        self._ticker = hub.clock.every(EVERY, self._kill) if active else None

    def stop(self) -> None:
        if self._ticker is not None:
            self._ticker.stop()

    def _kill(self) -> None:
        runs = [run for run in self.kubelet.runs.values() if _is_agent(run) and not run.going]
        if runs:
            self._restart(max(runs, key=lambda run: run.node))

    def _restart(self, run: PodRun) -> None:
        (container,) = run.containers
        now = self.hub.clock.stamp()
        container.restarts += 1
        ended = {"exitCode": 137, "reason": "OOMKilled", "startedAt": now, "finishedAt": now}
        container.last = {"terminated": ended}
        run.publish()


def _is_agent(run: PodRun) -> bool:
    return (run.pod["metadata"].get("labels") or {}).get("app") == AGENT_APP
