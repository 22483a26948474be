"""All the agents: one on each node that has one, each with its own configuration and phase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulation.agent.config import AgentConfig
from simulation.agent.decode import Decoder
from simulation.agent.events import EventSource
from simulation.agent.export import Exported
from simulation.agent.use import Use
from simulation.agent.watcher import Watcher
from simulation.clock import Ticker
from simulation.world.world import World

Sink = Callable[[list[Exported]], None]
_BUFFERS = {
    "DNSTracking": "dnsmap",
    "PacketDrop": "pktdropsmap",
    "NetworkEvents": "networkeventsmap",
    "PacketTranslation": "xlatmap",
    "FlowRTT": "additionalmap",
}


@dataclass
class _Running:
    watcher: Watcher
    ticker: Ticker
    use: Use
    since: float


class Agents:
    """Starts and stops agents; what they evict goes to the sink."""

    def __init__(self, world: World, sink: Sink) -> None:
        self._world = world
        self._sink = sink
        self._running: dict[str, _Running] = {}

    def start(self, node_name: str, config: AgentConfig, *, blind: bool = False) -> None:
        """Attach an agent, unless it is `blind`: then it runs and its hooks never fire.

        One that already runs on the node is stopped first.
        """
        self.stop(node_name)
        world = self._world
        node = world.places.nodes.get(node_name)
        if node is None:
            raise ValueError(f"there is no node called {node_name}: add it to the world first")
        events = EventSource(world.network.samples.decode, config.version)
        plugged = world.places.is_plugged
        decoder = Decoder(node.address, plugged, world.faults, world.rng, events)
        watcher = Watcher(config, decoder, world.faults, world.rng)
        period = config.cache_active_timeout
        first = world.rng.uniform(0.05, 1.0) * period
        decoder.ahead = world.weather.offset(node_name)
        ticker = world.clock.every(period, lambda: self._evict(watcher), first=first)
        use = Use(world.clock, watcher, world.faults)
        now = world.clock.now()
        self._running[node_name] = _Running(watcher, ticker, use, now)
        if world.weather.splits:
            self._evict_early(watcher, node_name)
        if not blind:
            world.tap(node_name, watcher)

    def _evict_early(self, watcher: Watcher, node_name: str) -> None:
        """A map that is full is evicted before its time, in the middle of a conversation."""
        running = self._running.get(node_name)
        if running is not None and running.watcher is watcher:
            self._evict(watcher)
            soon = self._world.rng.uniform(0.1, 0.6) * watcher.config.cache_active_timeout
            self._world.clock.call_later(soon, self._evict_early, watcher, node_name)

    def stop(self, node_name: str) -> None:
        """Detach the agent; flows that it still held are lost, as upstream loses them."""
        running = self._running.pop(node_name, None)
        if running is not None:
            running.ticker.stop()
            self._world.tap(node_name, None)

    def running(self) -> dict[str, AgentConfig]:
        return {name: running.watcher.config for name, running in self._running.items()}

    def use(self, node_name: str) -> Use | None:
        """What the node's agent uses; None where none runs."""
        running = self._running.get(node_name)
        return None if running is None else running.use

    def started(self, node_name: str) -> tuple[float, AgentConfig] | None:
        """When the node's agent has attached itself, and with which configuration."""
        running = self._running.get(node_name)
        return None if running is None else (running.since, running.watcher.config)

    def held(self, node_name: str) -> dict[str, int]:
        """Entries of the kernel's maps, by their names."""
        running = self._running.get(node_name)
        return {} if running is None else running.watcher.held()

    @property
    def cached(self) -> int:
        """Flows that wait for an eviction, on all nodes."""
        return sum(running.watcher.size for running in self._running.values())

    def metrics(self, node_name: str) -> str:
        """What the agent's port 9400 serves."""
        running = self._running.get(node_name)
        if running is None:
            return ""
        watcher = running.watcher
        sizes = {"flowmap": watcher.size}
        sizes |= {name: 0 for key, name in _BUFFERS.items() if watcher.config.runs(key)}
        running.use.bend(sizes)
        printed = watcher.counters.printed(watcher.config.sampling, sizes)
        return printed + running.use.printed()

    def _evict(self, watcher: Watcher) -> None:
        exported = watcher.evict()
        if exported:
            self._sink(exported)
