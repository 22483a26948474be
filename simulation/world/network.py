"""Carries packets along their paths: agents look on, firewalls and policies may stop them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from simulation.faults import Faults
from simulation.world import interception
from simulation.world.acls import Acls
from simulation.world.nouns import Endpoint, External, Wiring
from simulation.world.packet import SYN_ACK, TCP, Drop, Hop, Key, Packet, Tap, tcp_size
from simulation.world.path import Checkpoint, Path, Verdict
from simulation.world.places import Places
from simulation.world.policy import admits
from simulation.world.routes import Routes

ETHERNET = 14
Far = Endpoint | External


class Carried(NamedTuple):
    """What became of a packet, and when."""

    verdict: Verdict
    at: float


@dataclass
class Network:
    """The wires: `taps` are the agents by node, `policies` the NetworkPolicies in force."""

    places: Places
    routes: Routes
    acls: Acls
    faults: Faults
    rng: random.Random
    wiring: Wiring
    taps: dict[str, Tap] = field(default_factory=dict)
    policies: list[Mapping[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Which of the two a kernel names depends on the versions of both Open vSwitch parts.
        self._ovs_cause = self.rng.choice(("OVS_DROP_LAST_ACTION", "OVS_DROP_EXPLICIT"))

    def path(self, sender: Far, key: Key) -> Path:
        """The way of a conversation; raises routes.NoBackend."""
        path = self.routes.find(sender, key)
        path.checkpoints = (*self._firewall(path), *self._policies(path), *self._answers(path))
        if self.faults.active(interception.FAULT):
            interception.divert(path)
        return path

    def carry(self, path: Path, packet: Packet, at: float) -> Carried:
        """One packet of the opening side; it stops at the checkpoint that denies it."""
        stop, verdict = self._stopped_by(path)
        if stop is not None:
            return self._stopped(path, stop, packet, Carried(verdict, at))
        first = path.carried == 0
        path.carried += 1
        for hop in path.there:
            if first or not hop.first_only:
                self._seen(hop, packet, at)
        self._translate(path, at)
        return Carried(Verdict.LET_BY, at + path.one_way)

    def carry_back(self, path: Path, packet: Packet, at: float) -> Carried:
        """One packet of the answering side: conntrack lets it pass every checkpoint."""
        for hop in path.back:
            self._seen(hop, packet, at)
        self._translate(path, at)
        return Carried(Verdict.LET_BY, at + path.one_way)

    def dropped_by_socket(self, node: str, key: Key, drop: Drop, at: float) -> None:
        tap = self.taps.get(node)
        if tap is not None:
            tap.dropped(key, drop, at)

    def measured(self, node: str, key: Key, nanoseconds: int, at: float) -> None:
        tap = self.taps.get(node)
        if tap is not None:
            tap.round_trip(key, nanoseconds, at)

    def _seen(self, hop: Hop, packet: Packet, at: float) -> None:
        tap = self.taps.get(hop.node)
        if tap is not None:
            tap.seen(hop, packet, at)

    def _translate(self, path: Path, at: float) -> None:
        """nf_nat_manip_pkt runs for the packets of both sides; the original tuple is the key."""
        for translation in path.translations:
            tap = self.taps.get(translation.node)
            if tap is not None:
                tap.translated(translation.key, translation.xlat, at)

    def _stopped_by(self, path: Path) -> tuple[Checkpoint | None, Verdict]:
        for checkpoint in path.checkpoints:
            verdict = checkpoint.judge()
            if verdict is not Verdict.LET_BY:
                return checkpoint, verdict
        return None, Verdict.LET_BY

    def _stopped(self, path: Path, stop: Checkpoint, packet: Packet, end: Carried) -> Carried:
        if not self.faults.active("denied-traffic-leaves-no-flow"):
            for hop in path.there[: stop.position]:
                self._seen(hop, packet, end.at)
            self.dropped_by_socket(stop.node, stop.key, stop.drop(packet), end.at)
        if path.sent.proto == TCP and self.faults.active("reply-seen-for-denied"):
            answer = Packet(tcp_size(path.sent.dst, 0, SYN_ACK), SYN_ACK, answers=True)
            self.carry_back(replace(path), answer, end.at)
        return end

    def _firewall(self, path: Path) -> list[Checkpoint]:
        """The egress firewall of the sender's namespace, judged on the address after balancing."""
        sender, to, lies = path.sender, path.arrives, self.faults
        if not isinstance(sender, Endpoint):
            return []
        if sender.host_network and not lies.active("firewall-binds-host-network"):
            return []
        if sender.owner_kind == "Job" and lies.active("firewall-spares-jobs"):
            return []
        target = path.sent.dst if lies.active("firewall-judges-services") else to.dst
        if lies.active("firewall-spares-own-node") and self._is_own_node(sender, target):
            return []

        def judge() -> Verdict:
            return self.acls.judge(sender.namespace, target, to.proto, to.dport)

        key = path.sent._replace(dst=to.dst, dport=to.dport)
        return [Checkpoint(1, sender.node, key, judge, self._acl_drop)]

    def _policies(self, path: Path) -> list[Checkpoint]:
        """NetworkPolicies of the receiver: on its node, the last thing before its interface."""
        pod, key = path.receiver, path.arrives
        if not isinstance(pod, Endpoint) or pod.host_network:
            return []
        source = key.src, path.sender if isinstance(path.sender, Endpoint) else None

        def judge() -> Verdict:
            if self._is_own_node(pod, key.src):
                return Verdict.LET_BY
            port = (key.proto, key.dport)
            return Verdict.LET_BY if admits(self.policies, pod, source, port) else Verdict.DROP

        position = 1 if self.wiring is Wiring.BRIDGE else len(path.there) - 1
        return [Checkpoint(position, pod.node, key, judge, self._acl_drop)]

    def _answers(self, path: Path) -> list[Checkpoint]:
        """Only in a lie: the firewall of whoever answers judges the answer, as if it asked."""
        pod, key = path.receiver, path.arrives
        if not self.faults.active("firewall-blocks-answers") or not isinstance(pod, Endpoint):
            return []

        def judge() -> Verdict:
            return self.acls.judge(pod.namespace, key.src, key.proto, key.sport)

        return [Checkpoint(len(path.there), pod.node, key, judge, self._acl_drop)]

    def _is_own_node(self, pod: Endpoint, address: str) -> bool:
        node = self.places.nodes.get(pod.node)
        return node is not None and node.address == address

    def _acl_drop(self, packet: Packet) -> Drop:
        """An invisible drop for the sender. iptables counts from the IP header, OVS the frame.

        The agent's table of causes is older than the kernel's: iptables drops read as RPFILTER.
        """
        if self.wiring is Wiring.BRIDGE:
            cause = "SKB_DROP_REASON_IP_RPFILTER"
            return Drop(packet.size - ETHERNET, packet.flag, "TCP_INVALID_STATE", cause)
        return Drop(packet.size, packet.flag, "TCP_INVALID_STATE", self._ovs_cause)
