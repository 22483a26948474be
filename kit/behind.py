"""What a firewalled namespace holds beside its clients: servers, host-network pods, neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from kit.clients import Clients
from kit.held import Held, held_pod, hold
from kit.outside import Outside, web_request
from kit.stage import in_namespace
from kit.traffic import End, Traffic
from kit.train import Train, train_pod
from kit.workloads import server_end

HTTP = 8080


@dataclass
class Behind:
    """Everything in a scenario's namespace that is more than an ordinary client."""

    outside: Outside
    newcomer: Callable[[], Outside]
    _hosts: dict[str, Clients] = field(default_factory=dict, init=False)

    @cached_property
    def neighbour(self) -> Outside:
        """The same in another namespace of the scenario's own."""
        return self.newcomer()

    @cached_property
    def server(self) -> End:
        """A web server that the firewall is in front of."""
        _, pods = self.outside.stage.set_up("web-server", self.outside.clients.namespace)
        return server_end(pods[0], HTTP, "web-server")

    def request_server(self) -> Traffic:
        """From the same namespace, straight to the pod."""
        return self.outside.clients.send(web_request(self.server), self.server, server=self.server)

    def request_from_host(self) -> Traffic:
        """From a node's address to the pod behind the firewall, which has to answer."""
        clients = self._on_host(self.outside.responders[0].namespace)
        server = self.server
        return self.outside.repeatable(lambda: clients.send(web_request(server), server))

    def connect_on_host(self, index: int) -> Traffic:
        """From a pod of the namespace that is on its node's network."""
        namespace, to = self.outside.clients.namespace, self.outside.responders[index]
        for item in in_namespace("responder", namespace):
            if item["kind"] == "RoleBinding":
                self.outside.stage.cluster.apply(self.outside.stage.own(item))
        node = self.outside.elsewhere(index)
        return self._on_host(namespace).send(web_request(to), to, node=node)

    def train(self) -> Iterator[Train]:
        """A client that never pauses, to both responders, beside the second one; it ends with the
        scenario."""
        clients, responders = self.outside.clients, self.outside.responders
        urls = [web_request(to).argv[-1] for to in responders]
        pod = train_pod("train", clients, urls, self.outside.elsewhere(0))
        train = Train(clients.cluster, clients.waiting, pod)
        try:
            train.start()
            yield train
        finally:
            train.stop()

    def hold(self, index: int) -> Iterator[Held]:
        """A client that keeps its connection to a responder; it ends with the scenario."""
        clients, to = self.outside.clients, self.outside.responders[index]
        pod = held_pod(clients, web_request(to).argv[-1], self.outside.elsewhere(index))
        yield from hold(clients.cluster, clients.waiting, pod)

    def _on_host(self, namespace: str) -> Clients:
        """Always the same ones, which count on."""
        own = self.outside.clients
        name = f"on-host-{own.namespace.rsplit('-', 1)[-1]}"
        made = replace(own, namespace=namespace, host_network=True, name=name)
        return self._hosts.setdefault(namespace, made)
