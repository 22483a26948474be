"""The operator's admission webhook for FlowCollectors: what it refuses, and what it warns of.

Source: network-observability-operator 1.11, flowcollector_validation_webhook.go of its v1beta2 API.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from simulation.apiserver.errors import ApiError, details_of
from simulation.apiserver.objects import dig

WEBHOOK = "flowcollectorconversionwebhook.netobserv.io"
Spec = dict[str, Any]
_OLDEST = {
    "PacketDrop": (4, 14),
    "UDNMapping": (4, 18),
    "NetworkEvents": (4, 19),
    "EbpfManager": (4, 19),
}
_MANY_NODES = 15
_PORTS = ("ports", "sourcePorts", "destPorts")
_GROUPS_NOT: dict[str, tuple[str, ...]] = {
    "PacketDropsByDevice": ("Workload",),
    "IPsecErrors": ("Workload", "Namespace"),
    "Ingress5xxErrors": ("Node", "Workload"),
    "IngressHTTPLatencyTrend": ("Node", "Workload"),
}


@dataclass(frozen=True)
class Surroundings:
    """What the webhook knows of its cluster; no `openshift` version on plain Kubernetes."""

    nodes: int = 3
    openshift: str = ""


def admitted(obj: dict[str, Any], around: Surroundings) -> list[str]:
    """The warnings; raises the refusal."""
    spec = obj.get("spec") or {}
    if wrong := list(errors(spec)):
        name = obj["metadata"].get("name", "")
        text = f'admission webhook "{WEBHOOK}" denied the request: ' + "\n".join(wrong)
        details = details_of(name, "flows.netobserv.io", "flowcollectors")
        raise ApiError(403, "Forbidden", text, details)
    return list(warnings(spec, around))


def errors(spec: Spec) -> Iterator[str]:
    yield from _filter_errors(dig(spec, "agent", "ebpf", "flowFilter") or {})
    yield from _log_type_errors(spec)
    rules = dig(spec, "processor", "metrics", "healthRules") or ()
    for index, rule in enumerate(rules):
        for number, variant in enumerate(rule.get("variants") or ()):
            where = f"spec.processor.metrics.healthRules[{index}].variants[{number}]"
            yield from _health_errors(rule["template"], variant, where)


def _filter_errors(flow_filter: Spec) -> Iterator[str]:
    if not flow_filter.get("enable"):
        return
    seen: set[str] = set()
    for rule in flow_filter.get("rules") or ():
        key = f"{rule.get('cidr', '')}-{rule.get('peerCIDR', '')}"
        if key in seen:
            yield f"flow filter rule CIDR and PeerCIDR {key} already exists"
            break
        seen.add(key)
        yield from _rule_errors(rule)
    yield from _rule_errors(flow_filter)


def _rule_errors(rule: Spec) -> Iterator[str]:
    cidr = rule.get("cidr")
    if cidr and not _is_cidr(cidr):
        yield f"invalid CIDR address: {cidr}"
    given = [name for name in _PORTS if rule.get(name)]
    for name in given:
        yield from _port_errors(rule[name])
    for other in ("sourcePorts", "destPorts"):
        if "ports" in given and other in given:
            yield (
                f"cannot configure agent filter with ports and {other}, they are mutually exclusive"
            )


def _is_cidr(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


def _port_errors(value: int | str) -> Iterator[str]:
    if isinstance(value, int):
        return
    if "-" in value:
        first, _, last = value.partition("-")
        wrong = _port("start port in range: ", first) or _port("end port in range: ", last)
        if not wrong and int(first) >= int(last):
            wrong = "invalid port range: start is greater or equal to end"
    elif "," in value:
        parts = value.split(",")
        wrong = _port("first port: ", parts[0]) or _port("second port: ", parts[1])
        if len(parts) != 2:
            wrong = (
                f"invalid ports couple: expected two integers separated by ',' but found {value}"
            )
    else:
        wrong = _port("", value)
    if wrong:
        yield wrong


def _port(where: str, text: str) -> str:
    """What is wrong with one port, in the words of Go's strconv; empty for nothing."""
    if not re.fullmatch(r"[0-9]+", text):
        return f'{where}invalid port number strconv.ParseUint: parsing "{text}": invalid syntax'
    if int(text) > 65535:
        return f'{where}invalid port number strconv.ParseUint: parsing "{text}": value out of range'
    return f"{where}invalid port 0" if int(text) == 0 else ""


def _log_type_errors(spec: Spec) -> Iterator[str]:
    if dig(spec, "processor", "logTypes") in (None, "Flows"):
        return
    if dig(spec, "loki", "enable") is False:
        yield (
            "enabling conversation tracking without Loki is not allowed, "
            "as it generates extra processing for no benefit"
        )
    if spec.get("deploymentModel", "Service") == "Service":
        yield (
            "cannot enable conversation tracking when spec.deploymentModel is Service: "
            "you must disable it, or change the deployment model"
        )


def _health_errors(template: str, variant: Spec, where: str) -> Iterator[str]:
    group = variant.get("groupBy", "")
    if group in _GROUPS_NOT.get(template, ()):
        yield f"{template} alert template does not support grouping by {group}, in {where}"
    if not any((variant.get("thresholds") or {}).values()):
        yield f"at least one threshold (critical, warning, or info) must be provided in {where}"


def warnings(spec: Spec, around: Surroundings) -> Iterator[str]:
    ebpf, processor = dig(spec, "agent", "ebpf") or {}, spec.get("processor") or {}
    direct = spec.get("deploymentModel") == "Direct"
    if direct and around.nodes >= _MANY_NODES:
        yield (
            'The number of nodes is bigger than the recommendation for deployment model "Direct" '
            f'({around.nodes} >= {_MANY_NODES}), meaning that "flowlogs-pipeline" uses a lot more '
            "memory and bandwidth than necessary; it is recommended to use a different deployment "
            'model ("Service" or "Kafka").'
        )
    yield from _feature_warnings(ebpf, around)
    agent, pipeline = (dig(part, "advanced", "scheduling") for part in (ebpf, processor))
    if direct and agent != pipeline:
        yield (
            "Mismatch detected between spec.agent.ebpf.advanced.scheduling and "
            "spec.processor.advanced.scheduling. In Direct mode, it can lead to inconsistent pod "
            "scheduling that would result in errors in the flow collection process."
        )
    if processor.get("logTypes") == "All":
        yield (
            "Enabling all log types (in spec.processor.logTypes) has a high impact on resources "
            "footprint"
        )
    for part, who in ((ebpf, "eBPF agent"), (processor, "processor (flowlogs-pipeline)")):
        if part.get("logLevel") in ("debug", "trace"):
            yield (
                f"The log level for the {who} is {part['logLevel']}, which impacts performance "
                "and resource footprint."
            )
    yield from _demo_warnings(spec.get("loki") or {})


def _feature_warnings(ebpf: Spec, around: Surroundings) -> Iterator[str]:
    features, setting = ebpf.get("features") or (), "spec.agent.ebpf.privileged"
    for feature, oldest in _OLDEST.items():
        if feature not in features:
            continue
        if not around.openshift:
            yield f"Unknown environment, cannot detect if the feature {feature} is supported"
        elif _version(around.openshift) < oldest:
            yield (
                f"The {feature} feature requires OpenShift {oldest[0]}.{oldest[1]}.0 or above "
                f"(version detected: {around.openshift})"
            )
    needs = "feature requires eBPF Agent to run in privileged mode, which is currently disabled in"
    for feature in ("UDNMapping", "NetworkEvents"):
        if feature in features and not ebpf.get("privileged"):
            yield f"The {feature} {needs} {setting}"
    managed = "EbpfManager" in features
    if "PacketDrop" in features and not ebpf.get("privileged") and not managed:
        yield f"The PacketDrop {needs} {setting}, or to use with eBPF Manager"


def _version(text: str) -> tuple[int, int]:
    major, minor, *_ = text.split(".")
    return int(major), int(minor)


def _demo_warnings(loki: Spec) -> Iterator[str]:
    if loki.get("mode", "Monolithic") == "Monolithic" and dig(
        loki, "monolithic", "installDemoLoki"
    ):
        yield (
            "InstallDemoLoki option is enabled. This is useful for development and demo purposes "
            "but should not be used in production."
        )
