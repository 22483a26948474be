"""The world off the pod network: responders on node addresses, and the firewall in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from catalog.upstream import EGRESS_FIREWALL_NAME, OVN_API
from kit import evidence, outcomes
from kit.clients import Clients
from kit.commands import Command, connect, http_get
from kit.eras import Dating
from kit.firewall import await_applied, complains, egress_firewall, read
from kit.host import Host, api_host
from kit.patience import FIREWALL_STATUS
from kit.rules import HOSTNAME, Item, Rule, Scene
from kit.stage import Stage, host
from kit.traffic import End, Traffic
from kit.verdict import Inconclusive
from kit.workloads import server_end

RESPONDER_PORT, RESPONDER_UDP_PORT, RESPONDER_SCTP_PORT = 38080, 38081, 38082


def set_up_responders(stage: Stage, namespace: str) -> list[End]:
    """Web servers on the addresses of two nodes, by name; Inconclusive with fewer."""
    _, pods = stage.set_up("responder", namespace)
    ends = [server_end(pod, RESPONDER_PORT, "responder") for pod in pods]
    if len({end.address for end in ends}) < 2:
        raise Inconclusive("the two responders share one address: two nodes are needed")
    return ends


@dataclass
class Outside:
    """Connections of one namespace's clients to the responders, through its firewall if any."""

    stage: Stage
    clients: Clients
    responders: Sequence[End]
    dating: Dating
    _changing: bool = field(default=False, init=False)
    _denied: dict[End, tuple[Command, str]] = field(default_factory=dict, init=False)

    def reach_both(self) -> None:
        """The control before: without it, a connection that fails later proves nothing."""
        asked = [(web_request(to), to, self.elsewhere(n)) for n, to in enumerate(self.responders)]
        for traffic in self.clients.send_at_once(asked[:2]):
            self.control(traffic)

    def control(self, traffic: Traffic, when: str = "before any firewall") -> Traffic:
        return outcomes.control(traffic, f"{when},")

    def see_alive(self) -> None:
        """The control after: whoever was out of reach still answers a namespace that has no
        firewall, so that it was the firewall and not a server or a node that had died."""
        asked = [(command, to, node) for to, (command, node) in self._denied.items()]
        self._denied.clear()
        for traffic in self.stage.clients.send_at_once(asked) if asked else ():
            self.control(traffic, "after the denial, without a firewall")
            to = traffic.target
            evidence.fact(f"control after the denial of {to.address}:{to.port}", "it answers")

    # The firewall

    def put_firewall(self, rules: Sequence[Rule]) -> None:
        """Apply it and wait for its status, which is worth something while it is new."""
        self.apply([item for rule in rules for item in rule.items(self.scene)])
        await_applied(self.stage.cluster, self.stage.waiting, self.clients.namespace)

    def replace_rules(self, rules: Sequence[Rule]) -> None:
        self.apply([item for rule in rules for item in rule.items(self.scene)])

    def apply(self, egress: list[Item], *, name: str = EGRESS_FIREWALL_NAME) -> None:
        firewall = egress_firewall(self.clients.namespace, egress)
        firewall["metadata"]["name"] = name
        few = len(egress) <= 100
        evidence.attach("EgressFirewall applied", firewall if few else f"{len(egress)} rules")
        self.stage.cluster.apply(self.stage.own(firewall))
        self._changing = True

    def remove_firewall(self) -> None:
        namespace = self.clients.namespace
        self.stage.cluster.delete((OVN_API, "EgressFirewall", EGRESS_FIREWALL_NAME, namespace))
        self._changing = True

    def changed_by_another(self) -> None:
        """Somebody else has changed the firewall, so that the way is not settled."""
        self._changing = True

    def status_says(self, sentence: str) -> None:
        self.stage.waiting.eventually(
            read(self.stage.cluster, self.clients.namespace),
            complains(sentence),
            within=FIREWALL_STATUS,
            what=f"the firewall's status says {sentence!r}",
        )

    @property
    def scene(self) -> Scene:
        addresses = [responder.address for responder in self.responders]
        named = self.__dict__.get("api")
        others = [responder.other_address for responder in self.responders]
        return Scene(addresses, self._hostnames, named.name if named else "", others)

    @cached_property
    def _hostnames(self) -> list[str]:
        nodes = {n["metadata"]["name"]: n for n in self.stage.cluster.list("v1", "Node")}
        return [nodes[end.node]["metadata"]["labels"][HOSTNAME] for end in self.responders]

    # Traffic

    def connect(self, index: int, *, settled: bool = False) -> Traffic:
        """To a responder. While the firewall is changing, the traffic can be sent once more."""
        to, node = self.responders[index], self.elsewhere(index)
        return self.repeatable(lambda: self._ask(web_request(to), to, node), settled)

    def connect_from_elsewhere(self, index: int) -> Traffic:
        to = self.responders[index]
        return self.stage.clients.send(web_request(to), to, node=self.elsewhere(index))

    def connect_from_its_node(self, index: int) -> Traffic:
        to, node = self.responders[index], self._hostnames[index]
        return self.repeatable(lambda: self._ask(web_request(to), to, node))

    def connect_by(self, protocol: str, index: int) -> Traffic:
        """One UDP or SCTP exchange with the port that is there for it."""
        if protocol == "SCTP":
            self.stage.set_up("sctp-responder", self.responders[0].namespace)
        port = {"UDP": RESPONDER_UDP_PORT, "SCTP": RESPONDER_SCTP_PORT}[protocol]
        to = replace(self.responders[index], port=port)
        command, node = connect(to.address, port, protocol), self.elsewhere(index)
        return self.repeatable(lambda: self._ask(command, to, node))

    def connect_by_other_family(self, index: int, *, settled: bool = False) -> Traffic:
        """To the responder's address of the IP family that clients do not prefer."""
        to, node = other_end(self.responders[index]), self.elsewhere(index)
        return self.repeatable(lambda: self._ask(web_request(to), to, node), settled)

    @cached_property
    def api(self) -> Host:
        """The API server by its public name, whose address was looked up before any rule."""
        found = api_host(self.stage.cluster)
        traffic = self.control(self.clients.send(found.command(), found.end()))
        return replace(found, address=str(traffic.sent["DstAddr"]))

    def connect_to_api(self) -> Traffic:
        command, end = self.api.command(), self.api.end()
        return self.repeatable(lambda: self.clients.send(command, end))

    def request_service(self) -> Traffic:
        return self.stage.web.request_by(self.clients)

    def request_service_by_other_family(self) -> Traffic:
        """The service's other address, which leads to the server's other address."""
        web = self.stage.web
        service, server = other_end(web.service), other_end(web.server)
        return self.clients.send(web_request(service), service, server=server)

    def request_by_name(self) -> Traffic:
        """As applications do: the cluster's own name service is asked first.

        Which of a service's two addresses is taken is the client's own choice.
        """
        web = self.stage.web
        url = f"http://{web.service.name}.{web.service.namespace}.svc:{web.service.port}/hostname"
        traffic = self.clients.send(http_get(url), web.service, server=web.server)
        if traffic.sent.get("DstAddr") != web.service.other_address:
            return traffic
        service, server = (end.by_other_family() for end in (web.service, web.server))
        return replace(traffic, target=service, server=server)

    def repeatable(self, send: Callable[[], Traffic], settled: bool = False) -> Traffic:
        traffic = send()
        return replace(traffic, again=send) if self._changing and not settled else traffic

    def _ask(self, command: Command, to: End, node: str) -> Traffic:
        """From the namespace behind the firewall; a denial is noted for the control after it."""
        traffic = self.clients.send(command, to, node=node)
        if traffic.outcome.denied:
            self._denied[to] = command, node
        return traffic

    def elsewhere(self, index: int) -> str:
        """The other responder's node: what a pod sends to its own node is a case of its own."""
        return self._hostnames[1 - index]


def other_end(end: End) -> End:
    if not end.other_address:
        raise Inconclusive(f"{end.name} has no address of the other family than {end.address}")
    return end.by_other_family()


def web_request(to: End, *options: Any) -> Command:
    return http_get(f"http://{host(to.address)}:{to.port}/hostname", *options)
