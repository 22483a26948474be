"""EgressFirewalls as OVN-Kubernetes renders them: a list of ACLs for each namespace.

Source: ovn-kubernetes, go-controller/pkg/ovn/egressfirewall.go, and its CRD's loose patterns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from simulation.faults import Faults
from simulation.world.nouns import Node
from simulation.world.packet import SCTP, TCP, UDP

Network = IPv4Network | IPv6Network
ANY: tuple[Network, ...] = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))
MOST_RULES = 8001
"""The limit is meant to be 8000; the check lets one more pass."""


class BadRule(ValueError):
    """A rule that the controller cannot render; it refuses the whole object."""


@dataclass(frozen=True)
class Acl:
    """One rule; `ports` empty means every protocol, `networks` empty means never."""

    allows: bool
    networks: tuple[Network, ...]
    ports: tuple[tuple[int, int], ...] = ()
    names: tuple[str, ...] = ()

    def matches(self, address: Any, proto: int, port: int) -> bool:
        if self.ports and (proto, port) not in self.ports:
            return False
        return any(address in network for network in self.networks)


@dataclass(frozen=True)
class Surroundings:
    """What rules are rendered against: the nodes, the addresses of names, and who lies."""

    nodes: Callable[[], Sequence[Node]]
    resolve: Callable[[str], Sequence[str]]
    faults: Faults = field(default_factory=Faults)


def render(namespace: str, rules: Sequence[Mapping[str, Any]], around: Surroundings) -> list[Acl]:
    """All the ACLs of one object, or BadRule with every reason why there are none."""
    if len(rules) > MOST_RULES and not around.faults.active("firewall-takes-8002-rules"):
        raise BadRule(
            f"egressFirewall for namespace {namespace} has too many rules, "
            "max allowed number is 8000"
        )
    acls, problems = [], []
    for rule in rules:
        try:
            acls.append(_acl(rule, around))
        except BadRule as problem:
            problems.append(str(problem))
    if problems:
        raise BadRule(", ".join(problems))
    return acls


def _acl(rule: Mapping[str, Any], around: Surroundings) -> Acl:
    lies, kind = around.faults, str(rule.get("type"))
    # The CRD admits "Allowed" too; only the exact word allows.
    loose = lies.active("firewall-allows-loose-type") and kind.startswith("Allow")
    allows, to = kind == "Allow" or loose, rule.get("to") or {}
    ports = tuple(port for entry in rule.get("ports") or () for port in _port(entry))
    if rule.get("ports") and not ports and not lies.active("firewall-widens-unknown-protocol"):
        return Acl(allows, (), ((0, 0),))
    if lies.active("firewall-takes-first-port-only"):
        ports = ports[:1]
    if "dnsName" in to:
        return Acl(allows, (), ports, (_name(str(to["dnsName"])),))
    if "nodeSelector" in to:
        return Acl(allows, _chosen(to["nodeSelector"], around), ports)
    return Acl(allows, (_network(str(to.get("cidrSelector", "")), lies),), ports)


def _chosen(selector: Mapping[str, Any], around: Surroundings) -> tuple[Network, ...]:
    if around.faults.active("firewall-ignores-node-selectors"):
        return ()
    nodes = [node for node in around.nodes() if selects(selector, node.labels)]
    if not nodes and around.faults.active("firewall-takes-no-node-for-all"):
        return ANY
    half = around.faults.active("firewall-selects-v4-of-nodes")
    known = (node.addresses[:1] if half else node.addresses for node in nodes)
    return tuple(ip_network(address) for addresses in known for address in addresses)


def _network(text: str, lies: Faults) -> Network:
    if "/" not in text:
        raise BadRule(f"invalid CIDR address: {text}")
    try:
        network, host = _parsed(text)
        if host != network.network_address and lies.active("firewall-shrinks-host-bits"):
            return ip_network(host)
        return network
    except ValueError:
        raise BadRule(f"invalid CIDR address: {text}") from None


@lru_cache(maxsize=2 * MOST_RULES)
def _parsed(text: str) -> tuple[Network, IPv4Address | IPv6Address]:
    """The network, and the address that stands before its length. A long list is read often."""
    return ip_network(text, strict=False), ip_address(text.partition("/")[0])


def _name(text: str) -> str:
    if text.startswith("*"):
        raise BadRule("wildcard dns name is not supported as rule destination")
    return text.rstrip(".").lower()


def _port(entry: Mapping[str, Any]) -> list[tuple[int, int]]:
    """A protocol that is none ("UDPX") is rendered as a match that can never be true."""
    proto = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP}.get(str(entry.get("protocol")))
    return [] if proto is None else [(proto, int(entry.get("port", 0)))]


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """A Kubernetes label selector; the empty one selects everything."""
    wanted = selector.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(term, labels) for term in selector.get("matchExpressions") or ())


def _holds(term: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = term.get("key", ""), term.get("values") or ()
    match term.get("operator"):
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    return False


def addresses(acl: Acl, around: Surroundings) -> Acl:
    """The same rule with the addresses that its names have now."""
    if not acl.names or around.faults.active("firewall-ignores-names"):
        return acl
    found = [address for name in acl.names for address in around.resolve(name)]
    return Acl(acl.allows, tuple(ip_network(ip_address(a)) for a in found), acl.ports, acl.names)
