"""Carries packets along their paths: agents look on, firewalls and policies may stop them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from simulation.faults import Faults
from simulation.world import interception
from simulation.world.acls import Acls
from simulation.world.egress import Egress
from simulation.world.events import Event, Samples
from simulation.world.guards import Guards
from simulation.world.nouns import Endpoint, External, Wiring
from simulation.world.packet import EGRESS, SYN_ACK, TCP, Drop, Hop, Key, Packet, Tap, tcp_size
from simulation.world.path import Checkpoint, Path, Verdict
from simulation.world.places import Places
from simulation.world.routes import Routes

ETHERNET, DROPPED_AT_CLOSE = 14, 0.8
NO_SOCKET = "SKB_DROP_REASON_NO_SOCKET"
Far = Endpoint | External


class Carried(NamedTuple):
    """What became of a packet, and when."""

    verdict: Verdict
    at: float


@dataclass
class Network:
    """The wires: `taps` are the agents by node, `samples` what ACLs tell of packets."""

    places: Places
    routes: Routes
    acls: Acls
    faults: Faults
    rng: random.Random
    wiring: Wiring
    taps: dict[str, Tap] = field(default_factory=dict)
    samples: Samples = field(default_factory=Samples)

    def __post_init__(self) -> None:
        self.egress = Egress(self.places, self.faults, self.rng)
        self.guards = Guards(self.places, self.faults, self.samples)
        # Which of the two a kernel names depends on the versions of both Open vSwitch parts.
        self._ovs_cause = self.rng.choice(("OVS_DROP_LAST_ACTION", "OVS_DROP_EXPLICIT"))

    def path(self, sender: Far, key: Key) -> Path:
        """The way of a conversation; raises routes.NoBackend."""
        path = self.routes.find(sender, key)
        self.egress.encrypted = self.routes.encrypted
        self.egress.bend(path)
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
        for passed in path.checkpoints:
            self._sample(passed, Verdict.LET_BY, at)
        return Carried(Verdict.LET_BY, at + path.one_way)

    def carry_back(self, path: Path, packet: Packet, at: float) -> Carried:
        """One packet of the answering side: conntrack lets it pass every checkpoint."""
        for hop in path.back:
            self._seen(hop, packet, at)
        self._translate(path, at)
        return Carried(Verdict.LET_BY, at + path.one_way)

    def dropped_by_socket(self, node: str, key: Key, drop: Drop, at: float) -> None:
        if drop.cause == NO_SOCKET and self.faults.active("closed-port-drops-nothing"):
            return
        self._dropped(node, key, drop, at)

    def closing(self, drop: Drop) -> Drop | None:
        """What the end of an orderly connection drops; None where its kernel keeps quiet."""
        if self.faults.active("close-drop-says-denied"):
            return drop._replace(cause=self._ovs_cause)
        return drop if self.rng.random() <= DROPPED_AT_CLOSE else None

    def _dropped(self, node: str, key: Key, drop: Drop, at: float) -> None:
        tap = self.taps.get(node)
        if tap is not None:
            tap.dropped(key, drop, at)

    def measured(self, node: str, key: Key, nanoseconds: int, at: float) -> None:
        tap = self.taps.get(node)
        if tap is not None:
            tap.round_trip(key, nanoseconds, at)

    def _seen(self, hop: Hop, packet: Packet, at: float) -> None:
        tap = self.taps.get(hop.node)
        if tap is None:
            return
        tap.seen(hop, packet, at)
        if hop.sealed is not None and not self._is_lied_open(packet):
            # xfrm_output still has the packet inside, xfrm_input only what came by wire.
            tap.encrypted(hop.sealed if hop.direction == EGRESS else hop.key, at)
        elif hop.pod and self.faults.active("ipsec-on-same-node"):
            tap.encrypted(hop.key, at)

    def _is_lied_open(self, packet: Packet) -> bool:
        return packet.answers and self.faults.active("ipsec-one-way")

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
            for passed in path.checkpoints[: path.checkpoints.index(stop)]:
                self._sample(passed, Verdict.LET_BY, end.at)
            self._sample(stop, end.verdict, end.at)
            self._drop_denied(path, stop, packet, end.at)
        if path.sent.proto == TCP and self.faults.active("reply-seen-for-denied"):
            answer = Packet(tcp_size(path.sent.dst, 0, SYN_ACK), SYN_ACK, answers=True)
            self.carry_back(replace(path), answer, end.at)
        return end

    def _drop_denied(self, path: Path, stop: Checkpoint, packet: Packet, at: float) -> None:
        if self.faults.active("denials-drop-nothing"):
            return
        at_source = isinstance(path.sender, Endpoint) and self.faults.active("denial-at-source")
        node = path.sender.node if at_source and isinstance(path.sender, Endpoint) else stop.node
        self._dropped(node, stop.key, stop.drop(packet), at)

    def _sample(self, checkpoint: Checkpoint, verdict: Verdict, at: float) -> None:
        """Every packet that an ACL decides is sampled, of new and of old connections."""
        event = checkpoint.tells(verdict) if self.samples.observes else None
        tap = self.taps.get(checkpoint.node)
        if tap is not None and event is not None:
            tap.sampled(checkpoint.key, self.samples.cookie(event), at)

    def _firewall(self, path: Path) -> list[Checkpoint]:
        """The egress firewall of the sender's namespace, judged on the address after balancing."""
        sender, to, lies = path.sender, path.arrives, self.faults
        if not isinstance(sender, Endpoint):
            return []
        if sender.host_network and not lies.active("firewall-binds-host-network"):
            return []
        if sender.owner_kind == "Job" and lies.active("firewall-spares-jobs"):
            return []
        if self.egress.covers(sender) and lies.active("egress-ip-lifts-firewall"):
            return []
        target = path.sent.dst if lies.active("firewall-judges-services") else to.dst
        if lies.active("firewall-spares-own-node") and self.guards.is_own_node(sender, target):
            return []

        def judge() -> Verdict:
            return self.acls.judge(sender.namespace, target, to.proto, to.dport)

        def tells(verdict: Verdict) -> Event | None:
            asked = sender.namespace, target, to.proto, to.dport
            return self.acls.event(*asked, allowed=verdict is Verdict.LET_BY)

        key = path.sent._replace(dst=to.dst, dport=to.dport)
        return [Checkpoint(1, sender.node, key, judge, self._acl_drop, tells)]

    def _policies(self, path: Path) -> list[Checkpoint]:
        """NetworkPolicies of the receiver: on its node, the last thing before its interface."""
        pod, key = path.receiver, path.arrives
        if not isinstance(pod, Endpoint) or pod.host_network:
            return []
        source = key.src, path.sender if isinstance(path.sender, Endpoint) else None

        def judge() -> Verdict:
            return self.guards.rule(pod, key, source).verdict

        def tells(_verdict: Verdict) -> Event | None:
            return self.guards.rule(pod, key, source).event

        position = 1 if self.wiring is Wiring.BRIDGE else len(path.there) - 1
        return [Checkpoint(position, pod.node, key, judge, self._acl_drop, tells)]

    def _answers(self, path: Path) -> list[Checkpoint]:
        """Only in a lie: the firewall of whoever answers judges the answer, as if it asked."""
        pod, key = path.receiver, path.arrives
        if not self.faults.active("firewall-blocks-answers") or not isinstance(pod, Endpoint):
            return []

        def judge() -> Verdict:
            return self.acls.judge(pod.namespace, key.src, key.proto, key.sport)

        return [Checkpoint(len(path.there), pod.node, key, judge, self._acl_drop)]

    def _acl_drop(self, packet: Packet) -> Drop:
        """An invisible drop for the sender. iptables counts from the IP header, OVS the frame.

        The agent's table of causes is older than the kernel's: iptables drops read as RPFILTER.
        """
        if self.wiring is Wiring.BRIDGE:
            cause = "SKB_DROP_REASON_IP_RPFILTER"
            return Drop(packet.size - ETHERNET, packet.flag, "TCP_INVALID_STATE", cause)
        return Drop(packet.size, packet.flag, "TCP_INVALID_STATE", self._ovs_cause)
