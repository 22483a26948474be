"""Agents that lose their memory again and again: killed within it, or evicted for the node's."""

from __future__ import annotations

from simulation.controllers.hub import Hub
from simulation.controllers.kubelet import AGENT_APP, Kubelet
from simulation.controllers.podrun import PodRun
from simulation.faults import register

KILLED = register("agent-out-of-memory", "the agent of the last node is killed for its memory")
EVICTED = register("agent-evicted", "the first node evicts its agent again and again")
EVERY = 40.0
LOOK, LIVES = 5.0, 80.0
"""Seconds: whoever measures agents that have run for a minute meets an eviction."""
LOW = (
    "The node was low on resource: memory. Threshold quantity: 100Mi, available: 87324Ki. "
    "Container netobserv-ebpf-agent was using 180Mi, request is 50Mi, has larger consumption of "
    "memory. "
)
"""Source: kubelet pkg/kubelet/eviction/helpers.go."""


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


class Evictor:
    """The first node's: no probe runs there, so that nobody else misses its flows."""

    def __init__(self, hub: Hub, kubelet: Kubelet) -> None:
        self.hub, self.kubelet = hub, kubelet
        self._uid, self._since = "", 0.0
        active = hub.faults.active(EVICTED)
        self._ticker = hub.clock.every(LOOK, self._look) if active else None

    def stop(self) -> None:
        if self._ticker is not None:
            self._ticker.stop()

    def _look(self) -> None:
        runs = [run for run in self.kubelet.runs.values() if _is_agent(run) and not run.going]
        run, now = min(runs, key=lambda run: run.node, default=None), self.hub.clock.now()
        if run is None:
            return
        if run.uid != self._uid:
            self._uid, self._since = run.uid, now
        elif now - self._since >= LIVES and not run.ended:
            run.evict(LOW)
