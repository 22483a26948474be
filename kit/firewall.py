"""Egress firewalls: rules as OVN-Kubernetes takes them, applied and awaited as far as status tells.

Status proves that a *new* firewall has reached every node, and nothing about an update: it does not
change when rules do. What is enforced, only traffic can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from catalog.upstream import EGRESS_FIREWALL_APPLIED, EGRESS_FIREWALL_NAME, OVN_API
from kit.cluster import Cluster
from kit.manifests import manifest
from kit.patience import FIREWALL_STATUS
from kit.verdict import Verdict, met, unmet
from kit.wait import Waiting

EVERY_ADDRESS = "every address"
PROTOCOLS = ("TCP", "UDP", "SCTP")


@dataclass(frozen=True)
class Port:
    protocol: str
    number: int

    @classmethod
    def said(cls, text: str) -> Port:
        protocol, _, number = text.partition(" ")
        if protocol not in PROTOCOLS or not number.isdecimal() or not 0 < int(number) < 65536:
            raise ValueError(f"{text!r} is no port of a rule: write TCP 8080, UDP 53 or SCTP 9")
        return cls(protocol, int(number))


@dataclass(frozen=True)
class Rule:
    """One rule. `to` is the index of a responder, a CIDR, or every address."""

    permission: str
    to: int | str
    port: Port | None = None

    def items(self, responders: Sequence[str]) -> list[dict[str, Any]]:
        """As `spec.egress` holds it; every address is one rule for each IP family."""
        item: dict[str, Any] = {}
        if self.port:
            item["ports"] = [{"protocol": self.port.protocol, "port": self.port.number}]
        return [
            {"type": self.permission, "to": {"cidrSelector": cidr}, **item}
            for cidr in self._networks(responders)
        ]

    def _networks(self, responders: Sequence[str]) -> list[str]:
        if isinstance(self.to, int):
            return [single(responders[self.to])]
        return ["0.0.0.0/0", "::/0"] if self.to == EVERY_ADDRESS else [self.to]


def single(address: str) -> str:
    """The network that holds one address alone."""
    return f"{address}/{ip_address(address).max_prefixlen}"


def egress_firewall(namespace: str, egress: list[dict[str, Any]]) -> dict[str, Any]:
    firewall = manifest("egress-firewall")
    firewall["metadata"]["namespace"] = namespace
    firewall["spec"]["egress"] = egress
    return firewall


def await_applied(cluster: Cluster, waiting: Waiting, namespace: str) -> None:
    """Until every node has reported a new firewall as applied; Unmet with what they report."""
    waiting.eventually(
        read(cluster, namespace),
        applied,
        within=FIREWALL_STATUS,
        what=f"the egress firewall of {namespace} is reported as applied",
    )


def read(cluster: Cluster, namespace: str) -> Callable[[], dict[str, Any] | None]:
    return lambda: cluster.get(OVN_API, "EgressFirewall", EGRESS_FIREWALL_NAME, namespace)


def applied(firewall: Mapping[str, Any] | None) -> Verdict:
    if firewall is None:
        return unmet("there is no such firewall")
    status = firewall.get("status", {})
    if status.get("status") == EGRESS_FIREWALL_APPLIED:
        return met()
    messages = "; ".join(status.get("messages", ())) or "no node has reported"
    return unmet(f"its status is {status.get('status', '')!r}: {messages}")
