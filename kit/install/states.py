"""When a stage of an installation is done: one judgement each, with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.upstream import (
    AGENT_DAEMONSET,
    FLOW_COLLECTOR_API,
    FLOW_COLLECTOR_NAME,
    PRIVILEGED_SUFFIX,
)
from kit.cluster import Cluster
from kit.conditions import is_ready
from kit.verdict import Verdict, met, unmet
from kit.versions import OLM_API, OLM_KIND
from kit.workloads import rolled_out

Object = Mapping[str, Any]
LOKI_API = "loki.grafana.com/v1"


def deployment_ready(cluster: Cluster, namespace: str, name: str) -> Verdict:
    return rolled_out(cluster.get("apps/v1", "Deployment", name, namespace))


def operator_ready(cluster: Cluster, namespace: str, name: str, api: tuple[str, str]) -> Verdict:
    """The version that the Subscription names has succeeded, and its API is served."""
    subscription = cluster.get(OLM_API, "Subscription", name, namespace)
    if subscription is None:
        return unmet(f"there is no Subscription {namespace}/{name}")
    installed = subscription.get("status", {}).get("installedCSV")
    if not installed:
        return unmet(_pending(subscription.get("status", {})))
    version = cluster.get(OLM_API, OLM_KIND, installed, namespace) or {}
    status = version.get("status", {})
    if status.get("phase") != "Succeeded":
        phase = status.get("phase", "absent")
        return unmet(
            f"{OLM_KIND} {installed} is {phase}: {status.get('message', 'no reason told')}"
        )
    if not cluster.serves(*api):
        return unmet(f"{installed} has succeeded, and yet {api[0]} {api[1]} is not served")
    return met(f"{installed} has succeeded")


def _pending(status: Object) -> str:
    for each in status.get("conditions", ()):
        if each.get("status") == "True" and each.get("type") != "CatalogSourcesHealthy":
            return f"the Subscription says {each['type']}: {each.get('message', '')}"
    return f"the Subscription is {status.get('state') or 'without a state'}, nothing is installed"


def lokistack_ready(cluster: Cluster, namespace: str, name: str) -> Verdict:
    found = cluster.get(LOKI_API, "LokiStack", name, namespace)
    if found is None:
        return unmet(f"there is no LokiStack {namespace}/{name}")
    told = [c for c in found.get("status", {}).get("conditions", ()) if c.get("status") == "True"]
    if any(each["type"] == "Ready" for each in told):
        return met("the LokiStack is Ready")
    main = next((each for each in told if each["type"] != "Warning"), None)
    if main is None:
        return unmet("the LokiStack has no condition yet: its operator has not looked at it")
    return unmet(f"the LokiStack is {main['type']} for {main['reason']}: {main.get('message', '')}")


def collector_ready(cluster: Cluster) -> Verdict:
    """Its condition and every agent: the condition alone is also true while images are pulled."""
    found = cluster.get(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME)
    if found is None:
        return unmet("there is no FlowCollector named cluster")
    ready = is_ready(found)
    if not ready:
        return ready
    namespace = found["spec"].get("namespace", "netobserv") + PRIVILEGED_SUFFIX
    agents = rolled_out(cluster.get("apps/v1", "DaemonSet", AGENT_DAEMONSET, namespace))
    return agents if agents else unmet(f"agents ({namespace}/{AGENT_DAEMONSET}): {agents.because}")
