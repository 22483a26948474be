"""The network policies in front of a pod: a checkpoint of each path to it, on its own node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulation.faults import Faults
from simulation.world.events import ADMIN, INGRESS, ISOLATION, NODE, POLICY, Event, Samples
from simulation.world.nouns import Endpoint
from simulation.world.packet import Key
from simulation.world.path import Verdict
from simulation.world.places import Places
from simulation.world.policy import UNTOUCHED, Ruling, Source, denied, isolated, ruling

Policies = Sequence[Mapping[str, Any]]


@dataclass
class Guards:
    """The policies in force, admin policies among them, told apart by their kind."""

    places: Places
    faults: Faults
    samples: Samples
    policies: Policies = field(default_factory=list)

    def set(self, policies: Policies) -> None:
        """ACLs of what has changed or gone are no longer known by their samples."""
        gone = [policy for policy in self.policies if policy not in policies]
        self.policies = policies
        for policy in gone:
            namespace = policy["metadata"].get("namespace")
            if policy.get("kind") == ADMIN:
                self.samples.forget(ADMIN)
            else:
                self.samples.forget(POLICY, ISOLATION, namespace=namespace)

    def rule(self, pod: Endpoint, key: Key, source: Source) -> Ruling:
        """What becomes of a packet to the pod; its own node always gets in, as kubelet must."""
        if self.faults.active("policy-not-enforced") or not self.policies:
            return UNTOUCHED
        if self.is_own_node(pod, key.src):
            event = Event(NODE, "allow-related", INGRESS)
            return Ruling(Verdict.LET_BY, event if isolated(self.policies, pod) else None)
        found = ruling(self.policies, pod, source, (key.proto, key.dport))
        by_policy = found.event is not None and found.event.type == POLICY
        if by_policy and self.faults.active("policy-blocks-allowed-port"):
            return denied(pod)
        return found

    def is_own_node(self, pod: Endpoint, address: str) -> bool:
        node = self.places.nodes.get(pod.node)
        return node is not None and address in node.addresses
