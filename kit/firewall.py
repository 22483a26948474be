"""Egress firewalls: the object, applied and awaited as far as its status tells.

Status proves that a *new* firewall has reached every node, and nothing about an update: it does not
change when rules do. What is enforced, only traffic can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from catalog.upstream import (
    EGRESS_FIREWALL_APPLIED,
    EGRESS_FIREWALL_NAME,
    EGRESS_FIREWALL_NOT_APPLIED,
    OVN_API,
)
from kit.cluster import Cluster
from kit.manifests import manifest
from kit.patience import FIREWALL_STATUS
from kit.verdict import Verdict, met, unmet
from kit.wait import Waiting


def egress_firewall(namespace: str, egress: list[dict[str, Any]]) -> dict[str, Any]:
    firewall = manifest("egress-firewall")
    firewall["metadata"]["namespace"] = namespace
    firewall["spec"]["egress"] = egress
    return firewall


def await_applied(cluster: Cluster, waiting: Waiting, namespace: str) -> None:
    """Until every node has reported a new firewall as applied; Unmet with what they report."""
    waiting.eventually(
        read(cluster, namespace),
        applied,
        within=FIREWALL_STATUS,
        what=f"the egress firewall of {namespace} is reported as applied",
    )


def read(cluster: Cluster, namespace: str) -> Callable[[], dict[str, Any] | None]:
    return lambda: cluster.get(OVN_API, "EgressFirewall", EGRESS_FIREWALL_NAME, namespace)


def applied(firewall: Mapping[str, Any] | None) -> Verdict:
    if firewall is None:
        return unmet("there is no such firewall")
    status = firewall.get("status", {})
    if status.get("status") == EGRESS_FIREWALL_APPLIED:
        return met()
    messages = "; ".join(status.get("messages", ())) or "no node has reported"
    return unmet(f"its status is {status.get('status', '')!r}: {messages}")


def complains(sentence: str) -> Callable[[Mapping[str, Any] | None], Verdict]:
    """The status says that rules are not applied, and every node that has reported says why."""

    def judge(firewall: Mapping[str, Any] | None) -> Verdict:
        status = (firewall or {}).get("status", {})
        messages = [str(message) for message in status.get("messages", ())]
        told = f"its status is {status.get('status', '')!r}: {'; '.join(messages) or 'no message'}"
        if status.get("status") != EGRESS_FIREWALL_NOT_APPLIED:
            return unmet(told)
        silent = [message for message in messages if sentence not in message]
        return unmet(told) if silent or not messages else met(told)

    return judge
