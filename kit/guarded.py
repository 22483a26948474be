"""A server with two open ports, and the policies that close one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import randrange
from typing import Any

from catalog.upstream import POLICY_API
from kit import evidence
from kit.commands import Command, connect, http_get_from
from kit.manifests import manifest
from kit.outcomes import control
from kit.rules import Port
from kit.stage import Behind, Stage, host
from kit.traffic import End, Traffic
from kit.workloads import server_end

OPEN = (Port("TCP", 8080), Port("TCP", 9999))
"""Where the guarded server listens."""

OWN_PORTS = range(40_000, 60_000)
"""Where our connections come from: at random, since a pod's address may soon be another one's."""


def knock(server: Behind, place: str, port: Port) -> Traffic:
    """A connection straight to a port of the pod, whether somebody listens there or not."""
    target = replace(server.server, port=port.number)
    command = _command(target, port)
    return server.clients.send(command, target, server=target, node=server.node(place))


def _command(target: End, port: Port) -> Command:
    if port.protocol != "TCP":
        return connect(target.address, port.number, port.protocol)
    url = f"http://{host(target.address)}:{port.number}/hostname"
    return http_get_from(randrange(OWN_PORTS.start, OWN_PORTS.stop), url)


def set_up_guarded(stage: Stage, namespace: str) -> End:
    _, pods = stage.set_up("guarded-server", namespace)
    return server_end(pods[0], OPEN[0].number, "guarded-server")


@dataclass
class Guarded:
    """One guarded server, its policies, and connections to it from another namespace."""

    stage: Stage
    server: Behind
    own: Callable[[dict[str, Any]], dict[str, Any]] = field(repr=False)
    _policy: str = field(default="", init=False)
    _made: list[dict[str, Any]] = field(default_factory=list, init=False)

    def reach_all(self, place: str = "another") -> None:
        """The control before: a port that nobody could reach cannot be closed."""
        for port in OPEN:
            control(knock(self.server, place, port), "before any policy,")

    def put_policy(self, port: Port) -> None:
        """Lets everybody in on that port alone."""
        policy = manifest("network-policy")
        policy["metadata"]["namespace"] = self.server.server.namespace
        policy["spec"]["ingress"][0]["ports"] = [{"protocol": port.protocol, "port": port.number}]
        self._apply(policy)

    def put_admin_policy(self, port: Port) -> None:
        """Denies that port to everybody; an object of the whole cluster, with a name of ours."""
        namespace = self.server.server.namespace
        policy = manifest("admin-network-policy")
        policy["metadata"]["name"] = namespace
        subject = {"kubernetes.io/metadata.name": namespace}
        policy["spec"]["subject"] = {"namespaces": {"matchLabels": subject}}
        number = {"protocol": port.protocol, "port": port.number}
        policy["spec"]["ingress"][0]["ports"] = [{"portNumber": number}]
        self._apply(policy)

    def connect(self, port: Port, place: str = "another", *, settled: bool = False) -> Traffic:
        """While a policy is on its way to the nodes, the traffic can be sent once more."""

        def send() -> Traffic:
            traffic = knock(self.server, place, port)
            return replace(traffic, known={**traffic.known, "the policy's name": self._policy})

        return replace(send(), again=None if settled or not self._policy else send)

    def clear(self) -> None:
        """Remove what does not go with the namespace."""
        for policy in self._made:
            if policy["apiVersion"] == POLICY_API:
                name = policy["metadata"]["name"]
                self.stage.cluster.delete((POLICY_API, policy["kind"], name, None))

    def _apply(self, policy: dict[str, Any]) -> None:
        evidence.attach(f"{policy['kind']} applied", policy, "json")
        self._made.append(self.stage.cluster.apply(self.own(policy)))
        self._policy = str(policy["metadata"]["name"])


def open_port(port: Port, known: Sequence[Port] = OPEN) -> Port:
    """The same port, if the guarded server listens on it; ValueError otherwise."""
    if port not in known:
        listening = ", ".join(f"{each.protocol} {each.number}" for each in known)
        raise ValueError(f"the guarded server listens on {listening} alone")
    return port
