"""Servers that the flow filter tells apart, one for each of its rules, and those who use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network

from catalog.outcomes import Outcome
from kit.commands import Command, Ending, connect, http_get
from kit.filter_rules import EVERYTHING, Filter, FilterRule
from kit.nodes import pod_networks, schedulable
from kit.sampling import told as sampling_told
from kit.stage import Stage, host
from kit.traffic import End, Traffic
from kit.verdict import Inconclusive
from kit.workloads import server_end

FOLDER, FIRST_PORT = "filtered-server", 8080
OTHER_ADDRESSES = 5
"""How often a client may be sent again because its own address has a rule."""


@dataclass(frozen=True)
class Port:
    """Where a client knocks, listener or not."""

    protocol: str
    number: int

    @classmethod
    def said(cls, text: str) -> Port:
        protocol, _, number = text.partition(" ")
        known = protocol in ("TCP", "UDP") and number.isdecimal() and 0 < int(number) < 65536
        if not known:
            raise ValueError(f"{text!r} is no port of a server: write TCP 8080 or UDP 8081")
        return cls(protocol, int(number))


@dataclass
class FilteredServers:
    """The servers of one filter, in the order of its rules."""

    stage: Stage
    filters: tuple[Filter, ...]
    servers: list[End] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.filters)
        _, pods = self.stage.set_up(FOLDER, self.stage.clients.namespace, replicas=count)
        if len(pods) != count:
            raise Inconclusive(f"{len(pods)} of {count} servers for the flow filter are ready")
        ends = [server_end(pod, FIRST_PORT, FOLDER) for pod in pods]
        self.servers = _assigned(self.filters, ends)

    def networks(self) -> dict[str, str]:
        """The pod network of each node, of the family that the servers have."""
        version = ip_address(self.servers[0].address).version
        return pod_networks(self.stage.cluster.list("v1", "Node"), version)

    def server(self, about: Filter) -> End:
        return self.servers[self.filters.index(about)]

    @property
    def accepted(self) -> End:
        return self.server(EVERYTHING)


@dataclass
class Conversations:
    """What one scenario does with the server that its rules are about."""

    among: FilteredServers
    rules: list[FilterRule] = field(default_factory=list)
    _last: tuple[Port, str] = field(default=(Port("TCP", FIRST_PORT), "another"), init=False)

    @property
    def server(self) -> End:
        return self.among.server(tuple(self.rules))

    def connect(self, port: Port, place: str = "another") -> Traffic:
        self._last = (port, place)
        server = replace(self.server, port=port.number)
        return self._send(_command(server, port), server, place)

    def repeat(self) -> Traffic:
        """The latest connection once more."""
        return self.connect(*self._last)

    def control(self) -> Traffic:
        """To the server whose flows are kept whatever the scenario's own rule does."""
        accepted = self.among.accepted
        return self._send(_command(accepted, Port("TCP", FIRST_PORT)), accepted, "another")

    def send_enough(self, sampling: int) -> Traffic:
        """One connection with so many requests that missing all of them is next to impossible."""
        server = self.server
        url = f"http://{host(server.address)}:{server.port}/hostname?[1-{sampling_told(sampling)}]"
        return self._send(http_get(url), server, "another")

    def between_servers(self) -> Traffic:
        """The server itself is the client, which a rule can know beforehand."""
        server, accepted = self.server, self.among.accepted
        asked = f"host={accepted.address}&port={accepted.port}&protocol=http&request=hostname"
        url = f"http://{host(server.address)}:{server.port}/dial?{asked}&tries=1"
        sent = self._send(_dial(url), server, "another")
        return replace(sent, client=replace(server, port=None), target=accepted, server=accepted)

    def _send(self, command: Command, to: End, place: str) -> Traffic:
        """From a client whose own address has no rule: that would be tried first."""
        clients = self.among.stage.clients
        node = to.node if place == "same" else _elsewhere(self.among.stage, to.node)
        for _ in range(OTHER_ADDRESSES):
            traffic = clients.send(command, to, server=to, node=node)
            if not self._has_rule(traffic.client.address):
                return traffic
        raise Inconclusive(f"{OTHER_ADDRESSES} clients in turn got an address that has a rule")

    def _has_rule(self, address: str) -> bool:
        wide = [
            rule.network(server.address)
            for about, server in zip(self.among.filters, self.among.servers, strict=True)
            for rule in about
        ]
        return any(ip_address(address) in ip_network(network) for network in wide if address)


def _assigned(filters: Sequence[Filter], ends: list[End]) -> list[End]:
    """One for each filter. A rule for more than one address gets a server without neighbours."""
    order, free = {}, list(ends)
    for about in sorted(filters, key=lambda rules: not any(rule.around for rule in rules)):
        wide = [rule for rule in about if rule.around]
        alone = [end for end in free if not any(_neighbours(rule, end, ends) for rule in wide)]
        order[about] = (alone or free)[0]
        free.remove(order[about])
    return [order[about] for about in filters]


def _neighbours(rule: FilterRule, end: End, ends: Sequence[End]) -> list[End]:
    network = ip_network(rule.network(end.address))
    return [other for other in ends if other is not end and ip_address(other.address) in network]


def _elsewhere(stage: Stage, node: str) -> str:
    others = [name for name in schedulable(stage.cluster) if name != node]
    if not others:
        raise Inconclusive(f"no node but {node} takes pods: two are needed")
    return others[0]


def _command(server: End, port: Port) -> Command:
    if port.protocol == "TCP":
        return http_get(f"http://{host(server.address)}:{port.number}/hostname")
    return connect(server.address, port.number, port.protocol)


def _dial(url: str) -> Command:
    argv = ("curl", "--silent", "--show-error", "--globoff", "--max-time", "10", url)
    return Command(argv, _read_dial)


def _read_dial(code: int, output: str) -> Ending:
    """agnhost's netexec answers with what it heard, or with errors."""
    return Ending(Outcome.CONNECTED if code == 0 and '"responses"' in output else _BROKEN)


_BROKEN = Outcome.BROKEN_PROBE
