"""Where an operator lies to its agents about the FlowCollector's spec."""

from __future__ import annotations

import copy
from typing import Any

from simulation.controllers.collector_spec import CollectorSpec
from simulation.faults import Faults, register

LIMIT_MISSING = register("agent-limit-missing", "the agents run without their memory limit")
REQUEST_LOW = register("agent-request-low", "the agents request a tenth of their processor time")


def told(spec: CollectorSpec, faults: Faults) -> CollectorSpec:
    """The spec as the agents are to have it."""
    raw = copy.deepcopy(spec.raw)
    if faults.active("privileged-false-yields-drops") and "PacketDrop" in spec.features:
        raw["agent"]["ebpf"]["privileged"] = True
    if faults.active("filter-text-port-works"):
        _turn_texts_into_numbers(raw)
    if faults.active(LIMIT_MISSING) or faults.active(REQUEST_LOW):
        raw.setdefault("agent", {}).setdefault("ebpf", {})["resources"] = _resources(faults)
    return CollectorSpec(raw)


def _resources(faults: Faults) -> dict[str, Any]:
    found: dict[str, Any] = {"requests": {"cpu": "100m", "memory": "50Mi"}}
    if faults.active(REQUEST_LOW):
        found["requests"]["cpu"] = "10m"
    return found if faults.active(LIMIT_MISSING) else {**found, "limits": {"memory": "800Mi"}}


HIDDEN = {
    "loki-issue-behind-ready": ("LokiIssue", "Error", "Error while fetching configured LokiStack"),
    "part-waits-behind-ready": (
        *("WaitingFLPMonolith", "DeploymentNotReady"),
        "Deployment flowlogs-pipeline not ready: 2/3 (missing condition)",
    ),
    "configuration-error-behind-ready": (
        *("ConfigurationIssue", "Error"),
        "spec.agent.ebpf.flowFilter: invalid port range",
    ),
}
"""Conditions that turn up True beside Ready=True: type, reason and message by fault."""


def shown(conditions: list[dict[str, Any]], faults: Faults) -> list[dict[str, Any]]:
    """The conditions as the status has them."""
    if faults.active("configuration-issue-hidden"):
        conditions = [each for each in conditions if each["type"] != "ConfigurationIssue"]
    told = {
        kind: {"type": kind, "status": "True", "reason": reason, "message": message}
        for fault, (kind, reason, message) in HIDDEN.items()
        if faults.active(fault)
    }
    return [told.get(each["type"], each) for each in conditions]


def _turn_texts_into_numbers(raw: dict[str, Any]) -> None:
    rules: list[dict[str, Any]] = raw["agent"]["ebpf"].get("flowFilter", {}).get("rules", [])
    for rule in rules:
        for name in ("ports", "sourcePorts", "destPorts"):
            if isinstance(rule.get(name), str) and rule[name].isdecimal():
                rule[name] = int(rule[name])
