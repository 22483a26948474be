"""Foreign traffic, always there: other workloads look up names, fetch pages, fail, get refused."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from catalog.upstream import DEFAULT_NAMESPACE, PIPELINE_WORKLOAD
from simulation.world.failures import Failure
from simulation.world.nouns import Endpoint, Service
from simulation.world.packet import TCP, Key
from simulation.world.standins import StandIns
from simulation.world.tcp import CLOSING, Tcp
from simulation.world.udp import Target
from simulation.world.world import World

RATE = 0.2
"""Conversations in a cluster second."""

FOREIGN = frozenset({"shop", "warehouse", "openshift-monitoring", "openshift-console"})
NOWHERE = "192.0.2.250"
STORES = (("loki", 3100), ("loki-gateway-http", 8080))
"""What flowlogs-pipeline writes to, alone or before a LokiStack."""
_NAMES = (
    "orders",
    "stock.warehouse.svc.cluster.local.",
    "no-such-shop.shop.svc.cluster.local.",
    "www.nowhere.test.",
)


Talk = Callable[[Endpoint], Awaitable[None]]


@dataclass(frozen=True)
class _Habit:
    weight: int
    talk: Talk


class Noise:
    """Strangers that talk to each other, never to a pod of somebody else.

    `namespaces` are those of the strangers; whoever is placed there takes part. The strangers'
    servers need no programs: `standins` answers in their place.
    """

    def __init__(
        self, world: World, rate: float = RATE, namespaces: Collection[str] = FOREIGN
    ) -> None:
        self._world = world
        self._rate = rate
        self._namespaces = frozenset(namespaces)
        self._rng = random.Random(world.rng.random())
        self._tcp: Tcp = world.surface.tcp
        self._talking: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._habits = (
            _Habit(5, self._fetch),
            _Habit(3, self._look_up),
            _Habit(1, self._knock),
            _Habit(1, self._send_into_the_void),
            _Habit(1, self._leave),
            _Habit(1, self._outlast),
        )
        world.surface.sockets.stand_in = StandIns(world, self._namespaces).at

    def start(self) -> None:
        wait = self._rng.expovariate(self._rate)
        self._timer = self._world.clock.call_later(wait, self._tick)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for task in tuple(self._talking):
            task.cancel()

    def _tick(self) -> None:
        self.start()
        pods = list(self._world.places.endpoints.values())
        strangers = [pod for pod in pods if self._is_stranger(pod)]
        if strangers:
            habit = self._rng.choices(self._habits, [each.weight for each in self._habits])[0]
            self._begin(habit.talk, self._rng.choice(strangers))
        writers = [pod for pod in pods if _writes_flows(pod)]
        if writers and self._rng.random() < 0.7:
            self._begin(self._write_flows, self._rng.choice(writers))

    def _is_stranger(self, pod: Endpoint) -> bool:
        return pod.namespace in self._namespaces and not pod.host_network

    def _begin(self, talk: Talk, client: Endpoint) -> None:
        task = asyncio.ensure_future(_quietly(talk, client))
        self._talking.add(task)
        task.add_done_callback(self._talking.discard)

    async def _fetch(self, client: Endpoint) -> None:
        """A page of a service; some are asked for at the pod itself."""
        services = [s for s in self._world.places.services.values() if self._serves(s)]
        if not services:
            return
        service = self._rng.choice(services)
        port = next(port for port in service.ports if port.protocol == "TCP")
        target = Target(service.cluster_ip, port.port)
        if self._rng.random() < 0.3 and service.backends:
            target = Target(self._rng.choice(service.backends), port.target_port)
        await self._http(client, target, service.name)

    def _serves(self, service: Service) -> bool:
        has_tcp = any(port.protocol == "TCP" for port in service.ports)
        return service.namespace in self._namespaces and has_tcp and bool(service.backends)

    async def _write_flows(self, client: Endpoint) -> None:
        """flowlogs-pipeline's own batches."""
        for name, port in STORES:
            loki = self._world.places.services.get((client.namespace, name))
            if loki is not None and loki.backends:
                await self._http(client, Target(loki.cluster_ip, port), name, body=4000)
                return

    async def _http(self, client: Endpoint, target: Target, host: str, body: int = 0) -> None:
        request = f"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Go-http-client/1.1\r\n\r\n"
        now = self._world.clock.now()
        async with self._tcp.connect(client, target, now, 5.0) as connection:
            await connection.request(request.encode() + bytes(body), 5.0)

    async def _look_up(self, client: Endpoint) -> None:
        resolver = self._world.surface.resolver
        await resolver.addresses(client, self._rng.choice(_NAMES), self._world.clock.now())

    async def _knock(self, client: Endpoint) -> None:
        """On a closed port of another stranger."""
        others = [pod for pod in self._world.places.endpoints.values() if self._is_stranger(pod)]
        await self._http(client, Target(self._rng.choice(others).address, 9_999), "closed")

    async def _send_into_the_void(self, client: Endpoint) -> None:
        others = [pod for pod in self._world.places.endpoints.values() if self._is_stranger(pod)]
        target = Target(self._rng.choice(others).address, 8_125)
        now = self._world.clock.now()
        await self._world.surface.udp.ask(client, target, b"errors:1|c", now, 1.0)

    async def _leave(self, client: Endpoint) -> None:
        """To an outside host that may be unknown."""
        known = dict.fromkeys(host.address for host in self._world.places.externals.values())
        await self._http(client, Target(self._rng.choice([*known, NOWHERE]), 80), "outside")

    async def _outlast(self, client: Endpoint) -> None:
        """Of an old connection the hooks in the kernel hear, and no interface: a partial flow."""
        network, now = self._world.network, self._world.clock.now()
        key = Key("192.0.2.251", client.address, 443, self._rng.randint(32768, 60999), TCP)
        network.measured(client.node, key, self._rng.randint(80, 900) * 1000, now)
        network.dropped_by_socket(client.node, key, CLOSING, now)


def _writes_flows(pod: Endpoint) -> bool:
    writes = pod.owner_name.startswith(PIPELINE_WORKLOAD) and not pod.host_network
    return writes and pod.namespace.startswith(DEFAULT_NAMESPACE)


async def _quietly(talk: Talk, client: Endpoint) -> None:
    try:
        await talk(client)
    except Failure:
        return
