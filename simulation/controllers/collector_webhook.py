"""What the operator's admission webhook refuses in a FlowCollector, and what it warns of.

Source: operator 1.11, api/flowcollector/v1beta2/flowcollector_validation_webhook.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from simulation.apiserver import ApiError
from simulation.controllers.collector_spec import CollectorSpec
from simulation.controllers.collector_status import warnings
from simulation.controllers.hub import Hub

Json = dict[str, Any]
PORTS = re.compile(r"\d+|\d+-\d+|\d+,\d+")
PORT_KEYS = ("ports", "sourcePorts", "destPorts")


class Webhook:
    def __init__(self, hub: Hub) -> None:
        hub.store.admit("FlowCollector", self.admit)

    def admit(self, obj: Json, _old: Json | None, operation: str) -> list[str]:
        if operation == "DELETE":
            return []
        spec = CollectorSpec(obj.get("spec") or {})
        if wrong := [*_filter_errors(spec), *_log_type_errors(spec)]:
            why = f"[{', '.join(wrong)}]" if len(wrong) > 1 else wrong[0]
            name = obj["metadata"].get("name", "")
            text = (
                'admission webhook "flowcollectorconversionwebhook.netobserv.io" denied the '
                f"request: {why}"
            )
            details = {"name": name, "kind": "flowcollectors", "group": "flows.netobserv.io"}
            raise ApiError(403, "Forbidden", text, details)
        return warnings(spec)


def _filter_errors(spec: CollectorSpec) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for rule in spec.filter_rules:
        key = rule.get("cidr", ""), rule.get("peerCIDR", "")
        if key in seen:
            yield f"flow filter rule CIDR and PeerCIDR {key[0]}-{key[1]} already exists"
        seen.add(key)
        if rule.get("cidr") and not _is_cidr(rule["cidr"]):
            yield f"flow filter rule: invalid CIDR address: {rule['cidr']}"
        given = [name for name in PORT_KEYS if rule.get(name)]
        if "ports" in given and len(given) > 1:
            yield "cannot configure agent filter with ports and sourcePorts or destPorts"
        for name in given:
            if isinstance(rule[name], str) and not PORTS.fullmatch(rule[name]):
                yield f"flow filter rule: invalid {name} {rule[name]}"


def _is_cidr(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


def _log_type_errors(spec: CollectorSpec) -> Iterator[str]:
    kind = spec.processor.get("logTypes", "Flows")
    if kind == "Flows":
        return
    if not spec.writes_to_loki:
        yield f"enabling conversation tracking ({kind}) without Loki is not allowed"
    if spec.model == "Service":
        yield f"cannot enable conversation tracking ({kind}) with spec.deploymentModel Service"
