"""The lies that the simulated cluster can tell: names, and what each does wrong.

The lie itself sits where the truth is made and asks `faults.active(name)`. Who must catch it is
declared in the catalog.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType

OF_THE_WORLD: Mapping[str, str] = MappingProxyType(
    {
        "flows-never-arrive": "flowlogs-pipeline hands nothing to Loki",
        "flows-lost-one-direction": "flows that answer are lost, flows that ask arrive",
        "source-and-destination-swapped": "names and namespaces are those of the other end",
        "bytes-are-zero": "flows carry 0 bytes",
        "packets-are-zero": "flows carry 0 packets",
        "owner-missing": "flows do not say which workload a pod belongs to",
        "namespace-of-other-workload": "the destination namespace is that of a stranger",
        "layer-wrong": "app flows are called infra, and infra flows app",
        "direction-wrong": "ingress is called egress, and egress ingress",
        "within-node-is-egress": "what stays within a node is called egress",
        "hosts-missing": "flows do not say on which node a pod is",
        "only-one-node-reports": "of two nodes that see a flow only the sending one reports it",
        "sampling-ignored": "the agent keeps every packet whatever the sampling",
        "labels-in-line": "fields that are stream labels stay in the line too",
        "timestamps-in-seconds": "the times inside a flow are in seconds",
        "foreign-workload-labels": "the owner labels are those of a stranger",
        "rtt-missing": "no flow has a round-trip time",
        "rtt-is-zero": "every round-trip time is 0",
        "rtt-in-microseconds": "round-trip times are in microseconds, not nanoseconds",
        "rtt-on-when-off": "round-trip times appear although the feature is off",
        "dns-fields-missing": "no flow has a DNS field",
        "dns-rcode-upper-case": "response codes are spelt as dig spells them",
        "dns-every-name-resolves": "names that do not exist have an address",
        "dns-latency-in-seconds": "DNS latencies are in seconds, not milliseconds",
        "dns-latency-zero": "every DNS latency is 0",
        "dns-id-wrong": "DNS ids are not those on the wire",
        "dns-fields-on-queries": "DNS fields sit on queries and not on answers",
        "dns-on-when-off": "DNS fields appear although the feature is off",
        "servfail-as-noerror": "a failing server is reported as NoError",
        "tcp-dns-untracked": "DNS over TCP is not tracked",
        "xlat-missing": "no flow has a translated address",
        "xlat-pre-nat": "translated addresses are those from before the translation",
        "xlat-wrong-backend": "the translated destination is a pod that got nothing",
        "xlat-not-enriched": "translated addresses have no names",
        "xlat-on-when-off": "translated addresses appear although the feature is off",
        "firewall-allows-all": "egress firewalls deny nothing",
        "firewall-denies-all": "egress firewalls deny everything outside",
        "firewall-order-reversed": "of several matching firewall rules the last one wins",
        "firewall-rejects": "denied traffic is refused at once, not dropped in silence",
        "firewall-keeps-removed-rule": "a firewall rule that was removed stays in force",
        "firewall-ignores-ports": "firewall rules hold for every port",
        "denied-traffic-leaves-no-flow": "the agent does not see traffic that is denied",
        "reply-seen-for-denied": "a flow shows an answer to traffic that was denied",
    }
)
"""The lies of simulation/world, agent and pipeline; other parts register their own."""

_KNOWN = dict(OF_THE_WORLD)


class UnknownFault(ValueError):
    """Nobody has written the fault that was asked for."""


def register(name: str, says: str) -> str:
    """Make another fault known (for the parts of the simulation that bring their own)."""
    _KNOWN[name] = says
    return name


def known() -> dict[str, str]:
    return dict(_KNOWN)


class Faults:
    """The faults that are active in one simulated cluster."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(names)
        for name in sorted(self._names):
            _require(name)

    def active(self, name: str) -> bool:
        _require(name)
        return name in self._names

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return len(self._names)


def _require(name: str) -> None:
    if name in _KNOWN:
        return
    near = get_close_matches(name, _KNOWN, n=1)
    hint = f"did you mean {near[0]}?" if near else "see simulation/faults.py for the list."
    raise UnknownFault(f"there is no fault called {name}; {hint}")
