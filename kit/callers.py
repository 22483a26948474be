"""Clients that ask who they are, of the echo off the cluster and of servers inside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

from catalog.outcomes import Outcome
from kit import evidence, outcomes
from kit.clients import Clients
from kit.commands import Command
from kit.egress_ip import EgressIp
from kit.far_end import ask_who, ask_who_often, caller, handshakes, seen_as, seen_each_time
from kit.node_labels import Home
from kit.patience import EGRESS_IP_IN_USE
from kit.traffic import End, Traffic
from kit.verdict import Inconclusive, Unmet, Verdict
from kit.wait import Waiting

ADDRESS, NODE_ADDRESS = "the egress address", "the egress node's address"
SOURCES: dict[str, Callable[[Traffic], str]] = {
    ADDRESS: lambda traffic: str(traffic.known.get(ADDRESS, "")),
    "the client's own address": lambda traffic: traffic.client.address,
    "the client's node address": lambda traffic: traffic.client.node_address,
}
"""Who a far end may take a client for."""

DIRECTLY = "handshake with the echo without an egress address"
AT_HOME = "handshake with the echo from the egress node"
BY_ANOTHER_NODE = "handshake with the echo by way of the egress node"
EXTRA_HOP = "median handshake with the echo, with and without the extra hop"
HANDSHAKES = (DIRECTLY, AT_HOME, BY_ANOTHER_NODE, EXTRA_HOP)
"""What the far end saw tells which way the traffic went; by another node is the extra hop."""


@dataclass
class Callers:
    """Clients of the namespace that an egress address is for."""

    egress_ip: EgressIp
    clients: Clients
    echo: End

    def ask(self, place: str, clients: Clients | None = None) -> Traffic:
        """The echo; may be repeated while packets are still to follow the object."""
        send = self._asking(clients or self.clients, place, ask_who(self.echo))
        traffic = send()
        return replace(traffic, again=send) if self.egress_ip.changing else traffic

    def ask_often(self, place: str, times: int, clients: Clients | None = None) -> Traffic:
        """The echo, by one pod over so many connections, once packets follow the object."""
        return self._asking(clients or self.clients, place, ask_who_often(self.echo, times))()

    def tell_extra_hop(self, traffic: Traffic, others: Clients) -> None:
        """Evidence only: the same number from the same node, without an egress address."""
        took = handshakes(traffic)
        without = handshakes(self.ask_often("another", len(took), others))
        told = f"{_milliseconds(took)} with, {_milliseconds(without)} without"
        evidence.fact(EXTRA_HOP, f"{told} (of {len(took)} connections each)")

    def ask_inside(self, target: End, server: End) -> Traffic:
        """A server in the cluster, from another node than its own."""
        nodes = [home for home in self.egress_ip.for_pods() if home.host_name != server.node]
        if not nodes:
            raise Inconclusive(f"no node but {server.node} takes pods: two are needed")
        sent = self.clients.send(ask_who(target), target, server=server, node=nodes[0].host_name)
        return self._known(sent)

    def in_use(self) -> None:
        """The control: the echo does see it, from another node than the one that holds it."""
        settle(self._waiting, self.ask("another"), ADDRESS)
        self.egress_ip.changing = False

    def still_in_use(self) -> None:
        settle(self._waiting, replace(self.ask("another"), again=None), ADDRESS)

    @property
    def _waiting(self) -> Waiting:
        return self.egress_ip.stage.waiting

    def _asking(self, clients: Clients, place: str, command: Command) -> Callable[[], Traffic]:
        home = self.egress_ip.home or self.egress_ip.for_pods()[0]
        node = home if place == "egress" else self.egress_ip.elsewhere(home)
        if not node.takes_pods:
            raise Inconclusive(f"node {node.name} holds the egress address and takes no pods")

        def send() -> Traffic:
            traffic = clients.send(command, self.echo, node=node.host_name)
            self._tell_round_trip(traffic, node)
            return self._known(traffic)

        return send

    def _tell_round_trip(self, traffic: Traffic, node: Home) -> None:
        """Evidence only: what the way over another node costs depends on the network."""
        took, (seen, _) = handshakes(traffic), caller(traffic)
        if not took or not seen:
            return
        straight = DIRECTLY if seen != self.egress_ip.address else AT_HOME
        home = self.egress_ip.home
        extra = straight is AT_HOME and home is not None and node.name != home.name
        evidence.fact(BY_ANOTHER_NODE if extra else straight, _milliseconds(took))

    def _known(self, traffic: Traffic) -> Traffic:
        home = self.egress_ip.home
        known = {ADDRESS: self.egress_ip.address}
        known |= {NODE_ADDRESS: home.address} if home else {}
        return replace(traffic, known={**traffic.known, **known})


def _milliseconds(took: list[float]) -> str:
    return f"{median(took) * 1000:.1f} ms" if took else "no answer"


def settle(waiting: Waiting, traffic: Traffic, who: str) -> Traffic:
    """The traffic whose client was taken for that, repeated where things have just changed."""

    def judge(newer: Traffic) -> Verdict:
        connected = outcomes.judge(newer, {Outcome.CONNECTED})
        return seen_as(newer, SOURCES[who](newer), who) if connected.met else connected

    verdict = judge(traffic)
    if verdict.met:
        return traffic
    if traffic.again is None:
        raise Unmet(verdict.because, verdict.detail)
    what = f"{traffic.target.name} sees {who}"
    seen = waiting.eventually(traffic.again, judge, within=EGRESS_IP_IN_USE, what=what)
    return replace(seen, again=traffic.again)


def settled_each_time(traffic: Traffic, who: str, times: int) -> None:
    """A single connection says little about an address that leaks now and then."""
    verdict = seen_each_time(outcomes.made(traffic), SOURCES[who](traffic), who, times)
    if not verdict.met:
        raise Unmet(verdict.because, verdict.detail)


def way_out(traffic: Traffic) -> Traffic:
    """The same conversation as the far end saw it: who called is nobody that Kubernetes knows."""
    address, port = caller(traffic)
    if not address:
        raise Unmet(f"{traffic.target.name} did not say who called", traffic.told())
    return replace(traffic, client=replace(traffic.client, address=address, port=port, owner=""))
