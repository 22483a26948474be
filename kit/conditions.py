"""Claims about the conditions in a FlowCollector's status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.features import Feature
from kit.verdict import Verdict, met, unmet

Object = Mapping[str, Any]


def condition(flow_collector: Object, kind: str) -> Object:
    """Empty where the status does not have it."""
    found: Object
    for found in flow_collector.get("status", {}).get("conditions", ()):
        if found.get("type") == kind:
            return found
    return {}


def is_ready(flow_collector: Object) -> Verdict:
    found = condition(flow_collector, "Ready")
    if found.get("status") == "True":
        return met("the FlowCollector is Ready")
    return unmet(f"its condition Ready is {_told(found)}, expected True")


def warns_of(flow_collector: Object, feature: Feature) -> Verdict:
    """Warned, not failed: status True for the reason Warnings, with the feature's name."""
    found = condition(flow_collector, "ConfigurationIssue")
    if (found.get("status"), found.get("reason")) != ("True", "Warnings"):
        return unmet(
            f"its condition ConfigurationIssue is {_told(found)}, expected True for Warnings"
        )
    if feature.name not in found.get("message", ""):
        return unmet(f"its warnings do not name {feature.name}: {found.get('message')}")
    return met(f"the status warns: {found.get('message')}")


def _told(found: Object) -> str:
    if not found:
        return "missing"
    return f"{found.get('status')} for {found.get('reason')} ({found.get('message')})"
