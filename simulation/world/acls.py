"""The egress firewalls in force, and how an update of one reaches the packets."""

from __future__ import annotations

from asyncio import TimerHandle
from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

from simulation.clock import Clock
from simulation.faults import Faults
from simulation.world.events import EGRESS, FIREWALL, Event
from simulation.world.firewall import ANY, Acl, BadRule, Surroundings, addresses, render
from simulation.world.nouns import Era, Settings
from simulation.world.packet import SCTP, UDP
from simulation.world.path import Verdict

WINDOW, WIDE_WINDOW = 0.05, 8.0
"""Seconds without any rule while OVN-Kubernetes before 2025-10 replaces them; and in the lie."""


class Acls:
    """Egress firewalls by namespace; the first matching rule decides, none means allow."""

    def __init__(
        self, clock: Clock, settings: Settings, around: Surroundings, faults: Faults
    ) -> None:
        self._clock = clock
        self._era = settings.era
        self._pods = [ip_network(each) for each in settings.pod_networks]
        self._around = around
        self._faults = faults
        self._in_force: dict[str, list[Acl]] = {}
        self._filling: dict[str, TimerHandle] = {}
        self._newest = ""
        self._verdicts: dict[tuple[str, str, int, int], Verdict] = {}
        self._fitting: dict[tuple[str, str, int, int], bool] = {}

    def set(self, namespace: str, rules: Sequence[Mapping[str, Any]] | None) -> str:
        """Put the rules in force; the answer is the error for the object's status, or ""."""
        lies, old = self._faults, self._in_force.get(namespace, [])
        if rules is None:
            self._put(namespace, old if lies.active("firewall-keeps-removed-rule") else [])
            return ""
        try:
            new = render(namespace, rules, self._around)
        except BadRule as problem:
            opens = lies.active("firewall-opens-on-bad-update")
            if lies.active("firewall-closes-on-bad-rules"):
                self._put(namespace, [Acl(False, ANY)])
            elif self._era is Era.BEFORE_2025_10 or opens:
                self._put(namespace, [])
            return str(problem)
        if not rules and lies.active("firewall-empty-list-denies"):
            new = [Acl(False, ANY)]
        if lies.active("firewall-keeps-removed-rule"):
            new = [*[acl for acl in old if acl not in new], *new]
        self._replace(namespace, old, new)
        return ""

    def judge(self, namespace: str, address: str, proto: int, port: int) -> Verdict:
        """What becomes of a pod's packet to an address outside (after load balancing)."""
        acls = self._in_force.get(namespace)
        if acls and self._faults.active("firewall-newest-holds-for-all"):
            acls = self._in_force.get(self._newest) or acls
        ignored = acls and len(acls) > 10 and self._faults.active("firewall-ignores-long-lists")
        if not acls or ignored:
            return Verdict.LET_BY
        asked = (namespace, address, proto, port)
        if asked not in self._verdicts:
            self._verdicts[asked] = self._judge(acls, address, proto, port)
        return self._verdicts[asked]

    def event(
        self, namespace: str, address: str, proto: int, port: int, *, allowed: bool
    ) -> Event | None:
        """What the deciding rule tells; None where no rule fitted, which tells nothing."""
        if allowed and not self._is_told_of(namespace, address, proto, port):
            return None
        return Event(FIREWALL, "allow" if allowed else "drop", EGRESS, "", namespace)

    def _is_told_of(self, namespace: str, address: str, proto: int, port: int) -> bool:
        """Whether any rule fits; remembered, since a list may have thousands of them."""
        asked = (namespace, address, proto, port)
        if asked not in self._fitting:
            target = ip_address(address)
            rules = (addresses(acl, self._around) for acl in self._in_force.get(namespace, ()))
            fits = any(rule.matches(target, proto, port) for rule in rules)
            self._fitting[asked] = fits and not self._is_pod(target)
        return self._fitting[asked]

    def forget_verdicts(self) -> None:
        """Names may have other addresses now, nodes other labels, namespaces other rules."""
        self._verdicts.clear()
        self._fitting.clear()

    def _judge(self, acls: list[Acl], address: str, proto: int, port: int) -> Verdict:
        lies, target = self._faults, ip_address(address)
        spared = {UDP: "firewall-lets-udp-by", SCTP: "firewall-lets-sctp-by"}.get(proto)
        forgotten = target.version == 6 and lies.active("firewall-lets-v6-by")
        if forgotten or lies.active("firewall-allows-all") or (spared and lies.active(spared)):
            return Verdict.LET_BY
        if self._is_pod(target) and not lies.active("firewall-judges-pods"):
            return Verdict.LET_BY
        allowed = self._first_match(acls, target, proto, port)
        if allowed and not lies.active("firewall-denies-all"):
            return Verdict.LET_BY
        return Verdict.REJECT if lies.active("firewall-rejects") else Verdict.DROP

    def _is_pod(self, target: Any) -> bool:
        forgotten = target.version == 6 and self._faults.active("firewall-judges-v6-pods")
        return not forgotten and any(target in network for network in self._pods)

    def _first_match(self, acls: list[Acl], target: Any, proto: int, port: int) -> bool:
        ordered = acls[::-1] if self._faults.active("firewall-order-reversed") else acls
        for acl in ordered:
            rule = self._bent(addresses(acl, self._around), proto)
            if rule.matches(target, proto, port):
                return rule.allows
        return not self._faults.active("firewall-denies-by-default")

    def _bent(self, rule: Acl, proto: int) -> Acl:
        """What the lies make of a rule."""
        spared = rule.allows and self._faults.active("firewall-ignores-ports-of-permissions")
        if spared or self._faults.active("firewall-ignores-ports"):
            return Acl(rule.allows, rule.networks)
        if self._faults.active("firewall-ignores-protocols"):
            return replace(rule, ports=tuple((proto, port) for _, port in rule.ports))
        if self._faults.active("firewall-takes-v6-for-v4"):
            whole = any(network == ANY[1] for network in rule.networks)
            return replace(rule, networks=ANY) if whole else rule
        return rule

    def _replace(self, namespace: str, old: list[Acl], new: list[Acl]) -> None:
        if old == new:
            return
        lies, stale = self._faults, old[len(new) : len(new) + 1]
        gap = WIDE_WINDOW if lies.active("firewall-gap-on-update") else WINDOW
        if self._era is Era.AFTER_2025_10 and gap == WINDOW:
            # The stale filter keeps the index equal to the new length (egressfirewall.go:498).
            self._put(namespace, [*new, *stale])
        elif not old:
            self._put(namespace, new)
        else:
            self._put(namespace, [])
            kept = stale if lies.active("firewall-keeps-last-rule") else []
            self._filling[namespace] = self._clock.call_later(
                gap, self._put, namespace, [*new, *kept]
            )

    def _put(self, namespace: str, acls: list[Acl]) -> None:
        if (filling := self._filling.pop(namespace, None)) is not None:
            filling.cancel()
        self._in_force[namespace] = acls
        self._newest = namespace if acls else self._newest
        self.forget_verdicts()
