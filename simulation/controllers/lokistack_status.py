"""What the Loki Operator tells of a LokiStack beside its conditions.

Source: grafana/loki operator/internal/status: components.go (pods by component and state; running
is not ready yet) and storage.go (the schemas that were applied).
"""

from __future__ import annotations

from collections.abc import Iterable

from simulation.controllers.hub import Json
from simulation.controllers.podtemplate import is_ready, phase

COMPONENT = "app.kubernetes.io/component"
FIELDS = {
    "compactor": "compactor",
    "distributor": "distributor",
    "index-gateway": "indexGateway",
    "ingester": "ingester",
    "querier": "querier",
    "query-frontend": "queryFrontend",
    "lokistack-gateway": "gateway",
    "ruler": "ruler",
}
NONE = ("Failed", "Pending", "Running", "Ready")
PHASES = ("Failed", "Pending", "Running")


def components(pods: Iterable[Json]) -> Json:
    """Names of pods by component and state; a component without pods has all states, empty."""
    found: dict[str, dict[str, list[str]]] = {field: {} for field in FIELDS.values()}
    for pod in pods:
        field = FIELDS[pod["metadata"]["labels"][COMPONENT]]
        found[field].setdefault(_state(pod), []).append(pod["metadata"]["name"])
    empty: dict[str, list[str]] = {state: [] for state in NONE}
    return {field: by_state or empty for field, by_state in found.items()}


def storage(stack: Json) -> Json:
    return {"schemas": stack["spec"]["storage"]["schemas"], "credentialMode": "static"}


def _state(pod: Json) -> str:
    if phase(pod) not in PHASES:
        return "Unknown"
    return "Ready" if phase(pod) == "Running" and is_ready(pod) else phase(pod)
