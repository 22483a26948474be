"""The operator's alert rules: present, under upstream's names, about upstream's metrics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.upstream import MONITORING_API
from kit.cluster import Cluster
from kit.collector import agent_namespace
from kit.health.parts import Parts
from kit.nearest import nearest
from kit.verdict import Verdict, met, unmet

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Alert:
    """Which PrometheusRule holds it, its name, and the metric that its expression is about."""

    rule: str
    name: str
    metric: str


def row(cells: Sequence[str]) -> Alert:
    if len(cells) != 3 or not all(cell.strip() for cell in cells):
        raise ValueError(f"a row names a PrometheusRule, an alert and a metric: {list(cells)}")
    return Alert(*(cell.strip() for cell in cells))


def rules(cluster: Cluster, flow_collector: Object) -> dict[str, dict[str, str]]:
    """Expressions by alert, by PrometheusRule, in the collector's two namespaces."""
    found: dict[str, dict[str, str]] = {}
    for place in (Parts(cluster, flow_collector).namespace, agent_namespace(flow_collector)):
        for item in cluster.list(MONITORING_API, "PrometheusRule", place):
            found[str(item["metadata"]["name"])] = {
                str(rule["alert"]): str(rule.get("expr", ""))
                for group in item.get("spec", {}).get("groups") or ()
                for rule in group.get("rules") or ()
                if "alert" in rule
            }
    return found


def disabled(flow_collector: Object) -> frozenset[str]:
    """What the spec leaves out on purpose."""
    spec = flow_collector["spec"]
    parts = (spec.get("agent", {}).get("ebpf", {}), spec.get("processor", {}))
    found = ((part.get("metrics") or {}).get("disableAlerts") or () for part in parts)
    return frozenset(str(name) for names in found for name in names)


def judged(
    wanted: Sequence[Alert], found: Mapping[str, Mapping[str, str]], off: frozenset[str]
) -> Verdict:
    """Each wanted alert that is not disabled is there; at least one is wanted."""
    asked = [alert for alert in wanted if alert.name not in off]
    if not asked:
        return unmet("every one of these alerts is disabled: nothing would be told")
    wrong = [said for alert in asked if (said := _complaint(alert, found))]
    if wrong:
        return unmet("; ".join(wrong))
    return met(f"{len(asked)} alerts are there" + (f", disabled: {', '.join(off)}" if off else ""))


def _complaint(alert: Alert, found: Mapping[str, Mapping[str, str]]) -> str:
    if alert.rule not in found:
        have = ", ".join(sorted(found)) or "none"
        return f"there is no PrometheusRule {alert.rule} (there are: {have})"
    alerts = found[alert.rule]
    if alert.name not in alerts:
        near = nearest(alert.name, alerts) or f"; it has: {', '.join(sorted(alerts)) or 'none'}"
        return f"{alert.rule} has no alert {alert.name}{near}"
    if not re.search(rf"\b{re.escape(alert.metric)}\b", alerts[alert.name]):
        return f"{alert.name} is not about {alert.metric}: {alerts[alert.name]}"
    return ""
