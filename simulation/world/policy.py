"""NetworkPolicies: which packets a pod takes. Ingress only; egress rules are not modelled yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from simulation.world.firewall import selects
from simulation.world.nouns import Endpoint
from simulation.world.packet import PROTOCOLS

Policy = Mapping[str, Any]


def admits(policies: Iterable[Policy], pod: Endpoint, source: Source, port: Port) -> bool:
    """Whether a pod takes a packet: any rule of any policy that selects it is enough."""
    selecting = [policy for policy in policies if _isolates(policy, pod)]
    if not selecting:
        return True
    rules = [rule for policy in selecting for rule in policy["spec"].get("ingress") or ()]
    return any(_lets_in(rule, pod, source, port) for rule in rules)


Source = tuple[str, Endpoint | None]
"""An address, and the pod that has it."""

Port = tuple[int, int]
"""Protocol number and port."""


def _isolates(policy: Policy, pod: Endpoint) -> bool:
    if policy["metadata"].get("namespace") != pod.namespace:
        return False
    spec = policy["spec"]
    types = spec.get("policyTypes") or ["Ingress"]
    return "Ingress" in types and selects(spec.get("podSelector") or {}, pod.labels)


def _lets_in(rule: Mapping[str, Any], pod: Endpoint, source: Source, port: Port) -> bool:
    ports, peers = rule.get("ports") or (), rule.get("from") or ()
    if ports and not any(_is_port(entry, port) for entry in ports):
        return False
    return not peers or any(_is_peer(peer, pod, source) for peer in peers)


def _is_port(entry: Mapping[str, Any], port: Port) -> bool:
    if PROTOCOLS.get(entry.get("protocol", "TCP")) != port[0]:
        return False
    first = entry.get("port")
    if first is None:
        return True
    return int(first) <= port[1] <= int(entry.get("endPort", first))


def _is_peer(peer: Mapping[str, Any], pod: Endpoint, source: Source) -> bool:
    address, sender = source
    block = peer.get("ipBlock")
    if block is not None:
        left_out = any(_inside(address, cidr) for cidr in block.get("except") or ())
        return _inside(address, block["cidr"]) and not left_out
    if sender is None:
        return False
    spaces = peer.get("namespaceSelector")
    if spaces is None and sender.namespace != pod.namespace:
        return False
    name = {"kubernetes.io/metadata.name": sender.namespace}
    if spaces is not None and not selects(spaces, name):
        return False
    return selects(peer.get("podSelector") or {}, sender.labels)


def _inside(address: str, cidr: str) -> bool:
    return ip_address(address) in ip_network(cidr, strict=False)
