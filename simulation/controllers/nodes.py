"""Nodes as the world knows them: where they are, and which slice of the pod network is theirs."""

from __future__ import annotations

from simulation.controllers.hub import Hub, Json
from simulation.world import Node


class Nodes:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        hub.seen["Node"].on_change(self._on_change)

    def _on_change(self, event: str, node: Json) -> None:
        if event == "DELETED":
            self.hub.world.remove_node(node["metadata"]["name"])
        elif (node.get("status") or {}).get("addresses"):
            self.hub.world.add_node(as_seen_by_world(node))


def as_seen_by_world(node: Json) -> Node:
    address, *others = internal_addresses(node)
    return Node(
        name=node["metadata"]["name"],
        address=address,
        pod_network=node["spec"]["podCIDR"],
        labels=dict(node["metadata"].get("labels") or {}),
        other_addresses=tuple(others),
    )


def internal_addresses(node: Json) -> list[str]:
    """One of each IP family that the cluster has, the preferred one first."""
    addresses = (node.get("status") or {}).get("addresses") or []
    return [str(each["address"]) for each in addresses if each["type"] == "InternalIP"]
