"""The world off the pod network: responders on node addresses, and the firewall in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from catalog.outcomes import Outcome
from catalog.upstream import EGRESS_FIREWALL_NAME, OVN_API
from kit import evidence
from kit.clients import Clients
from kit.commands import http_get
from kit.firewall import Rule, await_applied, egress_firewall
from kit.outcomes import judge
from kit.stage import Stage, host
from kit.traffic import End, Traffic
from kit.verdict import Inconclusive
from kit.workloads import server_end

RESPONDER_PORT = 38080


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
    _changing: bool = field(default=False, init=False)

    def reach_both(self) -> None:
        """The control before: without it, a connection that fails later proves nothing."""
        for index in (0, 1):
            traffic = self.connect(index)
            verdict = judge(traffic, {Outcome.CONNECTED})
            if not verdict.met:
                raise Inconclusive(f"before any firewall, {verdict.because}\n\n{verdict.detail}")

    def put_firewall(self, rules: Sequence[Rule]) -> None:
        addresses = [responder.address for responder in self.responders]
        egress = [item for rule in rules for item in rule.items(addresses)]
        firewall = egress_firewall(self.clients.namespace, egress)
        evidence.attach("EgressFirewall applied", firewall, "json")
        self.stage.cluster.apply(firewall)
        self._changing = True
        await_applied(self.stage.cluster, self.stage.waiting, self.clients.namespace)

    def remove_firewall(self) -> None:
        namespace = self.clients.namespace
        self.stage.cluster.delete((OVN_API, "EgressFirewall", EGRESS_FIREWALL_NAME, namespace))
        self._changing = True

    def changed_by_another(self) -> None:
        """Somebody else has changed the firewall, so that the way is not settled."""
        self._changing = True

    def request_by_name(self) -> Traffic:
        """As applications do: the cluster's own name service is asked first."""
        web = self.stage.web
        url = f"http://{web.service.name}.{web.service.namespace}.svc:{web.service.port}/hostname"
        return self.clients.send(http_get(url), web.service, server=web.server)

    def connect(self, index: int, *, settled: bool = False) -> Traffic:
        """To a responder. While the firewall is changing, the traffic can be sent once more."""
        return self._repeatable(lambda: self._connect(self.clients, index), settled)

    def connect_from_elsewhere(self, index: int) -> Traffic:
        return self._connect(self.stage.clients, index)

    def request_service(self) -> Traffic:
        return self.stage.web.request_by(self.clients)

    def _connect(self, clients: Clients, index: int) -> Traffic:
        responder = self.responders[index]
        url = f"http://{host(responder.address)}:{responder.port}/hostname"
        return clients.send(http_get(url), responder)

    def _repeatable(self, send: Callable[[], Traffic], settled: bool) -> Traffic:
        traffic = send()
        return replace(traffic, again=send) if self._changing and not settled else traffic
