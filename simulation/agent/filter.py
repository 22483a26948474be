"""The agent's flow filter: which packets of which hook are kept, and what is counted of them.

Source: ebpf-agent 1.12, bpf/flows_filter.h, bpf/utils.h and pkg/tracer/flow_filter.go; probed in a
kernel: the source's rule decides before the destination's, a longer prefix hides a shorter one, an
action counts before its criteria, and peers of any rule are peers of every rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from simulation.agent import filter_lies
from simulation.agent.filter_criteria import Look, fits, rule_samples
from simulation.faults import Faults
from simulation.world.packet import Key

ACCEPT, REJECT, NO_MATCH = "FilterAccept", "FilterReject", "FilterNoMatch"
Rule = Mapping[str, Any]

filter_lies.make_known()


class Judgement(NamedTuple):
    """Whether a hook keeps a packet, under which counter it is counted, and its own sampling."""

    kept: bool
    counter: str
    sampling: int = 0


class Trie:
    """The longest prefix that holds an address. Both IP families share it, as upstream's does."""

    def __init__(self) -> None:
        self._by_length: dict[int, dict[int, Rule]] = {}

    def add(self, cidr: str, rule: Rule) -> None:
        """A prefix that is there already is overwritten."""
        network = ip_network(cidr, strict=False)
        length = network.prefixlen
        start = int(network.network_address) >> (network.max_prefixlen - length)
        self._by_length.setdefault(length, {})[start] = rule

    def find(self, address: str, *, shortest: bool = False) -> Rule | None:
        bits, size = _bits(address)
        for length in sorted(self._by_length, reverse=not shortest):
            rule = self._by_length[length].get(bits >> (size - length)) if length <= size else None
            if rule is not None:
                return rule
        return None


class FlowFilter:
    """The programmed rules of one agent."""

    def __init__(self, rules: Iterable[Rule], faults: Faults) -> None:
        self._faults = faults
        self._rules, self._peers = Trie(), Trie()
        self.samples = False
        for rule in rules:
            self._rules.add(rule.get("ip_cidr") or "0.0.0.0/0", rule)
            self.samples |= rule_samples(rule) > 0
            for peer in _peers(rule):
                self._peers.add(peer, rule)

    def judge(self, look: Look) -> Judgement:
        """Source first; the destination's rule counts only where the source's did not match."""
        if self._faults.active("filter-accepts-nothing"):
            return Judgement(False, NO_MATCH)
        action, sampling = None, 0
        for address, peer in self._ways(look.key):
            rule = self._rules.find(address, shortest=self._faults.active("filter-shortest-prefix"))
            if rule is None:
                continue
            if not self._has_peer(rule, peer):
                action = None
                continue
            action, sampling = self._action(rule), rule_samples(rule)
            if fits(rule, look, self._faults):
                return _decided(action, sampling)
        return self._mismatch(action, sampling)

    def _ways(self, key: Key) -> Iterator[tuple[str, str]]:
        ways = [(key.src, key.dst), (key.dst, key.src)]
        return iter(ways[::-1] if self._faults.active("filter-destination-first") else ways)

    def _action(self, rule: Rule) -> str | None:
        if "action" not in rule and self._faults.active("filter-rule-without-action-accepts"):
            return "Accept"
        if rule.get("action") == "Reject" and self._faults.active("filter-rejects-nothing"):
            return "Accept"
        return rule.get("action")

    def _has_peer(self, rule: Rule, peer: str) -> bool:
        if not any(_peers(rule)) or self._faults.active("filter-peer-ignored"):
            return True
        return self._peers.find(peer) is not None

    def _mismatch(self, action: str | None, sampling: int) -> Judgement:
        """What a rule that does not fit would have rejected is kept, and nothing else is."""
        spared = action == "Reject" and not self._faults.active("filter-reject-spares-nothing")
        return Judgement(spared, NO_MATCH, sampling)


def _decided(action: str | None, sampling: int) -> Judgement:
    if action == "Accept":
        return Judgement(True, ACCEPT, sampling)
    return Judgement(False, REJECT if action == "Reject" else NO_MATCH, sampling)


def _peers(rule: Rule) -> Iterator[str]:
    if rule.get("peer_cidr"):
        yield str(rule["peer_cidr"])
    elif rule.get("peer_ip"):
        yield str(rule["peer_ip"])


@lru_cache(maxsize=4096)
def _bits(address: str) -> tuple[int, int]:
    parsed = ip_address(address)
    return int(parsed), parsed.max_prefixlen
