"""What agents and flowlogs-pipeline use, window by window, as their work explains it."""

from __future__ import annotations

from catalog.upstream import AGENT_DAEMONSET, PIPELINE_WORKLOAD
from simulation.controllers.flows import Flows
from simulation.controllers.hub import Hub, Json
from simulation.faults import register
from simulation.pipeline import work as pipeline_work

WINDOW = 15.0
"""Seconds between two looks of metrics-server at its kubelets (--metric-resolution)."""

PIPELINE_BURNS = register("pipeline-burns-cpu", "flowlogs-pipeline uses three times the time")
PIPELINE_HOARDS = register(
    "pipeline-hoards-memory", "flowlogs-pipeline needs four times the memory"
)
BURNT, HOARDED = 3.0, 4.0

Usage = tuple[float, float]
"""Cores and bytes."""


class Reading:
    """What one agent had used at a moment: whoever wants a rate takes two of them."""

    def __init__(self, began: float, at: float, counted: tuple[float, float, float]) -> None:
        self.began, self.at = began, at
        self.process, self.kernel, self.flows = counted


class Meters:
    """Looks at the agents each window; a rate is that between the last two looks."""

    def __init__(self, hub: Hub, flows: Flows) -> None:
        self.hub, self.flows = hub, flows
        self.at = hub.clock.now()
        self._before: dict[str, Reading] = {}
        self._rates: dict[str, tuple[float, float, float]] = {}
        self._ticker = hub.clock.every(WINDOW, self.look)

    def stop(self) -> None:
        self._ticker.stop()

    def look(self) -> None:
        """One scrape of all kubelets."""
        self.at = self.hub.clock.now()
        now = {node: self._read(node) for node in self.flows.agents.running()}
        found = {node: reading for node, reading in now.items() if reading is not None}
        self._rates = {
            node: _rates(self._before[node], reading)
            for node, reading in found.items()
            if node in self._before and self._before[node].began == reading.began
        }
        self._before = found

    def _read(self, node: str) -> Reading | None:
        use = self.flows.agents.use(node)
        if use is None:
            return None
        counted = use.process_seconds(), use.kernel_seconds(), use.flows()
        return Reading(use.began, self.at, counted)

    def kernel(self, node: str) -> float:
        """Cores of a node that the agent's programs take."""
        return self._rates.get(node, (0.0, 0.0, 0.0))[1]

    def knows(self, pod: Json) -> bool:
        """Whether this pod's use follows from what it does, and not from what it is."""
        return _app(pod).startswith((AGENT_DAEMONSET, PIPELINE_WORKLOAD))

    def usage(self, pod: Json) -> Usage | None:
        """None for an agent that has not been looked at twice: metrics-server has no rate yet."""
        if _app(pod) == AGENT_DAEMONSET:
            return self._agent(pod["spec"].get("nodeName", ""))
        return self._pipeline()

    def _agent(self, node: str) -> Usage | None:
        use, rates = self.flows.agents.use(node), self._rates.get(node)
        if use is None or rates is None:
            return None
        return rates[0], use.memory()

    def _pipeline(self) -> Usage:
        """Agents spread over the pods as a Service spreads connections."""
        pods = [
            pod for pod in self.hub.seen["Pod"].all() if _app(pod).startswith(PIPELINE_WORKLOAD)
        ]
        flows = sum(rates[2] for rates in self._rates.values()) / max(1, len(pods))
        burnt = BURNT if self.hub.faults.active(PIPELINE_BURNS) else 1.0
        hoarded = HOARDED if self.hub.faults.active(PIPELINE_HOARDS) else 1.0
        used = pipeline_work.process_share(flows), pipeline_work.memory(flows)
        return burnt * used[0], hoarded * used[1]


def _rates(before: Reading, now: Reading) -> tuple[float, float, float]:
    seconds = max(1e-3, now.at - before.at)
    return (
        (now.process - before.process) / seconds,
        (now.kernel - before.kernel) / seconds,
        (now.flows - before.flows) / seconds,
    )


def _app(pod: Json) -> str:
    return str((pod["metadata"].get("labels") or {}).get("app", ""))
