"""What a scenario did on the network: who talked to whom, how it ended, and what it proves with."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from catalog.outcomes import Outcome


def _now() -> float:
    return time.monotonic()


@dataclass(frozen=True)
class End:
    """One end of a conversation. `address` is the one on the wire; pods alone have a node.

    `other_address` is where it is in the other IP family, on a cluster that has both.
    """

    name: str
    namespace: str
    address: str
    port: int | None = None
    owner: str = ""
    node: str = ""
    node_address: str = ""
    other_address: str = ""

    def by_other_family(self) -> End:
        return replace(self, address=self.other_address, other_address=self.address)


@dataclass(frozen=True)
class Traffic:
    """One conversation of a client with a target, seen from outside.

    `target` is what the client addressed: a service, a pod or a host. `server` is the pod that
    answers, which for a service is another address. Times are cluster seconds since the epoch.
    `again` sends the same once more, where what lies on the way may just be changing.
    `known` are more facts that table cells may refer to, such as the name of a policy on the way.
    `seen_ending` is our own clock at the moment when we saw it end. `claimed` when the scenario has
    said how it ends, and it has ended so.
    """

    client: End
    target: End
    server: End | None
    outcome: Outcome
    began: float
    ended: float
    command: tuple[str, ...]
    output: str = ""
    answer: str = ""
    sent: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    again: Callable[[], Traffic] | None = None
    known: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    seen_ending: float = field(default_factory=_now, compare=False)
    claimed: bool = field(default=False, compare=False)

    def told(self) -> str:
        """The command, how it ended and what it printed: for the reader of a red result."""
        said = self.output.strip() or "(nothing)"
        ran = f"{self.client.namespace}/{self.client.name} on {self.client.node or 'some node'}"
        return f"{ran} ran: {shlex.join(self.command)}\nit {self.outcome.value}; it printed: {said}"

    def facts(self) -> dict[str, object]:
        """What table cells may refer to: see kit.facts."""
        known: dict[str, object] = {f"sent {key}": value for key, value in self.sent.items()}
        known |= self.known
        known |= {"traffic began": self.began, "traffic ended": self.ended}
        known["the target's address"] = self.target.address
        known["the target's port"] = self.target.port
        known |= _told("client", self.client)
        if self.server is not None:
            known |= _told("server", self.server)
            known["the service's name"] = self.target.name
            known["the service's address"] = self.target.address
            known["the service's port"] = self.target.port
        return known


def between_nodes(traffic: Traffic) -> Traffic:
    """The same, as the nodes of both ends see it: a packet of one from one to the other."""
    server = _node(traffic.server or traffic.target)
    return replace(traffic, client=_node(traffic.client), target=server, server=server)


def _node(end: End) -> End:
    address = end.node_address
    return End(end.node, "", address, owner=end.node, node=end.node, node_address=address)


def _told(who: str, end: End) -> dict[str, object]:
    told = {
        "name": end.name,
        "namespace": end.namespace,
        "owner": end.owner,
        "address": end.address,
        "port": end.port,
        "node": end.node,
        "node address": end.node_address,
    }
    return {f"the {who}'s {word}": value for word, value in told.items() if value not in (None, "")}
