"""A small world for tests: nodes, clients, a web server, a name server, agents, a sink."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from selftest.timeless import timeless, timeless_clock
from simulation.agent import AgentConfig, Agents
from simulation.clock import Clock
from simulation.faults import Faults
from simulation.pipeline import Pipeline, PipelineConfig
from simulation.world import (
    Container,
    Endpoint,
    External,
    Node,
    Service,
    ServicePort,
    Settings,
    Wiring,
    World,
)

EVERYTHING = frozenset({"FlowRTT", "DNSTracking", "PacketTranslation", "PacketDrop"})
CONFIG = AgentConfig(sampling=1, cache_active_timeout=5.0, features=EVERYTHING, privileged=True)

SERVER = Endpoint(
    "demo", "web-1", "10.128.0.5", "node-0", owner_kind="Deployment", owner_name="web", uid="web"
)
NAMES = Endpoint("demo", "dns-1", "10.128.0.6", "node-0", owner_name="dns-1", uid="dns")
NEAR = Endpoint("demo", "near", "10.128.0.9", "node-0", owner_name="near", uid="near")
FAR = Endpoint("demo", "far", "10.128.2.9", "node-1", owner_name="far", uid="far")
RESOLVER = Endpoint("", "", "10.128.0.1", "node-0", host_network=True, uid="resolver")
"""A name server on the bridge itself, which Kubernetes does not know."""

WEB, DNS, OUTSIDE = "172.30.1.1", "172.30.0.10", "203.0.113.7"
COREFILE = """
found.test:5353 found.test:53 {
    template IN A {
        answer "{{ .Name }} 60 IN A 192.0.2.53"
    }
}
missing.test:5353 missing.test:53 {
    template ANY ANY {
        rcode NXDOMAIN
    }
}
broken.test:5353 {
    template ANY ANY {
        rcode SERVFAIL
    }
}
slow.test:5353 slow.test:53 {
    erratic {
        delay 1 50ms
    }
}
"""


@dataclass(frozen=True)
class Written:
    """One entry as Loki gets it."""

    labels: Mapping[str, str]
    at_ns: int
    line: str

    @property
    def fields(self) -> dict[str, Any]:
        return {**json.loads(self.line), **self.labels}


@dataclass
class Stage:
    """The world and what its pipeline has written."""

    world: World
    agents: Agents
    pipeline: Pipeline
    written: list[Written] = field(default_factory=list)

    async def run(self, client: Endpoint, *argv: str) -> tuple[int, str]:
        process = self.world.launch(client, Container("tools", argv))
        return await process.wait(), process.output

    async def flows(self) -> list[dict[str, Any]]:
        """Everything so far, after the caches and batches have been written."""
        while self.agents.cached or self.pipeline.in_flight:
            await self.world.clock.sleep(1)
        return [entry.fields for entry in self.written]

    def between(self, source: str, destination: str) -> list[dict[str, Any]]:
        flows = [entry.fields for entry in self.written]
        return [f for f in flows if (f["SrcAddr"], f["DstAddr"]) == (source, destination)]


Scene = Callable[[Stage], Awaitable[Any]]


def play(
    scene: Scene,
    *faults: str,
    config: AgentConfig = CONFIG,
    settings: Settings | None = None,
    seed: int = 1,
    speed: float = 0,
) -> Any:
    """Run one scene in a fresh world.

    No time passes but the scene's own, however busy the machine is. A program of this machine
    lives in its time: for such a scene the clock runs `speed` times as fast.
    """

    async def run() -> Any:
        clock = Clock(speed) if speed else timeless_clock()
        stage = await _built(clock, faults, config, settings or Settings(), seed)
        return await scene(stage)

    return asyncio.run(run()) if speed else timeless(run())


async def _built(
    clock: Clock, faults: tuple[str, ...], config: AgentConfig, settings: Settings, seed: int
) -> Stage:
    world = World(clock, random.Random(seed), Faults(faults), settings)
    written: list[Written] = []
    pipeline = Pipeline(world, PipelineConfig(), lambda *entry: written.append(Written(*entry)))
    agents = Agents(world, pipeline.ingest)
    for number in range(3):
        name = f"node-{number}"
        network = f"10.128.{2 * number}.0/23"
        world.add_node(Node(name, f"10.0.0.{10 + number}", network, {"zone": f"z{number}"}))
        agents.start(name, config)
    for endpoint in (SERVER, NAMES, NEAR, FAR):
        world.place(endpoint)
    world.set_service(
        Service("demo", "web", WEB, (ServicePort("http", "TCP", 80, 8080),), (SERVER.address,))
    )
    ports = (ServicePort("dns", "UDP", 53, 5353), ServicePort("dns-tcp", "TCP", 53, 5353))
    world.set_service(Service("demo", "names", DNS, ports, (NAMES.address,)))
    world.add_external(External(OUTSIDE, ("www.example.org",), (80, 443, 8080)))
    await _serve(world, settings)
    return Stage(world, agents, pipeline, written)


async def _serve(world: World, settings: Settings) -> None:
    web = ("/agnhost", "netexec", "--http-port=8080", "--udp-port=8081")
    names = Container("agnhost", ("/coredns", "-conf", "/c"), files={"/c": COREFILE})
    world.launch(SERVER, Container("agnhost", web))
    world.launch(NAMES, names)
    if settings.wiring is Wiring.BRIDGE:
        world.place(RESOLVER)
        world.launch(RESOLVER, names)
    await world.clock.sleep(1)
