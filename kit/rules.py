"""The rules of an egress firewall in a scenario's words, and as `spec.egress` holds them.

A word in double quotes is taken as it stands, sense or nonsense: the API has to judge it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from kit.nearest import nearest

PERMISSIONS = {"allows": "Allow", "denies": "Deny"}
PROTOCOLS = ("TCP", "UDP", "SCTP")
EVERY_ADDRESS = "every address"
EVERYWHERE = {4: "0.0.0.0/0", 6: "::/0"}
HOSTNAME = "kubernetes.io/hostname"
NO_NODE = {"netobserv-egress-conformance/no-such-node": "true"}

Item = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """Whom the words mean: the responders' addresses, their nodes, and a host with a name.

    `others` are the responders' addresses of the other IP family, on a cluster that has both.
    """

    responders: Sequence[str]
    hostnames: Sequence[str] = ()
    name: str = ""
    others: Sequence[str] = ()


@dataclass(frozen=True)
class Port:
    protocol: str
    number: int

    @classmethod
    def said(cls, text: str) -> Port:
        protocol, _, number = text.partition(" ")
        known = protocol in PROTOCOLS or quoted(protocol) is not None
        if not known or not number.isdecimal() or not 0 < int(number) < 65536:
            raise ValueError(f"{text!r} is no port of a rule: write TCP 8080, UDP 53 or SCTP 9")
        return cls(quoted(protocol) or protocol, int(number))


@dataclass(frozen=True)
class Rule:
    """One rule: whether it allows, whom in words, and for which ports (none means all)."""

    permission: str
    to: str
    ports: tuple[Port, ...] = ()

    @classmethod
    def said(cls, row: Sequence[str]) -> Rule:
        """A row of a table: permission, destination, and perhaps ports after each other."""
        if not 2 <= len(row) <= 3:
            raise ValueError(f"a rule has a permission, an address and perhaps a port: {row}")
        permission = quoted(row[0].strip()) or PERMISSIONS.get(row[0].strip())
        if permission is None:
            near = nearest(row[0].strip(), PERMISSIONS)
            raise ValueError(f"{row[0].strip()!r} is no permission of a rule{near}")
        ports = row[2].split(",") if len(row) == 3 and row[2].strip() else []
        told = tuple(Port.said(port.strip()) for port in ports)
        return cls(permission, destination(row[1].strip()), told)

    def items(self, scene: Scene) -> list[Item]:
        """As `spec.egress` holds it; every address is one rule for each IP family."""
        ports = [{"protocol": port.protocol, "port": port.number} for port in self.ports]
        rest = {"ports": ports} if ports else {}
        return [{"type": self.permission, "to": to, **rest} for to in self._targets(scene)]

    def _targets(self, scene: Scene) -> list[Item]:
        if self.to in DESTINATIONS:
            return DESTINATIONS[self.to](scene)
        return [{"cidrSelector": quoted(self.to) or self.to}]


def destination(text: str) -> str:
    """Words that a scene can resolve, a CIDR, or anything in double quotes."""
    if text in DESTINATIONS or quoted(text) is not None:
        return text
    try:
        return str(ip_network(text))
    except ValueError:
        near = nearest(text, DESTINATIONS)
        raise ValueError(f"{text!r} is neither a CIDR nor a known destination{near}") from None


def quoted(text: str) -> str | None:
    inside = text[1:-1]
    return inside if text == f'"{inside}"' and inside else None


def single(address: str) -> str:
    """The network that holds one address alone."""
    return f"{address}/{ip_address(address).max_prefixlen}"


def around(address: str) -> str:
    """Four addresses with this one, written with host bits that are not this address's own."""
    found = ip_address(address)
    last = found.__class__(int(found) | 3)
    other = last if last != found else found.__class__(int(found) - 1)
    return f"{other}/{found.max_prefixlen - 2}"


def _to(*networks: str) -> list[Item]:
    return [{"cidrSelector": network} for network in networks]


def _nodes(labels: Mapping[str, str]) -> list[Item]:
    return [{"nodeSelector": {"matchLabels": dict(labels)}}]


def _other_family(scene: Scene) -> list[Item]:
    return _to(EVERYWHERE[6 if ip_address(scene.responders[0]).version == 4 else 4])


DESTINATIONS: Mapping[str, Callable[[Scene], list[Item]]] = {
    "the first responder": lambda scene: _to(single(scene.responders[0])),
    "the second responder": lambda scene: _to(single(scene.responders[1])),
    "the other address of the first responder": lambda scene: _to(single(scene.others[0])),
    "the other address of the second responder": lambda scene: _to(single(scene.others[1])),
    "the network around the first responder": lambda scene: _to(around(scene.responders[0])),
    "the node of the first responder": lambda scene: _nodes({HOSTNAME: scene.hostnames[0]}),
    "nodes that do not exist": lambda _scene: _nodes(NO_NODE),
    EVERY_ADDRESS: lambda _scene: _to(*EVERYWHERE.values()),
    "every address of the other IP family": _other_family,
    "the name of the API server": lambda scene: [{"dnsName": scene.name}],
}
