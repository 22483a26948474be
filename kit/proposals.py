"""FlowCollectors that the API should refuse: proposed as dry runs, with their flaw and without."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.upstream import FLOW_COLLECTOR_API, FLOW_COLLECTOR_NAME
from kit import evidence
from kit.cluster import Cluster
from kit.errors import Refused
from kit.verdict import Inconclusive, Unmet

Rule = dict[str, Any]
WEBHOOK, SCHEMA = "the webhook", "the schema"
REFUSERS = {WEBHOOK: (403, "admission webhook"), SCHEMA: (422, "")}
"""Who refuses: the HTTP status, and words that tell it from a right that is missing."""

ACCEPT: Rule = {"cidr": "192.0.2.0/24", "action": "Accept"}


@dataclass(frozen=True)
class Proposal:
    """A change of `spec.agent.ebpf` that cannot be meant, and the same without its flaw."""

    what: str
    flawed: Mapping[str, Any]
    sound: Mapping[str, Any]


def feature(name: str) -> Proposal:
    flawed, sound = {"features": ["PacketDrop", name]}, {"features": ["PacketDrop"]}
    return Proposal(f"the feature {name}", flawed, sound)


def flow_filter(flaw: str) -> Proposal:
    """ValueError for a flaw that has no proposal."""
    rules = _FLAWS.get(flaw) or _with_text(flaw)
    return Proposal(f"a flow filter with {flaw}", _filter(rules), _filter(rules[:-1]))


def _with_text(flaw: str) -> list[Rule]:
    """The last rule is the flaw; its network differs so that nothing else is wrong."""
    found = re.fullmatch(r'(a network|ports) of "([^"]+)"|(\d+) rules', flaw)
    if found is None:
        known = [*_FLAWS, 'a network of "10.0.0.0"', 'ports of "http"', "17 rules"]
        raise ValueError(f"{flaw!r} is no flaw of a flow filter: say {', '.join(known)}")
    if found[3]:
        return [{**ACCEPT, "cidr": f"192.0.2.{place}/32"} for place in range(int(found[3]))]
    if found[1] == "ports":
        return [ACCEPT, {**ACCEPT, "cidr": "198.51.100.0/24", "ports": found[2]}]
    return [ACCEPT, {**ACCEPT, "cidr": found[2]}]


_FLAWS: Mapping[str, list[Rule]] = {
    "one network twice": [ACCEPT, {**ACCEPT, "ports": 8080}],
    "ports beside destination ports": [
        ACCEPT,
        {"cidr": "198.51.100.0/24", "action": "Accept", "ports": 8080, "destPorts": 9090},
    ],
}


def left_alone(proposal: Proposal, before: int, live: Mapping[str, Any]) -> None:
    """Unmet when the object has changed since generation `before`, into what was proposed.

    What somebody else does to it meanwhile is none of this scenario's business: a proposal needs
    no object.
    """
    ebpf = live.get("spec", {}).get("agent", {}).get("ebpf", {})
    in_force = any(ebpf.get(name) == value for name, value in proposal.flawed.items())
    if in_force and generation(live) != before:
        raise Unmet(
            f"{proposal.what} is in force although it was refused: the FlowCollector was at "
            f"generation {before} and is at {generation(live)} now"
        )


def generation(flow_collector: Mapping[str, Any]) -> int:
    """0 of one that is not there."""
    return int(flow_collector.get("metadata", {}).get("generation", 0))


def _filter(rules: list[Rule]) -> dict[str, Any]:
    return {"flowFilter": {"enable": True, "rules": rules}}


@dataclass
class Proposing:
    """Asks the API server what it would say; nothing is ever changed."""

    cluster: Cluster

    def live(self) -> dict[str, Any]:
        """The FlowCollector as it is; empty without one."""
        return self.cluster.get(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME) or {}

    def propose(self, ebpf: Mapping[str, Any]) -> Refused | None:
        """Why it would be refused; None when it would be admitted."""
        item = {
            "apiVersion": FLOW_COLLECTOR_API,
            "kind": "FlowCollector",
            "metadata": {"name": FLOW_COLLECTOR_NAME},
            "spec": {"agent": {"ebpf": dict(ebpf)}},
        }
        evidence.attach("proposed FlowCollector", item, "json")
        try:
            self.cluster.apply(item, dry_run=True)
        except Refused as refusal:
            evidence.attach("refusal", refusal.said)
            return refusal
        return None

    def refused_by(self, proposal: Proposal, refuser: str) -> None:
        refusal = self.propose(proposal.flawed)
        code, words = REFUSERS[refuser]
        if refusal is None:
            raise Unmet(f"{proposal.what} is admitted, expected that {refuser} refuses it")
        if refusal.code != code or words not in refusal.said:
            told = f"with HTTP {refusal.code}, expected {code} by {refuser}"
            raise Unmet(f"{proposal.what} is refused {told}", refusal.said)

    def admitted(self, proposal: Proposal) -> None:
        """The control: whoever refuses everything has not judged the flaw."""
        refusal = self.propose(proposal.sound)
        if refusal is None:
            return
        if nothing := self.propose({}):
            raise Inconclusive(f"not even the FlowCollector as it is would be admitted: {nothing}")
        raise Unmet(f"{proposal.what} is refused even without its flaw", refusal.said)
