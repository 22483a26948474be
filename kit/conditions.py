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


WAITED_FOR, GOOD = "Waiting", ("False", "Unknown")
"""Conditions that begin so are inverted: True means not ready. Source: status_manager.go, 1.11."""


def waited_for(flow_collector: Object) -> Verdict:
    """No part is waited for; Ready alone does not tell, since it is made from counts."""
    found = [
        each
        for each in flow_collector.get("status", {}).get("conditions", ())
        if str(each.get("type", "")).startswith(WAITED_FOR)
    ]
    if not found:
        return unmet("its status has no condition about any part: which operator wrote it?")
    waiting = [each for each in found if each.get("status") not in GOOD]
    if waiting:
        told = "; ".join(f"{each['type']} is {_told(each)}" for each in waiting)
        return unmet(f"parts are waited for{_beside_ready(flow_collector)}: {told}")
    return met(f"none of {len(found)} parts is waited for")


def no_issue(flow_collector: Object, kind: str) -> Verdict:
    """LokiIssue or the like is there and not True; Unknown means that it does not apply."""
    found = condition(flow_collector, kind)
    if not found:
        return unmet(f"its status has no condition {kind}")
    if found.get("status") == "True":
        return unmet(f"its condition {kind}{_beside_ready(flow_collector)} is {_told(found)}")
    return met(f"{kind} is {_told(found)}")


def no_error(flow_collector: Object) -> Verdict:
    """ConfigurationIssue may warn; an error means that the spec is not followed."""
    found = condition(flow_collector, "ConfigurationIssue")
    if found.get("status") == "True" and found.get("reason") == "Warnings":
        return met(f"ConfigurationIssue warns: {found.get('message')}")
    return no_issue(flow_collector, "ConfigurationIssue")


def _beside_ready(flow_collector: Object) -> str:
    ready = condition(flow_collector, "Ready").get("status") == "True"
    return " although it is Ready" if ready else ""


def warnings(flow_collector: Object) -> str:
    """What ConfigurationIssue and LokiWarning say; empty when nothing."""
    kinds = ("ConfigurationIssue", "LokiWarning")
    found = [condition(flow_collector, kind) for kind in kinds]
    return "; ".join(str(one.get("message")) for one in found if one.get("status") == "True")
