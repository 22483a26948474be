"""The world as its users see it: put things in, launch programs, and packets flow.

Everything runs on one asyncio loop. Nothing here knows of API objects: whoever keeps those (the
controllers) tells the world about nodes, endpoints, services and rules.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from simulation.clock import Clock
from simulation.faults import Faults
from simulation.weather import Weather
from simulation.world import drop_lies, firewall_lies, interception, kernel_lies, programs
from simulation.world.acls import Acls
from simulation.world.dns.message import header
from simulation.world.dns.resolver import Resolver
from simulation.world.events import FIREWALL
from simulation.world.firewall import Surroundings
from simulation.world.names import Names
from simulation.world.network import Network
from simulation.world.nouns import Container, Endpoint, External, Node, Service, Settings
from simulation.world.outside import Outside
from simulation.world.packet import SCTP, TCP, UDP, Tap
from simulation.world.places import Places
from simulation.world.process import Process
from simulation.world.programs.runtime import Runtime, Surface
from simulation.world.routes import Routes
from simulation.world.sockets import Sockets
from simulation.world.tcp import Tcp
from simulation.world.udp import Udp

firewall_lies.make_known()
drop_lies.make_known()
kernel_lies.make_known()

TEARDOWN = 0.4
"""Seconds from the end of a pod's last program to the end of its veth pair."""


class World:
    """Nodes, pods, services, outside hosts, and the packets between them."""

    def __init__(
        self,
        clock: Clock,
        rng: random.Random,
        faults: Faults | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.clock = clock
        self.rng = rng
        self.faults = faults or Faults()
        self.settings = settings or Settings()
        self.weather = Weather()
        self.places = Places()
        names = Names(self.places)
        nodes = self.places.nodes
        around = Surroundings(lambda: [*nodes.values()], names.outside_addresses, self.faults)
        self.acls = Acls(clock, self.settings, around, self.faults)
        routes = Routes(self.places, self.settings.wiring, rng)
        routes.open_borders = self.faults.active("udn-border-open")
        self.network = Network(
            self.places, routes, self.acls, self.faults, rng, self.settings.wiring
        )
        self.surface = self._surface(names)
        self._running: dict[str, set[Process]] = {}

    def _surface(self, names: Names) -> Surface:
        sockets = Sockets(self.rng)
        sockets.listen(interception.PROXY, TCP, interception.PORT, interception.answer)
        udp = Udp(self.network, sockets, self.clock, header)
        return Surface(
            clock=self.clock,
            faults=self.faults,
            tcp=Tcp(self.network, sockets, self.clock, header, self.rng),
            udp=udp,
            sctp=Udp(self.network, sockets, self.clock, header, SCTP),
            sockets=sockets,
            resolver=Resolver(udp, self.settings.cluster_dns, names.outside, self.rng),
            inside=names.inside,
            outside=names.outside,
        )

    def add_node(self, node: Node) -> None:
        self.places.add_node(node)
        self.acls.forget_verdicts()

    def remove_node(self, name: str) -> None:
        self.places.remove_node(name)
        self.network.taps.pop(name, None)

    def place(self, endpoint: Endpoint) -> None:
        self.places.place(endpoint)

    def withdraw(self, uid: str) -> None:
        """The pod is gone: its programs end, its veth pair too; its name is remembered."""
        endpoint = self.places.withdraw(uid)
        if endpoint is not None:
            for process in tuple(self._running.pop(endpoint.id, ())):
                process.stop()

    def set_service(self, service: Service) -> None:
        self.places.set_service(service)

    def remove_service(self, namespace: str, name: str) -> None:
        self.places.remove_service(namespace, name)

    def set_egress_firewall(self, namespace: str, rules: Sequence[Mapping[str, Any]] | None) -> str:
        """Rules as in spec.egress, None for no firewall; the answer is the error, or ""."""
        self.network.samples.forget(FIREWALL, namespace=namespace)
        return self.acls.set(namespace, rules)

    def set_network_policies(self, policies: Sequence[Mapping[str, Any]]) -> None:
        """NetworkPolicies and AdminNetworkPolicies, told apart by their kind."""
        self.network.guards.set(list(policies))

    def add_external(self, external: External) -> None:
        self.places.add_external(external)
        self.acls.forget_verdicts()
        server = Outside(external)
        for port in external.tcp_ports:
            by = server.https if port in (443, 6443, 8443) else server.http
            self.surface.sockets.listen(external, TCP, port, by)
        for port in external.udp_ports:
            self.surface.sockets.listen(external, UDP, port, server.echo)

    def tap(self, node: str, tap: Tap | None) -> None:
        """Let an agent watch a node, or none."""
        if tap is None:
            self.network.taps.pop(node, None)
        else:
            self.network.taps[node] = tap

    def launch(self, endpoint: Endpoint, container: Container) -> Process:
        process = Process(endpoint, container, self.clock)
        running = self._running.setdefault(endpoint.id, set())
        running.add(process)
        if not endpoint.host_network:
            self.places.plug(endpoint)
        runtime = Runtime(process, self.surface)
        process.at_end(lambda: self._ended(process))
        process.start(programs.run(runtime, container.argv))
        return process

    def _ended(self, process: Process) -> None:
        running = self._running.get(process.endpoint.id, set())
        running.discard(process)
        if not running:
            self.clock.call_later(TEARDOWN, self._tear_down, process.endpoint)

    def _tear_down(self, endpoint: Endpoint) -> None:
        if not self._running.get(endpoint.id):
            self.places.unplug(endpoint)
