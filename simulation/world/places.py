"""Who has which address: for the packets now, and for flowlogs-pipeline afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from simulation.world.nouns import Endpoint, External, Node, Service


@dataclass(frozen=True)
class Identity:
    """What Kubernetes says of an address. Services have no host, nodes no namespace."""

    kind: str
    name: str
    namespace: str = ""
    owner_kind: str = ""
    owner_name: str = ""
    host_address: str = ""
    host_name: str = ""
    network: str = ""
    """The user-defined network on which the address is; flows that do not name it find nobody."""


class Places:
    """The address book. It remembers finished pods: their flows are enriched when they are gone.

    Source of the kinds and of host-network pods being nodes: flowlogs-pipeline 1.12, informers.go.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.endpoints: dict[str, Endpoint] = {}
        self.services: dict[tuple[str, str], Service] = {}
        self._services_by_address: dict[str, Service] = {}
        self.externals: dict[str, External] = {}
        """By each of their addresses."""
        self._pods: dict[str, Endpoint] = {}
        self._remembered: dict[str, Endpoint] = {}
        self._remembered_services: dict[str, Service] = {}
        self._nodes_by_address: dict[str, Node] = {}
        self._interfaces: dict[str, int] = {}

    def add_node(self, node: Node) -> None:
        self.remove_node(node.name)
        self.nodes[node.name] = node
        self._nodes_by_address.update(dict.fromkeys(node.addresses, node))

    def remove_node(self, name: str) -> None:
        node = self.nodes.pop(name, None)
        for address in node.addresses if node else ():
            self._nodes_by_address.pop(address, None)

    def add_external(self, external: External) -> None:
        self.externals.update(dict.fromkeys(external.addresses, external))

    def place(self, endpoint: Endpoint) -> None:
        self.endpoints[endpoint.id] = endpoint
        if endpoint.host_network and endpoint.name:
            return
        for address in endpoint.addresses:
            self._pods[address] = endpoint
            if endpoint.name:
                self._remembered[address] = endpoint
        self.plug(endpoint)

    def withdraw(self, uid: str) -> Endpoint | None:
        endpoint = self.endpoints.pop(uid, None)
        if endpoint is None:
            return None
        for address in endpoint.addresses:
            if self._pods.get(address) is endpoint:
                del self._pods[address]
        self.unplug(endpoint)
        return endpoint

    def set_service(self, service: Service) -> None:
        self.remove_service(service.namespace, service.name)
        self.services[service.namespace, service.name] = service
        for address in service.addresses:
            self._services_by_address[address] = service
            self._remembered_services[address] = service

    def remove_service(self, namespace: str, name: str) -> None:
        service = self.services.pop((namespace, name), None)
        for address in service.addresses if service else ():
            self._services_by_address.pop(address, None)

    def service_at(self, address: str) -> Service | None:
        return self._services_by_address.get(address)

    def pod_at(self, address: str) -> Endpoint | None:
        return self._pods.get(address)

    def node_at(self, address: str) -> Node | None:
        return self._nodes_by_address.get(address)

    def plug(self, endpoint: Endpoint) -> None:
        self._interfaces[interface_of(endpoint)] = 1

    def unplug(self, endpoint: Endpoint) -> None:
        self._interfaces.pop(interface_of(endpoint), None)

    def is_plugged(self, interface: str) -> bool:
        return interface in self._interfaces

    def identity(self, address: str) -> Identity | None:
        """The pod, service or node at an address, with those that are gone."""
        pod = self._remembered.get(address)
        if pod is not None:
            return self._pod_identity(pod, pod.network if address == pod.address else "")
        service = self._remembered_services.get(address)
        if service is not None:
            name, space = service.name, service.namespace
            return Identity("Service", name, space, "Service", name)
        node = self._nodes_by_address.get(address)
        if node is None:
            return None
        name = node.name
        return Identity("Node", name, "", "Node", name, node.address, name)

    def _pod_identity(self, pod: Endpoint, network: str) -> Identity:
        node = self.nodes.get(pod.node)
        return Identity(
            "Pod",
            pod.name,
            pod.namespace,
            pod.owner_kind,
            pod.owner_name or pod.name,
            node.address if node else "",
            pod.node,
            network,
        )


def interface_of(endpoint: Endpoint) -> str:
    """The host's end of a pod's veth pair; OVN-Kubernetes names it by 15 hex digits."""
    return hashlib.sha256(endpoint.id.encode()).hexdigest()[:15]
