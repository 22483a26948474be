"""The servers that scenarios talk to, in a namespace of the run, set up when first needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

from catalog.features import DNS_TRACKING, IPSEC, TLS_TRACKING, UDN_MAPPING, Feature
from kit.clients import Clients
from kit.cluster import Cluster
from kit.commands import http_get, lookup
from kit.manifests import manifests
from kit.nodes import schedulable
from kit.traffic import End, Traffic, between_nodes
from kit.verdict import Inconclusive
from kit.wait import Waiting
from kit.witnesses import Life, life
from kit.workloads import await_workload, pods_of, server_end, service_end

FIRST_QUERY_ID = 20_001


@dataclass
class Behind:
    """A service and the one pod behind it; `port` is where the pod listens."""

    clients: Clients
    service: End
    server: End

    def node(self, place: str) -> str:
        """The host name on which a client of this place has to run."""
        if place == "same":
            return self.server.node
        return self._elsewhere()

    def _elsewhere(self) -> str:
        nodes = schedulable(self.clients.cluster)
        others = [name for name in nodes if name != self.server.node]
        if not others:
            raise Inconclusive(f"no node but {self.server.node} takes pods: two are needed")
        return others[0]


class WebServer(Behind):
    """HTTP on port 80 of the service, 8080 of the pod."""

    def request(self, place: str) -> Traffic:
        url = f"http://{host(self.service.address)}:{self.service.port}/hostname"
        return self._send(http_get(url), self.service, place)

    def request_pod(self, place: str) -> Traffic:
        url = f"http://{host(self.server.address)}:{self.server.port}/hostname"
        return self._send(http_get(url), self.server, place)

    def send(self, place: str, size: int) -> Traffic:
        """The server's answer is short, so that the directions cannot be taken for each other."""
        return self._post("hostname", place, size)

    def echo(self, place: str, size: int) -> Traffic:
        """The server sends back what it gets, so that both directions carry the size."""
        return self._post("echo", place, size)

    def _post(self, path: str, place: str, size: int) -> Traffic:
        url = f"http://{host(self.service.address)}:{self.service.port}/{path}"
        body = "msg=" + "x" * (size - len("msg="))
        return self._send(http_get(url, "--data", body), self.service, place)

    def request_by(self, clients: Clients) -> Traffic:
        """From another namespace, any node."""
        url = f"http://{host(self.service.address)}:{self.service.port}/hostname"
        return clients.send(http_get(url), self.service, server=self.server)

    def _send(self, command: Any, target: End, place: str) -> Traffic:
        return self.clients.send(command, target, server=self.server, node=self.node(place))


class NameServer(Behind):
    """Known answers on port 53 of the service, 5353 of the pod."""

    _ids = count(FIRST_QUERY_ID)

    def ask(self, place: str, name: str, *, tcp: bool = False) -> Traffic:
        command = lookup(name, self.service.address, next(self._ids), tcp=tcp)
        return self.clients.send(command, self.service, server=self.server, node=self.node(place))


@dataclass
class Stage:
    """What a run has set up for its scenarios; each server appears with its first use.

    `own` marks an object as the run's; `alone` keeps other processes of the run from setting up the
    same at the same time.
    """

    cluster: Cluster
    waiting: Waiting
    clients: Clients
    own: Callable[[dict[str, Any]], dict[str, Any]] = field(repr=False)
    alone: Callable[[], AbstractContextManager[object]] = nullcontext
    renewals: dict[str, Callable[[], None]] = field(default_factory=dict, init=False, repr=False)
    _pods: dict[tuple[str, str], tuple[str, Life]] = field(
        default_factory=dict, init=False, repr=False
    )

    @cached_property
    def web(self) -> WebServer:
        return WebServer(self.clients, *self._behind("web-server", 8080))

    @cached_property
    def names(self) -> NameServer:
        return NameServer(self.clients, *self._behind("name-server", 5353))

    def traffic_about(self, feature: Feature) -> Traffic:
        """What must show the feature's fields when it is on, so that their absence means off."""
        if feature is DNS_TRACKING:
            return self.names.ask("another", "a.found.test")
        if feature is UDN_MAPPING:
            return self.web.request_pod("another")
        if feature is TLS_TRACKING:
            return self.ask_the_api()
        if feature is IPSEC:
            return between_nodes(self.web.request("another"))
        return self.web.request("another")

    def ask_the_api(self) -> Traffic:
        """Over TLS, from a client without a token: any answer will do."""
        service = service_end(self.cluster.get("v1", "Service", "kubernetes", "default") or {})
        url = f"https://{host(service.address)}:{service.port}/version"
        return self.clients.send(http_get(url, "--insecure"), service)

    def set_up(
        self, folder: str, namespace: str, *, replicas: int | None = None
    ) -> tuple[list[dict[str, Any]], list[Any]]:
        """Apply a folder and wait for its Deployment; the objects made, and its ready pods."""
        objects = in_namespace(folder, namespace)
        for item in objects:
            if replicas is not None and item["kind"] == "Deployment":
                item["spec"]["replicas"] = replicas
        with self.alone():
            made = [self.cluster.apply(self.own(item)) for item in objects]
            (workload,) = [item for item in made if item["kind"] == "Deployment"]
            await_workload(self.cluster, self.waiting, workload)
        name = workload["metadata"]["name"]
        pods = pods_of(self.cluster, namespace, f"app={name}")
        if not pods:
            raise Inconclusive(f"Deployment {namespace}/{name} is ready and yet has no ready pod")
        for pod in pods:
            self._pods[namespace, pod["metadata"]["name"]] = folder, life(pod)
        return made, pods

    def lost(self) -> list[str]:
        """Servers that are not where they were set up any more; the next use finds new ones."""
        gone = {
            place: kept for place, kept in self._pods.items() if not self._lives(place, kept[1])
        }
        for place in gone:
            del self._pods[place]
        for folder in {folder for folder, _ in gone.values()}:
            self.__dict__.pop({"web-server": "web", "name-server": "names"}.get(folder, ""), None)
            self.renewals.get(folder, lambda: None)()
        return [f"the server {name} was moved or started again" for _, name in sorted(gone)]

    def _lives(self, place: tuple[str, str], kept: Life) -> bool:
        pod = self.cluster.get("v1", "Pod", place[1], place[0])
        return pod is not None and life(pod) == kept

    def _behind(self, folder: str, port: int) -> tuple[End, End]:
        made, pods = self.set_up(folder, self.clients.namespace)
        (service,) = [item for item in made if item["kind"] == "Service"]
        return service_end(service), server_end(pods[0], port, folder)


def in_namespace(folder: str, namespace: str) -> list[dict[str, Any]]:
    objects = manifests(folder)
    for item in objects:
        item["metadata"]["namespace"] = namespace
    return objects


def host(address: str) -> str:
    return f"[{address}]" if ":" in address else address
