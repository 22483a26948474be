"""An address of the nodes' network that nobody seems to have: a guess, for want of anything better.

Nothing inside a cluster can prove an address free. On clouds the guess is safe, since the cloud
itself gives egress addresses out and refuses one that is taken; elsewhere it is only a suggestion.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Interface, IPv4Network, ip_interface

from catalog.upstream import CLOUD_EGRESS_ANNOTATION, HOST_CIDRS_ANNOTATION, OVN_API
from kit.cluster import Cluster, Manifest

LEAST_HOSTS = 14
"""Smaller networks are links between machines, not networks that have room."""
LOOKED_AT = 200


def given_by_a_cloud(cluster: Cluster) -> bool:
    """Whether a cloud stands behind the egress addresses of every node."""
    nodes = cluster.list("v1", "Node")
    return bool(nodes) and all(CLOUD_EGRESS_ANNOTATION in _annotations(node) for node in nodes)


def candidate(cluster: Cluster) -> str:
    """From the high end of the network that most nodes share; empty where there is none."""
    nodes = cluster.list("v1", "Node")
    interfaces = [each for node in nodes for each in _interfaces(node)]
    networks = [each.network for each in interfaces if each.network.num_addresses > LEAST_HOSTS + 1]
    if not networks:
        return ""
    network = max(networks, key=networks.count)
    taken = {str(each.ip) for each in interfaces} | set(_taken(cluster))
    return next((each for each in _from_the_end(network) if each not in taken), "")


def _from_the_end(network: IPv4Network) -> Iterator[str]:
    """Not the very last one, which is a router's as often as the first."""
    for back in range(3, min(LOOKED_AT, network.num_addresses - 2)):
        yield str(network[-back])


def _interfaces(node: Manifest) -> list[IPv4Interface]:
    found = json.loads(_annotations(node).get(HOST_CIDRS_ANNOTATION, "[]"))
    return [IPv4Interface(text) for text in found if ip_interface(text).version == 4]


def _taken(cluster: Cluster) -> Iterator[str]:
    for node in cluster.list("v1", "Node"):
        yield from (each["address"] for each in node.get("status", {}).get("addresses", ()))
    for service in cluster.list("v1", "Service"):
        yield from service["spec"].get("externalIPs", ())
        given = service.get("status", {}).get("loadBalancer", {}).get("ingress", ())
        yield from (each["ip"] for each in given if "ip" in each)
    for egress_ip in cluster.list(OVN_API, "EgressIP"):
        yield from egress_ip["spec"]["egressIPs"]


def _annotations(node: Manifest) -> Mapping[str, str]:
    found: Mapping[str, str] = node["metadata"].get("annotations", {})
    return found
