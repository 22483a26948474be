"""The weather that was asked for; how rough each part of it is, the seed draws.

Sources: flowlogs-pipeline pkg/pipeline/write/write_loki.go with the operator's settings (two
retries after 1 to 5 s, which write a batch again when only the answer was lost); ebpf-agent 1.12
pkg/flow/tracer_map.go (a full map is evicted at once, before its time). Kafka, where there is one,
delivers at least once.
"""

from __future__ import annotations

from catalog.hardships import FOREIGN, SHARE, SKEW
from catalog.upstream import AGENT_DAEMONSET
from simulation.clock import Clock
from simulation.controllers.hub import Hub
from simulation.controllers.podtemplate import is_going, is_ready
from simulation.hardships import Hardships
from simulation.weather import Weather

LATEST = (2.0, 6.0)
RESTARTS = (600.0, 1500.0)
"""Seconds from one killed agent to the next: far rougher than any cluster that upgrades."""
SLOWEST = 1.0


def of(hardships: Hardships) -> Weather:
    rng, active = hardships.rng, hardships.active
    weather = Weather(rng=rng)
    if active("flows-late"):
        weather.late_share, weather.late = SHARE, (1.0, rng.uniform(*LATEST))
    if active("flows-reordered"):
        weather.held_back = SHARE
    if active("flows-twice"):
        weather.twice = SHARE
    if active("flows-redelivered"):
        weather.redelivered = SHARE
    if active("flows-split"):
        weather.splits = True
    if active("crowded"):
        weather.foreign = FOREIGN
    if active("clocks-differ"):
        weather.skew = SKEW
    return weather


class Restarts:
    """Now and then the pod of one agent is killed; its DaemonSet makes another."""

    def __init__(self, hub: Hub, hardships: Hardships) -> None:
        self._hub, self._rng = hub, hardships.rng
        if hardships.active("agents-restart"):
            self._wait()

    def _wait(self) -> None:
        self._hub.later(self._rng.uniform(*RESTARTS), self._strike)

    def _strike(self) -> None:
        self._wait()
        pods = [pod for pod in self._hub.seen["Pod"].all() if _is_agent(pod)]
        if pods:
            metadata = self._rng.choice(pods)["metadata"]
            self._hub.store.delete("v1/Pod", metadata["namespace"], metadata["name"], grace=0)


def _is_agent(pod: dict[str, object]) -> bool:
    labels = pod["metadata"].get("labels") or {}  # type: ignore[attr-defined]  # plain JSON
    return labels.get("app") == AGENT_DAEMONSET and is_ready(pod) and not is_going(pod)


class SlowCalls:
    """Every call to the API server waits in a queue first."""

    def __init__(self, hardships: Hardships, clock: Clock) -> None:
        self._active, self._rng = hardships.active("api-slow"), hardships.rng
        self._clock = clock

    async def wait(self) -> None:
        if self._active:
            await self._clock.sleep(self._rng.uniform(0.0, SLOWEST))
