"""Which parts of a pipeline this cluster has: asked of objects, never of the parts' health."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.needs import Need
from catalog.upstream import DEFAULT_NAMESPACE, LOKISTACK_API, MONITORING_API
from kit.capability import Capability, supported, unsupported
from kit.cluster import Cluster
from kit.prometheus_finding import prometheus_need


def health_needs(
    cluster: Cluster, flow_collector: Mapping[str, Any] | None, prometheus_url: str | None = None
) -> dict[Need, Capability]:
    spec = (flow_collector or {}).get("spec", {})
    return {
        Need.AGENT_METRICS: _switch(
            (spec.get("agent", {}).get("ebpf", {}).get("metrics") or {}).get("enable", True),
            "spec.agent.ebpf.metrics.enable",
        ),
        Need.CONSOLE_PLUGIN: _switch(
            spec.get("consolePlugin", {}).get("enable", True), "spec.consolePlugin.enable"
        ),
        Need.MONOLITHIC_LOKI: _mode(spec, "Monolithic"),
        Need.LOKISTACK: _lokistack(cluster, spec),
        Need.PROMETHEUS: prometheus_need(cluster, flow_collector, prometheus_url),
        Need.ALERT_RULES: _rules(cluster),
    }


def _switch(on: bool, where: str) -> Capability:
    return supported(f"{where} is not false") if on else unsupported(f"{where} is false")


def _mode(spec: Mapping[str, Any], wanted: str) -> Capability:
    loki = spec.get("loki", {})
    if not loki.get("enable", True):
        return unsupported("spec.loki.enable is false")
    mode = loki.get("mode", "Monolithic")
    told = f"spec.loki.mode is {mode}"
    return supported(told) if mode == wanted else unsupported(told)


def _lokistack(cluster: Cluster, spec: Mapping[str, Any]) -> Capability:
    """A missing object that the spec names is a fault, not a need that is not met."""
    found = _mode(spec, "LokiStack")
    if not found.met:
        return found
    stack = spec["loki"].get("lokiStack", {})
    place = stack.get("namespace") or spec.get("namespace") or DEFAULT_NAMESPACE
    served = cluster.serves(LOKISTACK_API, "LokiStack")
    told = "" if served else f" (the API server does not serve {LOKISTACK_API})"
    return supported(f"{found.how}: {place}/{stack.get('name', 'loki')}{told}")


def _rules(cluster: Cluster) -> Capability:
    if cluster.serves(MONITORING_API, "PrometheusRule"):
        return supported(f"the API server serves {MONITORING_API} PrometheusRule")
    return unsupported(f"the API server does not serve {MONITORING_API} PrometheusRule")
