"""What the FlowCollector's status says of a LokiStack that it writes to.

Source: netobserv operator internal/pkg/manager/status/loki.go.
"""

from __future__ import annotations

from typing import Any

from simulation.controllers.collector_spec import CollectorSpec
from simulation.controllers.hub import Hub

Json = dict[str, Any]


def loki_conditions(hub: Hub, spec: CollectorSpec) -> list[Json]:
    """LokiIssue and LokiWarning; unknown where Loki is not in LokiStack mode."""
    if spec.loki_mode != "LokiStack" or not spec.writes_to_loki:
        unused = {
            "status": "Unknown",
            "reason": "Unused",
            "message": "Loki is not in LokiStack mode",
        }
        return [{"type": kind, **unused} for kind in ("LokiIssue", "LokiWarning")]
    reason, message = _issue(hub, spec)
    issue = {"type": "LokiIssue", "status": "True" if message else "False"}
    warning = {"type": "LokiWarning", "status": "False", "reason": "NoWarning", "message": ""}
    return [issue | {"reason": reason, "message": message}, warning]


def _issue(hub: Hub, spec: CollectorSpec) -> tuple[str, str]:
    settings = spec.loki.get("lokiStack") or {}
    name, namespace = settings.get("name", "loki"), settings.get("namespace") or spec.namespace
    stack = hub.seen["LokiStack"].get(namespace, name)
    if stack is None:
        return "LokiStackNotFound", f"The configured LokiStack {name} in {namespace} is not found"
    known = (stack.get("status") or {}).get("conditions") or []
    ready = [each for each in known if (each["type"], each["status"]) == ("Ready", "True")]
    if ready:
        return "NoIssue", ""
    said = "; ".join(f"{each['type']}: {each['message']}" for each in known)
    return "LokiStackNotReady", f"LokiStack is not ready [name: {name}]: {said}"
