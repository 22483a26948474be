"""The keys of budgets.yaml: which costs have a budget, and what each is measured in."""

from __future__ import annotations

from dataclasses import dataclass

PHASES = ("baseline", "rest", "light", "heavy")
"""No feature and no traffic of ours; then every feature: no, little and much traffic of ours."""

AT_MOST = "at_most"
"""The one limit of a cost that is the same in every phase."""


@dataclass(frozen=True)
class Cost:
    """One group of the file. `measures` is cpu (cores), size (bytes) or share (of a whole).

    `compared` says whether a run's is held against those of earlier ones. A share of the limit is
    that of whichever phases a run has measured: it would rise as soon as a run measures more.
    """

    path: str
    measures: str
    says: str
    phases: tuple[str, ...] = ()
    compared: bool = True

    @property
    def limits(self) -> tuple[str, ...]:
        return self.phases or (AT_MOST,)

    @property
    def keys(self) -> tuple[str, ...]:
        """`agent.cpu.heavy` where phases differ, `ebpf.maps` where they do not."""
        return tuple(f"{self.path}.{phase}" for phase in self.phases) or (self.path,)


COSTS = (
    Cost("agent.cpu", "cpu", "cores of an agent pod", PHASES),
    Cost("agent.memory", "size", "working set of an agent pod", PHASES),
    Cost(
        "agent.memory_of_limit", "share", "working set of an agent's memory limit", compared=False
    ),
    Cost("pipeline.cpu", "cpu", "cores of all flowlogs-pipeline pods together", PHASES),
    Cost("pipeline.memory", "size", "working set of a flowlogs-pipeline pod", PHASES),
    Cost("pipeline.memory_of_limit", "share", "working set of its memory limit", compared=False),
    Cost("node.cpu", "share", "of a node's cores, everything on it together", PHASES),
    Cost("ebpf.maps", "size", "locked memory of the agent's maps on a node"),
    Cost("ebpf.programs", "size", "locked memory of the agent's programs on a node"),
)

BY_PATH = {cost.path: cost for cost in COSTS}
KEYS = {key: cost for cost in COSTS for key in cost.keys}
