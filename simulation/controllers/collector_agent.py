"""The agents' DaemonSet as the operator writes it, and its environment read back by an agent.

Source: operator 1.11, internal/controller/ebpf/agent_controller.go.
"""

from __future__ import annotations

import json
import re
from typing import Any

from catalog.upstream import AGENT_DAEMONSET, PIPELINE_WORKLOAD
from simulation.agent import AgentConfig
from simulation.controllers.collector_spec import (
    AGENT_IMAGE,
    OPERATOR,
    VERSION,
    CollectorSpec,
    seconds,
)

Json = dict[str, Any]

FEATURE_SWITCHES = {
    "FlowRTT": "ENABLE_RTT",
    "DNSTracking": "ENABLE_DNS_TRACKING",
    "PacketDrop": "ENABLE_PKT_DROPS",
    "PacketTranslation": "ENABLE_PKT_TRANSLATION",
    "NetworkEvents": "ENABLE_NETWORK_EVENTS_MONITORING",
    "UDNMapping": "ENABLE_UDN_MAPPING",
    "IPSec": "ENABLE_IPSEC_TRACKING",
    "TLSTracking": "ENABLE_TLS_TRACKING",
    "EbpfManager": "EBPF_PROGRAM_MANAGER_MODE",
}
FIXED = {
    "DNS_TRACKING_PORT": "53",
    "NETWORK_EVENTS_MONITORING_GROUP_ID": "10",
    "PREFERRED_INTERFACE_FOR_MAC_PREFIX": "0a:58=eth0",
    "TC_ATTACH_MODE": "tcx",
}
HOST_PATHS = {
    "bpf-kernel-debug": "/sys/kernel/debug",
    "var-run-netns": "/var/run/netns",
    "var-run-ovs": "/var/run/openvswitch",
    "var-run-ovn": "/var/run/ovn",
}
LABELS = {"app": AGENT_DAEMONSET, "part-of": OPERATOR}
RULE_KEYS = {
    "cidr": "ip_cidr",
    "action": "action",
    "protocol": "protocol",
    "direction": "direction",
    "tcpFlags": "tcp_flags",
    "peerIP": "peer_ip",
    "peerCIDR": "peer_cidr",
    "icmpCode": "icmp_code",
    "icmpType": "icmp_type",
    "pktDrops": "drops",
    "sampling": "sample",
}
PORT_KEYS = {"sourcePorts": "source_port", "destPorts": "destination_port", "ports": "port"}


def daemon_set(spec: CollectorSpec) -> Json:
    labels = LABELS | {"version": VERSION}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {
            "name": AGENT_DAEMONSET,
            "namespace": spec.privileged_namespace,
            "labels": labels,
        },
        "spec": {
            "selector": {"matchLabels": {"app": AGENT_DAEMONSET}},
            "template": {"metadata": {"labels": labels}, "spec": _pod_spec(spec)},
        },
    }


def _pod_spec(spec: CollectorSpec) -> Json:
    paths = HOST_PATHS if spec.privileged else {}
    return {
        "hostNetwork": True,
        "dnsPolicy": "ClusterFirstWithHostNet",
        "serviceAccountName": AGENT_DAEMONSET,
        "tolerations": [{"operator": "Exists"}],
        "volumes": [{"name": k, "hostPath": {"path": v}} for k, v in paths.items()],
        "containers": [
            {
                "name": AGENT_DAEMONSET,
                "image": AGENT_IMAGE,
                "imagePullPolicy": spec.agent.get("imagePullPolicy", "IfNotPresent"),
                "resources": spec.agent.get("resources") or _RESOURCES,
                "securityContext": _security(spec),
                "volumeMounts": [{"name": k, "mountPath": v} for k, v in paths.items()],
                "env": environment(spec),
            }
        ],
    }


_RESOURCES = {"requests": {"cpu": "100m", "memory": "50Mi"}, "limits": {"memory": "800Mi"}}


def _security(spec: CollectorSpec) -> Json:
    if spec.privileged:
        return {"privileged": True, "runAsUser": 0}
    return {"runAsUser": 0, "capabilities": {"add": ["BPF", "PERFMON", "NET_ADMIN"]}}


def environment(spec: CollectorSpec) -> list[Json]:
    """In the operator's order; `advanced.env` overrides."""
    values: dict[str, str] = {}
    if spec.sampling > 0:
        values["SAMPLING"] = str(spec.sampling)
    values |= {
        "CACHE_ACTIVE_TIMEOUT": spec.cache_active_timeout,
        "CACHE_MAX_FLOWS": str(spec.cache_max_flows),
        "LOG_LEVEL": spec.agent.get("logLevel", "info"),
        "EXCLUDE_INTERFACES": ",".join(spec.agent.get("excludeInterfaces", ["lo"])),
    }
    if interfaces := spec.agent.get("interfaces"):
        values["INTERFACES"] = ",".join(interfaces)
    values |= _target(spec) | _switches(spec) | _filter(spec)
    values |= {"METRICS_ENABLE": "true", "METRICS_SERVER_PORT": "9400"}
    values |= {"METRICS_PREFIX": "netobserv_agent_", **FIXED}
    values |= (spec.agent.get("advanced") or {}).get("env") or {}
    address = {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.hostIP"}}
    entries = [{"name": name, "value": value} for name, value in values.items()]
    return [*entries, {"name": "AGENT_IP", "valueFrom": address}]


def _target(spec: CollectorSpec) -> dict[str, str]:
    if spec.model == "Kafka":
        kafka = spec.raw.get("kafka") or {}
        address, topic = kafka.get("address", ""), kafka.get("topic", "network-flows")
        return {"EXPORT": "kafka", "KAFKA_BROKERS": address, "KAFKA_TOPIC": topic}
    host = f"{PIPELINE_WORKLOAD}.{spec.namespace}.svc.cluster.local."
    host = "$(AGENT_IP)" if spec.model == "Direct" else host
    return {"EXPORT": "grpc", "TARGET_HOST": host, "TARGET_PORT": "2055"}


def _switches(spec: CollectorSpec) -> dict[str, str]:
    """Drops are left off when the agent could not read them; the others are set regardless."""
    wanted = set(spec.features)
    if not spec.privileged and "EbpfManager" not in wanted:
        wanted.discard("PacketDrop")
    return {switch: "true" for name, switch in FEATURE_SWITCHES.items() if name in wanted}


def _filter(spec: CollectorSpec) -> dict[str, str]:
    rules = [filter_rule(each) for each in spec.filter_rules]
    if not rules:
        return {}
    text = json.dumps(rules, separators=(",", ":"))
    return {"ENABLE_FLOW_FILTER": "true", "FLOW_FILTER_RULES": text}


def filter_rule(rule: Json) -> Json:
    """One rule in the agent's spelling. A single port as text is lost on the way, as upstream."""
    found = {theirs: rule[ours] for ours, theirs in RULE_KEYS.items() if rule.get(ours)}
    for ours, theirs in PORT_KEYS.items():
        port = rule.get(ours)
        if isinstance(port, int):
            found[theirs] = port
        elif isinstance(port, str) and "-" in port:
            found[f"{theirs}_range"] = port
        elif isinstance(port, str) and "," in port:
            found[f"{theirs}s"] = port
    return found


def config_of(pod: Json) -> AgentConfig:
    """What an agent makes of its container's environment."""
    container = pod["spec"]["containers"][0]
    env = {each["name"]: each.get("value", "") for each in container.get("env") or []}
    on = frozenset(name for name, key in FEATURE_SWITCHES.items() if env.get(key) == "true")
    rules = env.get("FLOW_FILTER_RULES") if env.get("ENABLE_FLOW_FILTER") == "true" else None
    return AgentConfig(
        sampling=int(env.get("SAMPLING", 0)),
        cache_active_timeout=seconds(env["CACHE_ACTIVE_TIMEOUT"]),
        cache_max_flows=int(env["CACHE_MAX_FLOWS"]),
        features=on,
        privileged=bool((container.get("securityContext") or {}).get("privileged")),
        flow_filter=None if rules is None else tuple(json.loads(rules)),
        version=_version(str(container.get("image", ""))),
        interfaces=_listed(env.get("INTERFACES", "")),
        exclude_interfaces=_listed(env.get("EXCLUDE_INTERFACES", "lo")),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _version(image: str) -> tuple[int, ...]:
    """The numbers of an image's tag; an agent of unknown age is taken for a new one."""
    numbers = re.search(r":v?(\d+)\.(\d+)\.(\d+)", image)
    return tuple(map(int, numbers.groups())) if numbers else (99,)
