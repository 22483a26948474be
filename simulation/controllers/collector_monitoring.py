"""What the operator tells a Prometheus: whom to scrape, and when to raise an alert.

Source: operator 1.11, internal/controller/ebpf/agent_metrics.go, flp/flp_common_objects.go and
internal/pkg/metrics/alerts/operational_alerts.go. Of the health rules none is made here.
"""

from __future__ import annotations

from typing import Any

from catalog.upstream import AGENT_DAEMONSET, MONITORING_API, PIPELINE_WORKLOAD
from simulation.controllers.collector_spec import OPERATOR, CollectorSpec
from simulation.faults import Faults

Json = dict[str, Any]

AGENT_SERVICE = "ebpf-agent-svc-prom"
RENAMED = "NetObservAgentFlowsDropped"
LOST_FLOWS = "sum(rate(netobserv_agent_dropped_flows_total[1m])) > 100"
NO_FLOWS = "sum(rate(netobserv_ingest_flows_processed[1m])) == 0"
LOKI_ERRORS = "sum(rate(netobserv_loki_dropped_entries_total[1m])) > 0"


def objects(spec: CollectorSpec, faults: Faults) -> list[Json]:
    """ServiceMonitors, PrometheusRules and the Service in front of the agents' metrics."""
    app, place = AGENT_DAEMONSET, spec.privileged_namespace
    disabled = _metrics(spec.agent).get("disableAlerts") or []
    lost = RENAMED if faults.active("alert-renamed") else "NetObservDroppedFlows"
    agents = [] if "NetObservDroppedFlows" in disabled else [_alert(lost, LOST_FLOWS)]
    found = [
        _monitor("ebpf-agent-svc-monitor", place, app, ("metrics", "30s")),
        _rule("ebpf-agent-prom-alert", place, app, {"NetobservEBPFAgentAlerts": agents}),
        _agent_service(spec),
    ]
    app, place = PIPELINE_WORKLOAD, spec.namespace
    alerts = {"NetObservNoFlows": NO_FLOWS, "NetObservLokiError": LOKI_ERRORS}
    if faults.active("alert-missing"):
        del alerts["NetObservLokiError"]
    disabled = _metrics(spec.processor).get("disableAlerts") or []
    rules = [_alert(name, expr) for name, expr in alerts.items() if name not in disabled]
    return [
        *found,
        _monitor("flowlogs-pipeline-monitor", place, app, ("prometheus", "15s")),
        _rule("flowlogs-pipeline-alert", place, app, {"NetObservFlowLogsPipeline": rules}),
    ]


def _metrics(part: Json) -> Json:
    found: Json = part.get("metrics") or {}
    return found


def _alert(name: str, expr: str) -> Json:
    labels = {"severity": "warning", "app": "netobserv"}
    return {"alert": name, "expr": expr, "for": "10m", "labels": labels}


def _object(kind: str, name: str, place: str, app: str, spec: Json) -> Json:
    labels = {"part-of": OPERATOR, "app": app}
    metadata = {"name": name, "namespace": place, "labels": labels}
    return {"apiVersion": MONITORING_API, "kind": kind, "metadata": metadata, "spec": spec}


def _monitor(name: str, place: str, app: str, scrape: tuple[str, str]) -> Json:
    port, interval = scrape
    endpoints = [{"port": port, "interval": interval, "scheme": "http"}]
    spec = {"endpoints": endpoints, "namespaceSelector": {"matchNames": [place]}}
    return _object(
        "ServiceMonitor", name, place, app, {**spec, "selector": {"matchLabels": {"app": app}}}
    )


def _rule(name: str, place: str, app: str, groups: dict[str, list[Json]]) -> Json:
    told = [{"name": group, "rules": rules} for group, rules in groups.items()]
    return _object("PrometheusRule", name, place, app, {"groups": told})


def _agent_service(spec: CollectorSpec) -> Json:
    labels = {"part-of": OPERATOR, "app": AGENT_DAEMONSET}
    place = {"name": AGENT_SERVICE, "namespace": spec.privileged_namespace, "labels": labels}
    ports = [{"name": "metrics", "port": 9400, "protocol": "TCP"}]
    body = {"selector": {"app": AGENT_DAEMONSET}, "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": place, "spec": body}
