"""Egress addresses: which pods leave the cluster by which node, and under which address.

Source: ovn-kubernetes docs/features/cluster-egress-controls/egress-ip.md: traffic that stays in the
cluster and traffic to nodes is not touched, nor are pods on the host network.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.egress_ip_faults import EGRESS_IP_FAULTS
from simulation import faults
from simulation.faults import Faults
from simulation.world import wiring
from simulation.world.firewall import selects
from simulation.world.nouns import Endpoint, External, Node, like
from simulation.world.packet import EGRESS, Hop, Key, Xlat
from simulation.world.path import Path, Translation
from simulation.world.places import Places

for _fault in EGRESS_IP_FAULTS:
    faults.register(_fault.name, _fault.says)

ZONE = 11
"""The conntrack zone of every node's gateway router."""

ON_CLUSTER = "egress-ip-on-cluster-traffic"


@dataclass(frozen=True)
class Way:
    """An egress address as packets meet it; an empty `node` swallows them (only in a lie)."""

    address: str
    node: str
    namespaces: frozenset[str]
    pods: Mapping[str, Any] = field(default_factory=dict)


class Egress:
    """The egress addresses in force."""

    def __init__(self, places: Places, lies: Faults, rng: random.Random) -> None:
        self._places = places
        self._lies = lies
        self._rng = rng
        self._ways: tuple[Way, ...] = ()
        self._met: dict[str, list[Key]] = {}
        self.encrypted = False

    def set(self, ways: Sequence[Way]) -> None:
        self._ways = tuple(ways)

    def covers(self, sender: Endpoint) -> bool:
        """Whether some egress address is meant for the pod."""
        return any(self._is_for(way, sender) for way in self._ways)

    def bend(self, path: Path) -> None:
        """Lead a path over the egress node, where its sender gets the egress address."""
        way = self._way(path)
        if way is None or not isinstance(path.sender, Endpoint):
            return
        path.arrives = path.arrives._replace(src=way.address)
        gate, here = self._places.nodes.get(way.node), self._places.nodes[path.sender.node]
        if gate is None:
            path.receiver = None
            return
        if isinstance(path.receiver, Endpoint):
            path.there = tuple(_renamed(hop, path.sent, path.arrives) for hop in path.there)
        else:
            path.there = (*self._crossing(path, here, gate), *self._uplink(path.arrives, gate))
            path.one_way += 0.0 if gate is here else wiring.TUNNELLED * self._rng.uniform(0.7, 1.8)
        to = path.arrives
        xlat = Xlat(to.src, to.dst, to.sport, to.dport, ZONE)
        path.translations = (Translation(gate.name, path.sent, xlat),)
        path.__post_init__()

    def _crossing(self, path: Path, here: Node, gate: Node) -> list[Hop]:
        """As it was sent, up to the egress node."""
        first = wiring.ovn_from_sender(path.sender, path.sent, service=False, leaves=True)
        ends = (here, gate)
        return first if here is gate else first + wiring.tunnel(ends, path.sent, self.encrypted)

    def _uplink(self, leaves: Key, gate: Node) -> list[Hop]:
        if self._lies.active("egress-ip-flow-missing"):
            return []
        return [wiring.host(gate.name, gate.uplink, EGRESS, leaves)]

    def _way(self, path: Path) -> Way | None:
        """How a path gets out; None where no egress address concerns it."""
        sender, lies = path.sender, self._lies
        if not isinstance(sender, Endpoint) or sender.host_network:
            return None
        if not self._leaves(path.receiver):
            return None
        family = [way for way in self._ways if like(path.sent.dst, (way.address,))]
        ways = [way for way in family if self._is_for(way, sender)]
        if not ways or lies.active("egress-ip-status-only"):
            return None
        way = self._rng.choice(ways)
        leaks = way.node and way.node != sender.node and lies.active("egress-ip-not-used")
        return None if leaks or self._leaks_at_times(sender, path.sent) else way

    def _leaks_at_times(self, sender: Endpoint, sent: Key) -> bool:
        if not self._lies.active("egress-ip-leaks-at-times"):
            return False
        met = self._met.setdefault(sender.uid, [])
        if sent not in met:
            met.append(sent)
        return met.index(sent) % 3 == 2

    def _is_for(self, way: Way, pod: Endpoint) -> bool:
        spared = pod.namespace not in way.namespaces
        if spared and not self._lies.active("egress-ip-for-every-namespace"):
            return False
        chosen = self._lies.active("egress-ip-for-every-pod") or selects(way.pods, pod.labels)
        return bool(pod.namespace) and chosen

    def _leaves(self, receiver: Endpoint | External | None) -> bool:
        if not isinstance(receiver, Endpoint):
            return True
        lie = "egress-ip-on-node-traffic" if receiver.host_network else ON_CLUSTER
        return self._lies.active(lie)


def _renamed(hop: Hop, sent: Key, arrives: Key) -> Hop:
    """What arrives does so under the egress address; what is sent keeps its own."""
    if hop.overhead or hop.key == sent:
        return hop
    return replace(hop, key=hop.key._replace(src=arrives.src))
