"""Rules of the agents' flow filter: as a table says them, and as the FlowCollector takes them.

A scenario knows no address when it is read, so a rule speaks of a server, and of what is around it;
addresses come in when the configuration comes into force.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from catalog.flow_filter import CHOICES, PORTS
from kit.nearest import nearest
from kit.traffic import End

Setting = tuple[str, int | str | bool]
PEERS = "the server's node"
SPREAD = 1
"""Bits by which the network around a server is wider than its address: the least there is."""


@dataclass(frozen=True)
class FilterRule:
    """One rule about a server's own address or, `around` it, about the next wider network."""

    settings: tuple[Setting, ...] = ()
    around: bool = False

    def said(self) -> str:
        values = [f"{name} {value}" for name, value in self.settings]
        return ", ".join(values or ["no action"]) + (" around it" if self.around else "")

    def spec(self, server: End, networks: Mapping[str, str]) -> dict[str, Any]:
        """As `flowFilter.rules` holds it; `networks` are the nodes' pod networks by node."""
        rule: dict[str, Any] = {"cidr": self.network(server.address)}
        for name, value in self.settings:
            rule[name] = networks[server.node] if value == PEERS else value
        return rule

    def network(self, address: str) -> str:
        length = ip_address(address).max_prefixlen - (SPREAD if self.around else 0)
        return str(ip_network(f"{address}/{length}", strict=False))


Filter = tuple[FilterRule, ...]
"""All rules about one server."""

EVERYTHING: Filter = (FilterRule((("action", "Accept"),)),)
"""What the suite adds to every filter: a server whose flows prove that flows arrive."""


def said(filters: Sequence[Filter]) -> str:
    return "; ".join(" and ".join(rule.said() for rule in one) for one in filters)


def rule(table: Sequence[Sequence[str]], *, around: bool = False) -> FilterRule:
    """The rule of a table of two columns; ValueError in one sentence for what cannot be meant."""
    wrong = next((row for row in table if len(row) != 2), None)
    if wrong is not None:
        raise ValueError(f"a row has a setting and its value, not {len(wrong)} columns: {wrong}")
    if not table:
        raise ValueError("the table is empty: say at least one setting of the rule")
    settings = [_setting(name.strip(), value.strip()) for name, value in table]
    names = [name for name, _ in settings]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"the rule sets {', '.join(sorted(doubled))} twice")
    return FilterRule(tuple(settings), around)


def _setting(name: str, value: str) -> Setting:
    if name in CHOICES:
        field, allowed = CHOICES[name]
        return field, _chosen(name, value, allowed)
    if name in PORTS:
        return PORTS[name], _ports(value)
    if name in _OTHERS:
        field, read = _OTHERS[name]
        return field, read(value)
    raise ValueError(f"{name!r} is no setting of a filter rule{nearest(name, _KNOWN)}")


def _chosen(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is no {name} of a filter rule{nearest(value, allowed)}")
    return value


def _ports(value: str) -> int | str:
    """A number, or a text where it is in quotes, a range or a couple."""
    if value.isdecimal():
        return int(value)
    text = re.fullmatch(r'"(\d+)"|(\d+-\d+)|(\d+,\d+)', value)
    if text is None:
        raise ValueError(f'{value!r} are no ports: write 8080, "8080", 8080-8085 or 8080,9090')
    return text[1] or text[2] or text[3]


def _sampling(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ValueError(f"{value!r} is no sampling: write a whole number such as 50")
    return int(value)


_OTHERS: Mapping[str, tuple[str, Callable[[str], int | str | bool]]] = {
    "peer": ("peerCIDR", lambda value: _chosen("peer", value, (PEERS,))),
    "sampling": ("sampling", _sampling),
    "drops": ("pktDrops", lambda value: bool(_chosen("drops", value, ("only",)))),
}
_KNOWN = (*CHOICES, *PORTS, *_OTHERS)
