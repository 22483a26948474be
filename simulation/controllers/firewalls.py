"""OVN-Kubernetes' egress firewalls: the rules reach the packets, and the status says something.

Source: ovn-kubernetes egressfirewall.go and status_manager/egressfirewall_manager.go: every node
writes its message, and writes none when its text is the same as before; so the status of an
object that is edited from one valid spec to another never moves.
"""

from __future__ import annotations

from catalog.upstream import EGRESS_FIREWALL_APPLIED, OVN_API
from simulation.controllers.controller import Controller, Key
from simulation.controllers.hub import Hub, Json

KIND = f"{OVN_API}/EgressFirewall"
NOT_APPLIED = "EgressFirewall Rules not correctly applied"
LATE_FAULT, ELSEWHERE_FAULT = "firewall-enforced-late", "firewall-enforced-in-other-namespace"
LIES_FAULT, SILENT_FAULT = "status-lies", "firewall-error-unreported"
NAME_FAULT, CRD = "firewall-other-name-accepted", "egressfirewalls.k8s.ovn.org"
CRD_KIND = "apiextensions.k8s.io/v1/CustomResourceDefinition"
LATE_SECONDS = 600.0
ENFORCED, NODE_REPORTS = (0.2, 1.2), (0.05, 0.4)
STRANGER = "a-stranger"


class EgressFirewalls(Controller):
    kind = KIND
    delay = ENFORCED

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._errors: dict[Key, str] = {}
        self._enforced: dict[Key, list[Json]] = {}
        hub.seen["Node"].on_change(self._on_node)
        if hub.faults.active(NAME_FAULT):
            self._admit_any_name()

    def _admit_any_name(self) -> None:
        crd = self.store.get(CRD_KIND, None, CRD)
        for version in crd["spec"]["versions"]:
            schema = version["schema"]["openAPIV3Schema"]
            schema["properties"]["metadata"]["properties"]["name"].pop("pattern")
        self.store.update(CRD_KIND, None, crd)

    def _on_node(self, event: str, _node: Json) -> None:
        """A new node has said nothing yet: the roll-up is empty until it does."""
        for firewall in self.hub.seen["EgressFirewall"].all() if event != "MODIFIED" else []:
            self.on_own(event, firewall)

    async def reconcile(self, namespace: str, name: str) -> None:
        firewall = self.store.find(KIND, namespace, name)
        key = namespace, name
        if firewall is None:
            self._lift(key)
            return
        rules = list(firewall["spec"].get("egress") or [])
        if self._enforced.get(key) != rules:
            self._enforced[key] = rules
            self._errors[key] = self._enforce(key, rules)
        await self._report(firewall)

    def _lift(self, key: Key) -> None:
        self._errors.pop(key, None)
        self._enforced.pop(key, None)
        self.hub.world.set_egress_firewall(self._where(key[0]), None)

    def _where(self, namespace: str) -> str:
        if not self.hub.faults.active(ELSEWHERE_FAULT):
            return namespace
        others = sorted(n["metadata"]["name"] for n in self.hub.seen["Namespace"].all())
        return next((name for name in others if name != namespace), STRANGER)

    def _enforce(self, key: Key, rules: list[Json]) -> str:
        if self.hub.faults.active(LIES_FAULT):
            return ""
        if self.hub.faults.active(LATE_FAULT):
            self.hub.later(LATE_SECONDS, self._enforce_late, key, rules)
            return ""
        return self.hub.world.set_egress_firewall(self._where(key[0]), rules)

    def _enforce_late(self, key: Key, rules: list[Json]) -> None:
        if self._enforced.get(key) == rules:
            self.hub.world.set_egress_firewall(self._where(key[0]), rules)

    async def _report(self, firewall: Json) -> None:
        """One message a node, one after the other; the roll-up when all have spoken."""
        namespace, name = firewall["metadata"]["namespace"], firewall["metadata"]["name"]
        key, error = (namespace, name), self._errors[(namespace, name)]
        error = "" if self.hub.faults.active(SILENT_FAULT) else error
        nodes = sorted(node["metadata"]["name"] for node in self.hub.seen["Node"].all())
        text = f"{NOT_APPLIED}: {error}" if error else EGRESS_FIREWALL_APPLIED
        wanted = [f"{node}: {text}" for node in nodes]
        status = firewall.get("status") or {}
        if sorted(status.get("messages") or []) == wanted and status.get("status"):
            return
        kept = [each for each in status.get("messages") or [] if each in wanted]
        for message in (each for each in wanted if each not in kept):
            await self.hub.pause(NODE_REPORTS)
            if self._enforced.get(key) is None:
                return
            kept = [m for m in kept if m.split(": ")[0] != message.split(": ")[0]] + [message]
            rolled = NOT_APPLIED if error else EGRESS_FIREWALL_APPLIED
            done = len(kept) == len(wanted)
            summary = {"status": rolled if done else "", "messages": sorted(kept)}
            self.store.set_status(KIND, namespace, name, summary, manager=message.split(":")[0])
