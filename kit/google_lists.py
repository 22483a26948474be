"""Google's lists in a scenario's words, and what is left to deny: goog.json less cloud.json.

The difference is worked out here anew, by excluding one network after the other, and shares nothing
with the updater, which is judged by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address, ip_network
from itertools import product
from typing import Any

from kit.manifests import ROOT

Network = IPv4Network | IPv6Network


class Role(Enum):
    """What the lists make of an address; the value is the Gherkin word."""

    SERVICE = "a Google service"
    CUSTOMER = "a Google Cloud customer"
    OTHER = "another site"


@dataclass(frozen=True)
class Lists:
    """The networks of goog.json and cloud.json; `name` is part of the files' names."""

    name: str
    goog: tuple[str, ...]
    cloud: tuple[str, ...]
    served: bool = True
    """By the list server in the cluster; if not, by Google."""

    def left(self) -> list[str]:
        return difference(self.goog, self.cloud)


GOOG = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
CLOUD = (
    *("192.0.2.8/29", "198.51.100.128/25", "203.0.113.64/26", "203.0.113.192/27"),
    *("2001:db8:4000::/34", "2001:db8:8000::/48"),
)
"""Scenery on documentation addresses: some networks of a list lie inside those of the other."""

PINNED = "2026-04-12"
URLS = {"goog": "GOOG_URL", "cloud": "CLOUD_URL"}
"""The updater's setting for each list. Source: its README."""
DAMAGES: Mapping[str, str] = {
    "empty": "",
    "cut short": '{"prefixes": [{"ipv4Prefix": "192.0.2.',
    "an error page": "<!DOCTYPE html><title>Error 502 (Server Error)!!1</title>",
}


Site = Sequence[str]
"""The addresses of one site, of one IP family or of both."""


def staged(sites: Sequence[Site], roles: Sequence[Role]) -> Lists:
    """Lists in which every address of a site plays its role, among scenery.

    A customer's address alone is in cloud.json; goog.json has the pair of addresses around it, as
    Google's entries hold many customers'.
    """
    goog, cloud = list(GOOG), list(CLOUD)
    played = [(each, role) for site, role in zip(sites, roles, strict=True) for each in site]
    for address, role in played:
        longest = ip_address(address).max_prefixlen
        if role is Role.SERVICE:
            goog.append(f"{address}/{longest}")
        elif role is Role.CUSTOMER:
            goog.append(str(ip_network(f"{address}/{longest - 1}", strict=False)))
            cloud.append(f"{address}/{longest}")
    name = "-".join(role.name.lower() for role in roles)
    return Lists(name, tuple(goog), tuple(cloud))


def pinned() -> Lists:
    """The real lists of one day, which lie in manifests/list-server."""
    texts = pinned_files()
    goog, cloud = (read(texts[f"{name}-{PINNED}.json"]) for name in ("goog", "cloud"))
    return Lists(PINNED, goog, cloud)


def pinned_files() -> dict[str, str]:
    return {path.name: path.read_text() for path in (ROOT / "list-server/lists").glob("*.json")}


def served(sites: Sequence[Site]) -> dict[str, str]:
    """Every file that any scenario wants, by name: all roles of all sites, whole and broken."""
    files = pinned_files()
    for roles in product(Role, repeat=len(sites)):
        lists = staged(sites, roles)
        files[file("goog", lists.name)] = written(lists.goog)
        files[file("cloud", lists.name)] = written(lists.cloud)
    scenery = staged(sites, [Role.OTHER] * len(sites))
    for damage, text in DAMAGES.items():
        files |= {file(which, slug(damage)): text for which in URLS}
    files[file("cloud", slug("far smaller"))] = written(scenery.cloud[:4])
    files[file("goog", slug("far smaller"))] = written(scenery.goog[:3])
    return files


def file(which: str, name: str) -> str:
    return f"{which}-{name}.json"


def slug(words: str) -> str:
    return words.replace(" ", "-")


def written(networks: Iterable[str]) -> str:
    """Networks in Google's form."""
    entries = [{"ipv6Prefix" if ":" in text else "ipv4Prefix": text} for text in networks]
    return json.dumps({"prefixes": entries}, indent=1)


def read(text: str) -> tuple[str, ...]:
    """The networks of a list in Google's form; ValueError when it is none."""
    try:
        entries: Any = json.loads(text)["prefixes"]
        networks = tuple(str(e.get("ipv4Prefix") or e["ipv6Prefix"]) for e in entries)
        for network in networks:
            ip_network(network)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"this is no list of prefixes in Google's form: {error!r}") from None
    if not networks:
        raise ValueError("the list has no prefixes")
    return networks


def difference(goog: Iterable[str], cloud: Iterable[str]) -> list[str]:
    """The fewest networks that hold what is in goog and not in cloud, IPv4 first."""
    holes = _collapsed(cloud)
    left = [part for network in _collapsed(goog) for part in _without(network, holes)]
    return [str(network) for network in _collapsed(map(str, left))]


def sizes(networks: Iterable[str]) -> str:
    """How many addresses, in words."""
    found = [ip_network(text) for text in networks]
    v4 = sum(network.num_addresses for network in found if network.version == 4)
    v6 = sum(network.num_addresses for network in found if network.version == 6)
    return f"{v4:,} IPv4 addresses" + (f" and {v6:.3g} IPv6 addresses" if v6 else "")


def holds(networks: Iterable[str], address: str) -> bool:
    found = ip_address(address)
    return any(found in ip_network(text) for text in networks)


def _without(network: Network, holes: Iterable[Network]) -> list[Network]:
    parts: list[Any] = [network]
    for hole in holes:
        if hole.version == network.version and hole.overlaps(network):
            parts = [rest for part in parts for rest in _cut(part, hole)]
    return parts


def _cut(part: Any, hole: Any) -> list[Any]:
    if not part.overlaps(hole):
        return [part]
    return [] if part.subnet_of(hole) else list(part.address_exclude(hole))


def _collapsed(networks: Iterable[str]) -> list[Network]:
    found = [ip_network(text) for text in networks]
    v4 = [network for network in found if isinstance(network, IPv4Network)]
    v6 = [network for network in found if isinstance(network, IPv6Network)]
    return [*collapse_addresses(v4), *collapse_addresses(v6)]
