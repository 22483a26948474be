"""Our own FlowCollector taken away for a while: what its agents leave in the kernels of the nodes.

Never one that somebody else has made: ledger, label and uid of the installation are asked again
right before. The spec that was in force comes back whatever happens in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.upstream import (
    AGENT_DAEMONSET,
    FLOW_COLLECTOR_API,
    FLOW_COLLECTOR_NAME,
)
from kit.capability import Capability, supported, unsupported
from kit.cluster import Cluster
from kit.collector import agent_namespace
from kit.errors import InfrastructureError
from kit.footprint import Kernels, all_nodes
from kit.hooks import hooked_interfaces
from kit.install.ledger import Ledger
from kit.install.states import collector_ready
from kit.kernel import Kernel, full_name
from kit.kernel_pods import KernelPods
from kit.memory import bare
from kit.patience import COLLECTOR_ROLLED_OUT, OBJECT_GONE, WORKLOAD_READY
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting

PLACE = (FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME)
Pod = dict[str, Any]


def own_flow_collector(cluster: Cluster, found: dict[str, Any] | None) -> Capability:
    """Asked before a run; a FlowCollector that is somebody's is never removed."""
    if found is not None and Ledger(cluster).owns(found):
        return supported("the ledger of --install lists this very FlowCollector")
    return unsupported("--install has not made this FlowCollector, so it is not ours to remove")


@dataclass
class Removal:
    cluster: Cluster
    waiting: Waiting
    pods: KernelPods
    after: Callable[[], None]
    """Told when agents run again, as others."""

    def __post_init__(self) -> None:
        self.nodes: list[str] = []

    def before(self) -> list[Kernel]:
        """The kernels under the running agents: what is not seen now could not be missed."""
        live = self._live()
        found = self.pods.kernels(agent_namespace(live))
        self.nodes = [kernel.node for kernel in found]
        return found

    def emptied(self, within: float) -> list[Kernel]:
        """The kernels once no agent runs any more, read until they are empty or time is over."""
        live = self._live()
        if not Ledger(self.cluster).owns(live):
            raise Inconclusive("the FlowCollector is not ours any more: it is not removed")
        seen: list[list[Kernel]] = []

        def look() -> Verdict:
            seen.append(self.pods.kernels_without_agents(self.nodes))
            return empty(seen[-1])

        try:
            self._remove(live)
            self._eventually(look, within, "the kernels are empty")
        except Unmet:
            if not seen:
                raise
        finally:
            self._bring_back(live)
        return seen[-1]

    def _live(self) -> dict[str, Any]:
        found = self.cluster.get(*PLACE)
        if found is None:
            raise InfrastructureError("there is no FlowCollector named cluster")
        return found

    def _remove(self, live: dict[str, Any]) -> None:
        Ledger(self.cluster).expect_anew(live)
        self.cluster.delete((*PLACE, None))
        space = agent_namespace(live)

        def look() -> Verdict:
            left = self.cluster.list("v1", "Pod", space, selector=f"app={AGENT_DAEMONSET}")
            names = ", ".join(pod["metadata"]["name"] for pod in left)
            return unmet(f"agents still run: {names}") if left else met()

        self._eventually(look, WORKLOAD_READY, "the agents have ended")

    def _bring_back(self, live: dict[str, Any]) -> None:
        """As it was; Inconclusive names the command that does it when we cannot."""
        try:
            self._eventually(self._gone, OBJECT_GONE, "the FlowCollector is gone")
            if self.cluster.get(*PLACE) is None:
                Ledger(self.cluster).make(bare(live))
            self._eventually(self._ready, COLLECTOR_ROLLED_OUT, "the FlowCollector is back")
            self.after()
        except (Unmet, InfrastructureError) as late:
            raise Inconclusive(
                f"the FlowCollector did not come back: {late}; run `make restore`, or install again"
            ) from None

    def _ready(self) -> Verdict:
        return collector_ready(self.cluster)

    def _gone(self) -> Verdict:
        found = self.cluster.get(*PLACE)
        going = found is not None and "deletionTimestamp" in found["metadata"]
        return unmet("finalizers hold it") if going else met()

    def _eventually(self, look: Callable[[], Verdict], within: float, what: str) -> None:
        self.waiting.eventually(look, lambda verdict: verdict, within=within, what=what)


def held(kernels: Kernels) -> Verdict:
    """The control: each node has programs, maps and hooks of the agents."""

    def wrong(kernel: Kernel) -> Iterator[str]:
        for what, there in (
            ("program", kernel.current()),
            ("map", kernel.current_maps()),
            ("hook", hooked_interfaces(kernel)),
        ):
            if not there:
                yield f"no {what} of the agent is seen, so that none could be missed later"

    return all_nodes(kernels, wrong, "programs, maps and hooks of the agents are seen")


def empty(kernels: Kernels) -> Verdict:
    def wrong(kernel: Kernel) -> Iterator[str]:
        yield from _told("programs", sorted({full_name(each) for each in kernel.programs}))
        used = {number for program in kernel.programs for number in program.maps}
        named = {one.id for one in kernel.leftover_maps()}
        maps = [one.name for one in kernel.maps if one.id in used | named]
        yield from _told("maps", sorted(set(maps)))
        hooks = sorted(name for _, name in hooked_interfaces(kernel))
        yield from _told("hooks on interfaces", hooks)
        ours = {program.id for program in kernel.programs}
        hanging = [str(link.id) for link in kernel.links if link.program in ours]
        yield from _told("links", hanging)

    return all_nodes(kernels, wrong, "nothing of the agents is left")


def _told(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        yield f"{len(names)} {what} of agents that are gone: {', '.join(names[:5])}{more}"
