"""OVN-Kubernetes' egress addresses: which node holds each, what events tell, when packets obey.

Source: ovn-kubernetes go-controller/pkg/clustermanager/egressip_controller.go: a node may hold
addresses while it carries the label, whatever its value, and is ready; the least loaded node that
has the address's network is chosen; the status has no place for errors, only events tell of them.
"""

from __future__ import annotations

import json
from collections import Counter
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_interface

from catalog.upstream import EGRESS_ASSIGNABLE_LABEL, HOST_CIDRS_ANNOTATION, OVN_API
from simulation.controllers import events
from simulation.controllers.controller import Controller
from simulation.controllers.enforcement import bound
from simulation.controllers.hub import Hub, Json
from simulation.world.egress import Way
from simulation.world.firewall import selects

KIND = f"{OVN_API}/EgressIP"
MANAGER = "ovnkube-cluster-manager"
PROGRAMMED = (0.3, 1.5)
"""Seconds from the status to the packets: each node's own controller has to follow."""


class EgressIPs(Controller):
    kind = KIND
    delay = (0.3, 1.5)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._told: dict[str, tuple[Way, ...]] = {}
        for kind in ("Node", "Namespace"):
            hub.seen[kind].on_change(self._on_surroundings)

    def _on_surroundings(self, _event: str, _obj: Json) -> None:
        for egress_ip in self.hub.seen["EgressIP"].all():
            self.on_own("MODIFIED", egress_ip)

    async def reconcile(self, namespace: str, name: str) -> None:
        del namespace
        egress_ip = self.store.find(KIND, None, name)
        if egress_ip is None:
            if not self.hub.faults.active("egress-ip-survives-removal"):
                self._told.pop(name, None)
            self._tell_world()
            return
        items = self._assigned(egress_ip)
        if (egress_ip.get("status") or {}).get("items") != items:
            egress_ip["status"] = {"items": items}
            self.store.update(KIND, None, egress_ip, manager=MANAGER)
        ways = self._ways(egress_ip, items)
        if self._told.get(name, ()) != ways:
            await self.hub.pause(PROGRAMMED)
            self._told[name] = self._moved(name, ways)
            self._tell_world()

    def _tell_world(self) -> None:
        self.hub.world.network.egress.set([way for ways in self._told.values() for way in ways])

    def _moved(self, name: str, ways: tuple[Way, ...]) -> tuple[Way, ...]:
        old = self._told.get(name, ())
        lies = self.hub.faults.active("egress-ip-moves-in-status-only")
        return old if old and ways and lies else ways

    def _ways(self, egress_ip: Json, items: list[Json]) -> tuple[Way, ...]:
        binding = bound(self.hub, [egress_ip])
        if not binding:
            return ()
        spec = binding[0]["spec"]
        chosen = frozenset(
            each["metadata"]["name"]
            for each in self.hub.seen["Namespace"].all()
            if selects(spec["namespaceSelector"], each["metadata"].get("labels") or {})
        )
        homes = [(item["egressIP"], item["node"]) for item in items]
        if not homes and self.hub.faults.active("egress-ip-homeless-drops"):
            homes = [(address, "") for address in spec["egressIPs"]]
        pods = spec.get("podSelector") or {}
        return tuple(Way(address, node, chosen, pods) for address, node in homes)

    def _assigned(self, egress_ip: Json) -> list[Json]:
        """What may stay stays; the rest finds a node, or an event says why not."""
        if self.hub.faults.active("egress-ip-never-assigned"):
            return []
        wanted, items = egress_ip["spec"]["egressIPs"], (egress_ip.get("status") or {}).get("items")
        kept = [item for item in items or [] if item["egressIP"] in wanted and self._holds(item)]
        for address in wanted:
            if all(item["egressIP"] != address for item in kept):
                node = self._home(egress_ip, address, {item["node"] for item in kept})
                kept += [{"egressIP": address, "node": node}] if node else []
        return kept

    def _holds(self, item: Json) -> bool:
        if self.hub.faults.active("egress-ip-no-failover"):
            return True
        return item["node"] in {node["metadata"]["name"] for node in self._assignable()}

    def _home(self, egress_ip: Json, text: str, taken: set[str]) -> str:
        """The node for an address; empty, and an event, where there is none."""
        try:
            address = ip_address(text)
        except ValueError:
            said = f"egress IP: {text} for object EgressIP: {_name(egress_ip)} is not a valid IP"
            return self._refused(egress_ip, "InvalidEgressIP", f"{said} address")
        nodes = self.hub.seen["Node"].all()
        if any(text == str(each.ip) for node in nodes for each in _networks(node)):
            said = f"egress IP: {text} is the IP address of a node and cannot be used"
            return self._refused(egress_ip, "EgressIPConflict", said)
        others = [e for e in self.hub.seen["EgressIP"].all() if _name(e) != _name(egress_ip)]
        load = Counter(item["node"] for other in others for item in _items(other))
        if any(text == item["egressIP"] for other in others for item in _items(other)):
            said = f"egress IP: {text} is already used by another EgressIP object"
            return self._refused(egress_ip, "UnsupportedRequest", said)
        if not self._assignable():
            said = f"no assignable nodes for EgressIP: {_name(egress_ip)}, please label a node"
            return self._refused(egress_ip, "NoMatchingNodeFound", said)
        fitting = [
            _name(node)
            for node in self._assignable()
            if any(address in each.network for each in _networks(node)) and _name(node) not in taken
        ]
        if not fitting:
            said = f"Not all egress IPs for EgressIP: {_name(egress_ip)} could be assigned"
            return self._refused(egress_ip, "UnassignedRequest", said)
        return min(fitting, key=lambda name: (load[name], name))

    def _assignable(self) -> list[Json]:
        return [
            node
            for node in self.hub.seen["Node"].all()
            if EGRESS_ASSIGNABLE_LABEL in (node["metadata"].get("labels") or {}) and _ready(node)
        ]

    def _refused(self, egress_ip: Json, reason: str, message: str) -> str:
        if not self.hub.faults.active("egress-ip-events-missing"):
            events.warn(self.hub, egress_ip, reason, message)
        return ""


def _name(obj: Json) -> str:
    return str(obj["metadata"]["name"])


def _items(egress_ip: Json) -> list[Json]:
    items: list[Json] = (egress_ip.get("status") or {}).get("items") or []
    return items


def _networks(node: Json) -> list[IPv4Interface | IPv6Interface]:
    annotations = node["metadata"].get("annotations") or {}
    return [ip_interface(text) for text in json.loads(annotations.get(HOST_CIDRS_ANNOTATION, "[]"))]


def _ready(node: Json) -> bool:
    conditions = (node.get("status") or {}).get("conditions") or []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
