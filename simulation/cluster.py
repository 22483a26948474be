"""The simulated cluster as one thing: a thread with a loop, and everything that lives on it."""

from __future__ import annotations

import asyncio
import logging
import random
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

import trustme

from catalog.needs import Need
from simulation import lacking, pauses, population, release
from simulation.apiserver import Server, Store, serve, write_kubeconfig
from simulation.clock import FAST, Clock
from simulation.controllers.apiaccess import lead_to_the_api
from simulation.controllers.claims import Claims
from simulation.controllers.collector import FlowCollectors
from simulation.controllers.collector_webhook import Webhook
from simulation.controllers.controller import Controller
from simulation.controllers.cronjobs import CronJobs
from simulation.controllers.daemonsets import DaemonSets
from simulation.controllers.deployments import Deployments
from simulation.controllers.egressips import EgressIPs
from simulation.controllers.encryption import Encryption
from simulation.controllers.expositions import Expositions
from simulation.controllers.firewalls import EgressFirewalls
from simulation.controllers.flows import Flows
from simulation.controllers.gateways import Gateways
from simulation.controllers.hub import Hub, Stage
from simulation.controllers.jobs import Jobs
from simulation.controllers.kubelet import Kubelet
from simulation.controllers.leftovers import Leftovers
from simulation.controllers.lies import make_known
from simulation.controllers.lokis import Loki
from simulation.controllers.lokistacks import LokiStacks
from simulation.controllers.meddlers import Meddlers
from simulation.controllers.memory_lies import Evictor, Killer
from simulation.controllers.namespaces import Namespaces
from simulation.controllers.networkpolicies import NetworkPolicies
from simulation.controllers.networks import ClusterNetworks, Networks
from simulation.controllers.nodes import Nodes
from simulation.controllers.olm import Subscriptions
from simulation.controllers.operators import ClusterServiceVersions
from simulation.controllers.podsecurity import PodSecurity
from simulation.controllers.prometheus import Prometheus
from simulation.controllers.replicasets import ReplicaSets
from simulation.controllers.rights import Rights
from simulation.controllers.samples import Sampler
from simulation.controllers.scheduler import Scheduler
from simulation.controllers.services import Services
from simulation.controllers.statefulsets import StatefulSets
from simulation.controllers.thanos import Thanos
from simulation.controllers.tls_servers import TlsServers
from simulation.controllers.usage import Meters
from simulation.faults import Faults
from simulation.hardships import Hardships, enduring, weather
from simulation.kernel import NodeKernels
from simulation.loki import LokiServer, LokiStore
from simulation.world import Noise, Settings, World
from simulation.world.noise import RATE

ADMIN, AUDITOR = "kube:admin", "auditor"
START_LIMIT, STOP_LIMIT = 30.0, 5.0

CONTROLLERS: tuple[type[Controller], ...] = (
    *(Scheduler, ReplicaSets, Deployments, DaemonSets, Jobs, CronJobs),
    *(Services, EgressFirewalls, EgressIPs, FlowCollectors, Rights, Networks, ClusterNetworks),
    *(StatefulSets, Claims, Subscriptions, ClusterServiceVersions, LokiStacks),
)

log = logging.getLogger("simulation")


class Simulation:
    """`start()` returns the kubeconfig of a settled cluster; `stop()` leaves nothing behind."""

    def __init__(  # noqa: PLR0913 - the ways in which one simulated cluster differs from another
        self,
        seed: int = 0,
        speed: float = FAST,
        faults: Sequence[str] = (),
        directory: Path | None = None,
        *,
        openshift: str | None = None,
        without: Sequence[Need] = (),
        hardships: Sequence[str] = (),
        production: bool = False,
    ) -> None:
        make_known()
        self.seed, self.speed, self.faults = seed, speed, Faults(faults)
        self.hardships = Hardships(hardships, seed)
        self.openshift = release.chosen(openshift, self.faults)
        self.without, self.production = tuple(without), production
        self._directory = directory
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()
        self._stop: asyncio.Event | None = None
        self._trouble: BaseException | None = None
        self.kubeconfig: Path | None = None
        self.low_privilege_kubeconfig: Path | None = None

    def start(self) -> Path:
        if self._thread is not None:
            raise RuntimeError("this simulation has been started before: make a new one")
        self._thread = threading.Thread(target=self._run, name="simulation", daemon=True)
        self._thread.start()
        if not self._started.wait(START_LIMIT):
            raise TimeoutError(f"the simulated cluster is not up after {START_LIMIT:.0f} s")
        if self._trouble is not None:
            self._thread.join(STOP_LIMIT)
            raise self._trouble
        assert self.kubeconfig is not None
        return self.kubeconfig

    def stop(self) -> None:
        if self._thread is None or self._loop is None or self._stop is None:
            return
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(STOP_LIMIT)
        if self._thread.is_alive():
            raise TimeoutError(f"the simulated cluster has not stopped after {STOP_LIMIT:.0f} s")

    def _run(self) -> None:
        try:
            with pauses.none():
                asyncio.run(self._live())
        except BaseException as error:  # whatever it is, start() raises it in the caller's thread
            self._trouble = error
            if self._started.is_set():
                log.exception("the simulated cluster broke")
        finally:
            self._started.set()

    async def _live(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        clock = Clock(self.speed)
        store = Store(clock.now)
        server = await serve(store)
        self.parts = Parts(self, clock, store, server.ca_pem.decode())
        lead_to_the_api(self.parts.world, server.url)
        try:
            await self.parts.populate()
            enduring.endure_calls(server, clock, self.hardships)
            self._write_kubeconfigs(store, server)
            self._started.set()
            await self._stop.wait()
        finally:
            await self.parts.close()
            await server.close()

    def _write_kubeconfigs(self, store: Store, server: Server) -> None:
        directory = self._directory or Path(tempfile.mkdtemp(prefix="simulated-cluster-"))
        directory.mkdir(parents=True, exist_ok=True)
        admin = store.access.add_user(ADMIN, "system:masters")
        auditor = store.access.add_user(AUDITOR)
        place = server.url, server.ca_pem
        self.kubeconfig = write_kubeconfig(directory / "kubeconfig", *place, admin, self.speed)

        def write(token: str) -> None:
            write_kubeconfig(directory / "kubeconfig", *place, token, self.speed)

        tokens = admin, lambda: store.access.add_user(ADMIN, "system:masters")
        enduring.endure_logins(self.parts.hub, self.hardships, tokens, write)
        self.low_privilege_kubeconfig = write_kubeconfig(
            directory / "kubeconfig-auditor", *place, auditor, self.speed
        )


class Parts:
    """Everything that lives on the loop of one simulation."""

    def __init__(self, simulation: Simulation, clock: Clock, store: Store, ca_pem: str) -> None:
        rng = random.Random(simulation.seed)
        store.graceful_pods = True
        self.clock, self.store = clock, store
        self._openshift, self._without = simulation.openshift, simulation.without
        self._production = simulation.production
        settings = Settings(era=release.era(self._openshift))
        self.world = World(clock, random.Random(rng.random()), simulation.faults, settings)
        self.hardships = simulation.hardships
        self.world.weather = weather.of(self.hardships)
        self.hub = Hub(store, clock, self.world, Stage(rng, simulation.faults))
        self.noise = Noise(self.world, RATE * self.world.weather.foreign)
        self.loki = LokiStore(clock.now)
        self.loki_server = LokiServer(self.loki, clock.now)
        self._ca_pem = ca_pem

    async def populate(self) -> None:
        population.add_kinds(self.store)
        self._employ()
        population.add_cluster(self.store, self._openshift)
        lacking.take_away(self.store, self._without)
        if self._production:
            lacking.call_production(self.store)
        if Need.FLOW_COLLECTOR not in self._without:
            named_otherwise = self.hub.faults.active("flowcollector-named-otherwise")
            population.add_flow_collector(self.store, "flows" if named_otherwise else "")
        for host in population.outside(Need.INTERNET not in self._without):
            self.world.add_external(host)
        await self.hub.settle()
        enduring.endure_pods(self.hub, self.kubelet, self.hardships)
        self.noise.start()
        self.prometheus.start()

    def _employ(self) -> None:
        hub = self.hub
        for part in (Nodes, PodSecurity, NetworkPolicies, Encryption, Webhook, Meddlers):
            part(hub)
        Leftovers(hub)
        for controller in CONTROLLERS:
            controller(hub)
        services = trustme.CA()
        Namespaces(hub, self._ca_pem, services.cert_pem.bytes().decode())
        loki = Loki(hub, self.loki_server, "netobserv")
        self.tls = TlsServers(services)
        Gateways(hub, self.tls, loki.answer)
        enduring.endure_queries(hub, self.hardships, loki.answer)
        self.flows = Flows(hub, self.loki)
        self.meters = Meters(hub, self.flows)
        Sampler(hub, self.meters)
        self.world.surface.kernels.of = NodeKernels(self.world, self.flows.agents).of
        self.kubelet = Kubelet(hub)
        self.killer = Killer(hub, self.kubelet)
        self.evictor = Evictor(hub, self.kubelet)
        self.prometheus = Prometheus(hub, Expositions(hub, self.flows))
        Thanos(hub, self.tls, self.prometheus.answer)
        self.store.logs.register(self.kubelet.logs)

    async def close(self) -> None:
        self.noise.stop()
        self.meters.stop()
        self.killer.stop()
        self.evictor.stop()
        self.prometheus.stop()
        await self.tls.close()
        await self.hub.close()
