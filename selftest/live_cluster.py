"""A simulated cluster for tests of its controllers, and the official client to look at it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from kubernetes import client, config

from simulation import Simulation

T = TypeVar("T")
SPEED = 300.0
AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
FLOWS = ("flows.netobserv.io", "v1beta2", "flowcollectors")
OVN = ("k8s.ovn.org", "v1")


class Live:
    """One running simulation and its clients."""

    def __init__(self, simulation: Simulation, kubeconfig: Path) -> None:
        self.simulation = simulation
        self.hub = simulation.parts.hub
        api = config.new_client_from_config(str(kubeconfig))
        self.core, self.apps = client.CoreV1Api(api), client.AppsV1Api(api)
        self.batch, self.custom = client.BatchV1Api(api), client.CustomObjectsApi(api)

    def now(self) -> float:
        return self.simulation.parts.clock.now()

    def await_that(self, look: Callable[[], T | None], seconds: float = 5.0) -> T:
        """The first true answer, within real seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := look():
                return found
            time.sleep(0.005)
        raise AssertionError("it never came about")

    def namespace(self, name: str, labels: dict[str, str] | None = None) -> str:
        self.core.create_namespace({"metadata": {"name": name, "labels": labels or {}}})
        return name

    def pod(self, namespace: str, name: str) -> Any:
        return self.core.read_namespaced_pod(name, namespace)

    def run(self, namespace: str, name: str, *argv: str, **spec: Any) -> Any:
        """Create a pod that runs once, and wait for its end."""
        self.core.create_namespaced_pod(namespace, probe(name, *argv, **spec))
        return self.ended(namespace, name)

    def ended(self, namespace: str, name: str) -> Any:
        def look() -> Any:
            pod = self.pod(namespace, name)
            return pod if pod.status.phase in ("Succeeded", "Failed") else None

        return self.await_that(look)

    def collector(self) -> dict[str, Any]:
        return self.custom.get_cluster_custom_object(*FLOWS, "cluster")

    def set_collector(self, ebpf: dict[str, Any], **spec: Any) -> None:
        patch = {"spec": {"agent": {"ebpf": ebpf}, **spec}}
        self.custom.patch_cluster_custom_object(*FLOWS, "cluster", patch)

    def condition(self, kind: str) -> dict[str, Any]:
        conditions = self.collector()["status"]["conditions"]
        return next(each for each in conditions if each["type"] == kind)

    def agents(self) -> Any:
        return self.apps.read_namespaced_daemon_set("netobserv-ebpf-agent", "netobserv-privileged")

    def agents_rolled(self) -> Any:
        daemon = self.agents()
        status, wanted = daemon.status, daemon.status.desired_number_scheduled
        seen = status.observed_generation == daemon.metadata.generation
        done = status.updated_number_scheduled == status.number_ready == wanted
        return daemon if seen and done else None

    def running(self) -> dict[str, Any]:
        return self.simulation.parts.flows.agents.running()

    def firewall(self, namespace: str, *egress: dict[str, Any]) -> None:
        """Create or replace the rules."""
        place = (*OVN, namespace, "egressfirewalls")
        body = {"apiVersion": "k8s.ovn.org/v1", "kind": "EgressFirewall"}
        body |= {"metadata": {"name": "default"}, "spec": {"egress": list(egress)}}
        try:
            self.custom.create_namespaced_custom_object(*place, body)
        except client.ApiException as refused:
            if refused.status != 409:
                raise
            patch = {"spec": {"egress": list(egress)}}
            self.custom.patch_namespaced_custom_object(*place, "default", patch)

    def firewall_status(self, namespace: str) -> dict[str, Any]:
        place = (*OVN, namespace, "egressfirewalls", "default")
        return self.custom.get_namespaced_custom_object(*place).get("status") or {}


def probe(name: str, *argv: str, image: str = AGNHOST, **spec: Any) -> dict[str, Any]:
    container = {"name": "probe", "image": image, "command": list(argv)}
    container |= spec.pop("container", {})
    body = {"restartPolicy": "Never", "containers": [container], **spec}
    return {"metadata": {"name": name, "labels": {"probe": name}}, "spec": body}


def server(name: str, replicas: int = 1) -> dict[str, Any]:
    """A web server's Deployment."""
    container = {"name": "server", "image": AGNHOST, "args": ["netexec", "--http-port=8080"]}
    container["readinessProbe"] = {"httpGet": {"path": "/", "port": 8080}}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"metadata": {"name": name}, "spec": spec}


def service(name: str) -> dict[str, Any]:
    ports = [{"port": 80, "targetPort": 8080}]
    return {"metadata": {"name": name}, "spec": {"selector": {"app": name}, "ports": ports}}


def exit_code(pod: Any) -> int:
    return int(pod.status.container_statuses[0].state.terminated.exit_code)


def deny(cidr: str) -> dict[str, Any]:
    return {"type": "Deny", "to": {"cidrSelector": cidr}}


@contextmanager
def live_cluster(directory: Path, *faults: str, speed: float = SPEED) -> Iterator[Live]:
    """Starts and stops; fails when a controller broke meanwhile."""
    simulation = Simulation(seed=1, speed=speed, faults=faults, directory=directory)
    try:
        cluster = Live(simulation, simulation.start())
        yield cluster
        assert cluster.hub.troubles == []
    finally:
        simulation.stop()
