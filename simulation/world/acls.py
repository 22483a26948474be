"""The egress firewalls in force, and how an update of one reaches the packets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from simulation.clock import Clock
from simulation.faults import Faults
from simulation.world.firewall import Acl, BadRule, Surroundings, addresses, render
from simulation.world.nouns import Era, Settings
from simulation.world.path import Verdict

WINDOW = 0.05
"""Seconds without any rule while OVN-Kubernetes before 2025-10 replaces them."""


class Acls:
    """Egress firewalls by namespace; the first matching rule decides, none means allow."""

    def __init__(
        self, clock: Clock, settings: Settings, around: Surroundings, faults: Faults
    ) -> None:
        self._clock = clock
        self._era = settings.era
        self._pods = ip_network(settings.pod_network)
        self._around = around
        self._faults = faults
        self._in_force: dict[str, list[Acl]] = {}
        self._verdicts: dict[tuple[str, str, int, int], Verdict] = {}

    def set(self, namespace: str, rules: Sequence[Mapping[str, Any]] | None) -> str:
        """Put the rules in force; the answer is the error for the object's status, or ""."""
        old = self._in_force.get(namespace, [])
        if rules is None:
            self._put(namespace, old if self._faults.active("firewall-keeps-removed-rule") else [])
            return ""
        try:
            new = render(namespace, rules, self._around)
        except BadRule as problem:
            if self._era is Era.BEFORE_2025_10:
                self._put(namespace, [])
            return str(problem)
        if self._faults.active("firewall-keeps-removed-rule"):
            new = [*[acl for acl in old if acl not in new], *new]
        self._replace(namespace, old, new)
        return ""

    def judge(self, namespace: str, address: str, proto: int, port: int) -> Verdict:
        """What becomes of a pod's packet to an address outside (after load balancing)."""
        acls = self._in_force.get(namespace)
        if not acls:
            return Verdict.LET_BY
        asked = (namespace, address, proto, port)
        if asked not in self._verdicts:
            self._verdicts[asked] = self._judge(acls, address, proto, port)
        return self._verdicts[asked]

    def forget_verdicts(self) -> None:
        """Names may have other addresses now, nodes other labels."""
        self._verdicts.clear()

    def _judge(self, acls: list[Acl], address: str, proto: int, port: int) -> Verdict:
        target = ip_address(address)
        if target in self._pods or self._faults.active("firewall-allows-all"):
            return Verdict.LET_BY
        allowed = self._first_match(acls, target, proto, port)
        if allowed and not self._faults.active("firewall-denies-all"):
            return Verdict.LET_BY
        return Verdict.REJECT if self._faults.active("firewall-rejects") else Verdict.DROP

    def _first_match(self, acls: list[Acl], target: Any, proto: int, port: int) -> bool:
        ordered = acls[::-1] if self._faults.active("firewall-order-reversed") else acls
        for acl in ordered:
            rule = addresses(acl, self._around)
            if self._faults.active("firewall-ignores-ports"):
                rule = Acl(rule.allows, rule.networks)
            if rule.matches(target, proto, port):
                return rule.allows
        return True

    def _replace(self, namespace: str, old: list[Acl], new: list[Acl]) -> None:
        if old == new:
            return
        if self._era is Era.AFTER_2025_10:
            # The stale filter keeps the index equal to the new length (egressfirewall.go:498).
            self._put(namespace, [*new, *old[len(new) : len(new) + 1]])
        elif not old:
            self._put(namespace, new)
        else:
            self._put(namespace, [])
            self._clock.call_later(WINDOW, self._fill, namespace, new)

    def _fill(self, namespace: str, acls: list[Acl]) -> None:
        if not self._in_force.get(namespace):
            self._put(namespace, acls)

    def _put(self, namespace: str, acls: list[Acl]) -> None:
        self._in_force[namespace] = acls
        self._verdicts.clear()
