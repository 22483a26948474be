"""What one running agent uses, as its node's kubelet and its own metrics page tell it."""

from __future__ import annotations

from simulation.agent import work
from simulation.agent.counters import exposition
from simulation.agent.use_lies import (
    BURNS,
    BURNT,
    DNS_BURNS,
    DNS_BURNT,
    FULL,
    HOOKS_BURN,
    HOOKS_BURNT,
    LEAKED,
    LEAKS,
    MOST_LEAKED,
    UNSEEN,
    UNSEEN_EVERY,
)
from simulation.agent.watcher import Watcher
from simulation.clock import Clock
from simulation.faults import Faults


class Use:
    """`began` is when the agent's process started, in cluster seconds since the epoch."""

    def __init__(self, clock: Clock, watcher: Watcher, faults: Faults) -> None:
        self._clock, self._watcher, self._faults = clock, watcher, faults
        self.began = clock.now()

    @property
    def lived(self) -> float:
        return self._clock.now() - self.began

    def process_seconds(self) -> float:
        """Processor time of the process since it began."""
        config, lived = self._watcher.config, self.lived
        seconds = work.process_seconds(self._watcher.work, config, lived)
        if self._faults.active(BURNS):
            seconds *= BURNT
        if self._faults.active(DNS_BURNS) and config.runs("DNSTracking"):
            seconds += DNS_BURNT * lived
        return seconds

    def kernel_seconds(self) -> float:
        did, config = self._watcher.work, self._watcher.config
        seconds = work.kernel_seconds(did, config, self.lived)
        if self._faults.active(HOOKS_BURN):
            seconds += HOOKS_BURNT * work.packets(did, self.lived)
        return seconds

    def flows(self) -> float:
        """Flows that it has exported, those of a node's other pods among them."""
        return work.flows(self._watcher.work, self._watcher.config, self.lived)

    def memory(self) -> float:
        """Bytes of the pod's working set."""
        return work.memory(self._watcher.work, self._watcher.config) + self._leaked()

    def _leaked(self) -> float:
        return min(MOST_LEAKED, LEAKED * self.lived) if self._faults.active(LEAKS) else 0.0

    def bend(self, sizes: dict[str, int]) -> None:
        """How an agent lies about its map of flows."""
        if self._faults.active(FULL):
            sizes["flowmap"] = self._watcher.config.cache_max_flows

    def printed(self) -> str:
        """The collectors that Prometheus' Go client brings: promhttp serves its own registry."""
        began = self.began
        if self._faults.active(UNSEEN):
            began += self.lived // UNSEEN_EVERY * UNSEEN_EVERY
        resident = work.resident(self._watcher.work, self._watcher.config) + self._leaked()
        samples = (
            ("cpu_seconds_total", "counter", f"{self.process_seconds():.2f}"),
            ("resident_memory_bytes", "gauge", f"{resident:.0f}"),
            ("start_time_seconds", "gauge", f"{began:.2f}"),
        )
        lines = [
            line
            for name, kind, value in samples
            for line in exposition(name, kind, [({}, float(value))], "process_")
        ]
        return "\n".join(lines) + "\n"
