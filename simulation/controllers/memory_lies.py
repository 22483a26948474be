"""Agents that lose their memory again and again: killed within it, or evicted for the node's."""

from __future__ import annotations

from simulation.controllers.evictions import low_on_memory
from simulation.controllers.hub import Hub
from simulation.controllers.kubelet import AGENT_APP, Kubelet
from simulation.controllers.podrun import PodRun
from simulation.faults import register

KILLED = register("agent-out-of-memory", "the agent of the last node is killed for its memory")
EVICTED = register("agent-evicted", "the first node evicts its agent again and again")
EVERY = 40.0
LOOK, LIVES = 5.0, 80.0
"""Seconds: whoever measures agents that have run for a minute meets an eviction."""
LOW = low_on_memory("netobserv-ebpf-agent", used="180Mi", request="50Mi")


class _Lie:
    """Looks at the agents again and again, while it is told."""

    def __init__(self, hub: Hub, kubelet: Kubelet, name: str, every: float) -> None:
        self.hub, self._kubelet = hub, kubelet
        self._ticker = hub.clock.every(every, self._look) if hub.faults.active(name) else None

    def stop(self) -> None:
        if self._ticker is not None:
            self._ticker.stop()

    def _look(self) -> None:
        if runs := [run for run in self._kubelet.runs.values() if _is_agent(run) and not run.going]:
            self._meet(runs)

    def _meet(self, agents: list[PodRun]) -> None:
        """All that are not going away."""
        raise NotImplementedError


class Killer(_Lie):
    """Only the status tells: flows go on, since a cache of 15 s hides a start of one."""

    def __init__(self, hub: Hub, kubelet: Kubelet) -> None:
        super().__init__(hub, kubelet, KILLED, EVERY)

    def _meet(self, agents: list[PodRun]) -> None:
        run = max(agents, key=lambda run: run.node)
        (container,) = run.containers
        now = self.hub.clock.stamp()
        container.restarts += 1
        ended = {"exitCode": 137, "reason": "OOMKilled", "startedAt": now, "finishedAt": now}
        container.last = {"terminated": ended}
        run.publish()


class Evictor(_Lie):
    """The first node's: no probe runs there, so that nobody else misses its flows."""

    def __init__(self, hub: Hub, kubelet: Kubelet) -> None:
        super().__init__(hub, kubelet, EVICTED, LOOK)
        self._uid, self._since = "", 0.0

    def _meet(self, agents: list[PodRun]) -> None:
        run, now = min(agents, key=lambda run: run.node), self.hub.clock.now()
        if run.uid != self._uid:
            self._uid, self._since = run.uid, now
        elif now - self._since >= LIVES and not run.ended:
            run.evict(LOW)


def _is_agent(run: PodRun) -> bool:
    return (run.pod["metadata"].get("labels") or {}).get("app") == AGENT_APP
