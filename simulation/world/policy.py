"""NetworkPolicies: which packets a pod takes, and which ACL says so. Ingress only.

Source: ovn-kubernetes docs/design/acls.md. Admin policies come first (tier 1); once a policy
selects a pod, what no rule lets in is dropped in silence by the isolation of the namespace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from simulation.world.events import ADMIN, INGRESS, ISOLATION, POLICY, Event
from simulation.world.firewall import selects
from simulation.world.nouns import Endpoint
from simulation.world.packet import PROTOCOLS
from simulation.world.path import Verdict

Policy = Mapping[str, Any]

Source = tuple[str, Endpoint | None]
"""An address, and the pod that has it."""

Port = tuple[int, int]
"""Protocol number and port."""


class Ruling(NamedTuple):
    """What becomes of a packet, and the event of the ACL that decided; None without any ACL."""

    verdict: Verdict
    event: Event | None = None


UNTOUCHED = Ruling(Verdict.LET_BY)


def ruling(policies: Iterable[Policy], pod: Endpoint, source: Source, port: Port) -> Ruling:
    """The first admin policy that decides; else any rule of any policy that selects the pod."""
    admins = [p for p in policies if p.get("kind") == ADMIN]
    for action, name in _admin_rules(admins, pod, source, port):
        if action == "Pass":
            break
        allows = action == "Allow"
        event = Event(ADMIN, "allow-related" if allows else "drop", INGRESS, name)
        return Ruling(Verdict.LET_BY if allows else Verdict.DROP, event)
    return _by_policies((p for p in policies if p.get("kind") != ADMIN), pod, source, port)


def isolated(policies: Iterable[Policy], pod: Endpoint) -> bool:
    return any(p.get("kind") != ADMIN and _isolates(p, pod) for p in policies)


def denied(pod: Endpoint) -> Ruling:
    """By isolation, which belongs to the namespace: the event has no policy's name."""
    return Ruling(Verdict.DROP, Event(ISOLATION, "drop", INGRESS, "", pod.namespace))


def _by_policies(policies: Iterable[Policy], pod: Endpoint, source: Source, port: Port) -> Ruling:
    selecting = [policy for policy in policies if _isolates(policy, pod)]
    if not selecting:
        return UNTOUCHED
    for policy in selecting:
        rules = policy["spec"].get("ingress") or ()
        if any(_lets_in(rule, pod, source, port) for rule in rules):
            name = policy["metadata"]["name"]
            event = Event(POLICY, "allow-related", INGRESS, name, pod.namespace)
            return Ruling(Verdict.LET_BY, event)
    return denied(pod)


def _admin_rules(
    policies: Iterable[Policy], pod: Endpoint, source: Source, port: Port
) -> Iterator[tuple[str, str]]:
    """Actions that fit, the strongest policy (lowest number) first."""
    for policy in sorted(policies, key=lambda p: int(p["spec"].get("priority", 0))):
        spec = policy["spec"]
        if not _is_subject(spec.get("subject") or {}, pod):
            continue
        for rule in spec.get("ingress") or ():
            ports = rule.get("ports") or ()
            fits = not ports or any(_is_admin_port(each, port) for each in ports)
            if fits and any(_is_subject(peer, source[1]) for peer in rule.get("from") or ()):
                yield str(rule.get("action")), str(policy["metadata"]["name"])


def _is_subject(subject: Mapping[str, Any], pod: Endpoint | None) -> bool:
    if pod is None or not pod.namespace:
        return False
    if "namespaces" in subject:
        return _is_namespace(subject["namespaces"] or {}, pod)
    pods = subject.get("pods") or {}
    inside = _is_namespace(pods.get("namespaceSelector") or {}, pod)
    return "pods" in subject and inside and selects(pods.get("podSelector") or {}, pod.labels)


def _is_namespace(selector: Mapping[str, Any], pod: Endpoint) -> bool:
    return selects(selector, {"kubernetes.io/metadata.name": pod.namespace})


def _is_admin_port(entry: Mapping[str, Any], port: Port) -> bool:
    number = entry.get("portNumber") or {}
    wanted = PROTOCOLS.get(number.get("protocol", "TCP")), int(number.get("port", 0))
    return wanted == port


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
    if spaces is not None and not _is_namespace(spaces, sender):
        return False
    return selects(peer.get("podSelector") or {}, sender.labels)


def _inside(address: str, cidr: str) -> bool:
    return ip_address(address) in ip_network(cidr, strict=False)
