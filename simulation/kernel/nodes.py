"""The kernels of all nodes, made from what their agents run at the moment of a look."""

from __future__ import annotations

from dataclasses import replace

from simulation.agent import Agents
from simulation.kernel.loaded import Load, Loaded
from simulation.kernel.node import NodeKernel
from simulation.world.nouns import Endpoint
from simulation.world.places import interface_of
from simulation.world.world import World

CPUS, FIRST_PID = 16, 4711
EARLIER = 900.0
"""Seconds by which an agent that has left something behind was there before the running one."""


class NodeKernels:
    """Remembers which agent has loaded when, since a new one has new numbers."""

    def __init__(self, world: World, agents: Agents) -> None:
        self._world, self._agents = world, agents
        self._turns: dict[str, tuple[float, int]] = {}
        self._last: dict[str, Load] = {}

    def of(self, node: str) -> NodeKernel | None:
        if node not in self._world.places.nodes:
            return None
        load = self._load(node)
        faults = self._world.faults
        running = Loaded(load, faults) if load else None
        gone = [_earlier(load)] if load and self._keeps_old(load) else []
        if load is None and faults.active("agents-leave-programs-behind"):
            gone = [replace(each, pid=None) for each in self._gone(node)]
        left = tuple(Loaded(each, faults) for each in gone)
        return NodeKernel(running, left, self._pods(node), faults, self._agents.held(node))

    def _gone(self, node: str) -> list[Load]:
        """What the last agent had loaded, on the node where faults of one node are at home."""
        last = self._last.get(node)
        return [last] if last and last.last else []

    def _load(self, node: str) -> Load | None:
        started = self._agents.started(node)
        if started is None:
            return None
        since, config = started
        known, turn = self._turns.get(node, (0.0, 0))
        turn += known != since
        self._turns[node] = since, turn
        last = node == max(self._world.places.nodes)
        found = Load(config, since, turn, CPUS, FIRST_PID + turn, last)
        self._last[node] = found
        return found

    def _keeps_old(self, load: Load) -> bool:
        return load.last and self._world.faults.active("stale-programs-on-one-node")

    def _pods(self, node: str) -> list[Endpoint]:
        places = self._world.places
        return [
            pod
            for pod in places.endpoints.values()
            if pod.node == node and not pod.host_network and places.is_plugged(interface_of(pod))
        ]


def _earlier(load: Load) -> Load:
    return Load(load.config, load.since - EARLIER, load.turn - 1, load.cpus, None, load.last)
