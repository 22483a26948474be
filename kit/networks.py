"""User-defined networks of the run's own: namespaces that have one, servers and clients there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.upstream import OVN_API
from kit.addresses import default_address
from kit.clients import Clients
from kit.commands import http_get
from kit.manifests import manifests
from kit.patience import NETWORK_CREATED
from kit.stage import Stage, WebServer, host
from kit.traffic import End, Traffic
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.workloads import server_end, service_end

FOLDERS = {
    "a layer 3 network": "network-layer-3",
    "a layer 2 network": "network-layer-2",
    "a cluster-wide network": "network-cluster-wide",
}
CLUSTER_WIDE = "ClusterUserDefinedNetwork"
HTTP = 8080


@dataclass(frozen=True)
class Served:
    """A web server on a network, with clients beside it; `kept` is its default address."""

    network: str
    web: WebServer
    kept: End

    def request(self, place: str) -> Traffic:
        """From a pod of the same network, to the address that the server has there."""
        return self._named(self.web.request_pod(place))

    def request_from(self, outsider: Clients) -> Traffic:
        """From a pod of the default network, to the address that the server has there."""
        url = f"http://{host(self.kept.address)}:{self.kept.port}/hostname"
        return self._named(outsider.send(http_get(url), self.kept))

    def _named(self, traffic: Traffic) -> Traffic:
        return replace(traffic, known={**traffic.known, "the network's name": self.network})


@dataclass
class Networks:
    """Sets up each network with its first use; `run` and `own` make its objects the run's."""

    stage: Stage
    run: str
    own: Callable[[dict[str, Any]], dict[str, Any]] = field(repr=False)
    _served: dict[str, Served] = field(default_factory=dict, init=False)

    def serve(self, words: str) -> Served:
        if words not in self._served:
            self._served[words] = self._set_up(FOLDERS[words])
        return self._served[words]

    def _set_up(self, folder: str) -> Served:
        namespace, network = self._objects(folder)
        with self.stage.alone():
            self.stage.cluster.apply(namespace)
            self.stage.cluster.apply(network)
            self._await(network)
        where = namespace["metadata"]["name"]
        made, pods = self.stage.set_up("web-server", where)
        (service,) = [item for item in made if item["kind"] == "Service"]
        server = server_end(pods[0], HTTP, "web-server")
        clients = replace(self.stage.clients, namespace=where)
        web = WebServer(clients, service_end(service), server)
        return Served(name_in_flows(network), web, _kept(pods[0], server))

    def _objects(self, folder: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Under names of the run: the network after its namespace, or both alike."""
        namespace, network = (self.own(item) for item in manifests(folder))
        name = f"{namespace['metadata']['name']}-{self.run}"
        namespace["metadata"]["name"] = name
        if network["kind"] == CLUSTER_WIDE:
            network["metadata"]["name"] = name
            chosen = {"kubernetes.io/metadata.name": name}
            network["spec"]["namespaceSelector"] = {"matchLabels": chosen}
        else:
            network["metadata"]["namespace"] = name
        return namespace, network

    def _await(self, network: Mapping[str, Any]) -> None:
        """A pod that comes before its network can be stuck for good, so nobody may be faster."""
        metadata = network["metadata"]
        place = (metadata["name"], metadata.get("namespace"))
        try:
            self.stage.waiting.eventually(
                lambda: self.stage.cluster.get(OVN_API, network["kind"], *place),
                created,
                within=NETWORK_CREATED,
                what=f"the network {metadata['name']} is created",
            )
        except Unmet as late:
            raise Inconclusive(late.because) from None


def name_in_flows(network: Mapping[str, Any]) -> str:
    """As the agents write it: with the namespace, where the network has one."""
    metadata = network["metadata"]
    if network["kind"] == CLUSTER_WIDE:
        return str(metadata["name"])
    return f"{metadata['namespace']}/{metadata['name']}"


def created(network: Mapping[str, Any] | None) -> Verdict:
    """The condition was called NetworkReady until the end of 2024."""
    if network is None:
        return unmet("it does not exist")
    for condition in network.get("status", {}).get("conditions", ()):
        if condition["type"] in ("NetworkCreated", "NetworkReady"):
            why = f"{condition.get('reason')}: {condition.get('message')}"
            return met(why) if condition["status"] == "True" else unmet(why)
    return unmet("its status does not say so")


def _kept(pod: Mapping[str, Any], server: End) -> End:
    """The server at its default address; Inconclusive where it has no other one."""
    kept = default_address(pod)
    if kept == server.address:
        raise Inconclusive(
            f"the pod {server.namespace}/{server.name} is on the default network alone: "
            "OVN-Kubernetes did not give it the network of its namespace"
        )
    return replace(server, address=kept)
