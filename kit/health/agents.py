"""The agents: one ready on every node, each running what the FlowCollector asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.features import BY_NAME, EBPF_MANAGER, PACKET_DROP
from kit.health.parts import Part, trouble
from kit.verdict import Verdict, met, unmet
from kit.workloads import is_ready

Object = Mapping[str, Any]
MANAGED = tuple(feature for feature in BY_NAME.values() if feature is not EBPF_MANAGER)
ORDINARY = {
    "CACHE_ACTIVE_TIMEOUT": "cacheActiveTimeout",
    "CACHE_MAX_FLOWS": "cacheMaxFlows",
    "LOG_LEVEL": "logLevel",
}
"""Variables, and the fields of spec.agent.ebpf that they repeat. Source: agent_controller.go."""


def on_every_node(agents: Part, nodes: Sequence[Object]) -> Verdict:
    """Every node that the DaemonSet's template selects has an agent that is ready."""
    if agents.workload is None:
        return unmet(f"{agents.where} does not exist")
    template = agents.workload["spec"]["template"]["spec"].get("nodeSelector") or {}
    wanted = [str(node["metadata"]["name"]) for node in nodes if _selected(node, template)]
    if not wanted:
        return unmet(f"no node has the labels that {agents.where} selects: {template}")
    by_node = {pod["spec"].get("nodeName"): pod for pod in agents.pods}
    missing = [name for name in wanted if name not in by_node]
    unready = [name for name in wanted if name in by_node and not is_ready(by_node[name])]
    if missing or unready:
        told = [f"{name} has no agent" for name in missing]
        told += [f"the agent on {name} is not ready ({trouble(by_node[name])})" for name in unready]
        return unmet("; ".join(told))
    return met(f"{len(wanted)} nodes have a ready agent each")


def run_settings(agents: Part, flow_collector: Object) -> Verdict:
    """By the environment of each running pod: the DaemonSet only says what new pods will get."""
    wanted = settings(flow_collector["spec"].get("agent", {}).get("ebpf", {}))
    if not agents.pods:
        return unmet(f"{agents.where} has no pod")
    wrong = [
        f"{pod['metadata']['name']} on {pod['spec'].get('nodeName')}: {said}"
        for pod in agents.pods
        for said in differences(environment(pod), wanted)
    ]
    if wrong:
        told = f"{len(wrong)} settings of running agents are not the FlowCollector's"
        return unmet(f"{told}: {'; '.join(wrong[:5])}", "\n".join(wrong))
    return met(f"{len(agents.pods)} agents run {len(wanted)} settings")


def settings(ebpf: Object) -> dict[str, str | None]:
    """The environment that follows from spec.agent.ebpf; None for what must not be true."""
    asked = frozenset(ebpf.get("features") or ())
    found: dict[str, str | None] = {
        variable: str(ebpf[field]) for variable, field in ORDINARY.items() if field in ebpf
    }
    if int(ebpf.get("sampling", 0)) > 0:
        found["SAMPLING"] = str(ebpf["sampling"])
    for feature in MANAGED:
        on = feature.name in asked
        if feature is PACKET_DROP:
            on = on and (bool(ebpf.get("privileged")) or EBPF_MANAGER.name in asked)
        found[feature.switch] = "true" if on else None
    filtered = (ebpf.get("flowFilter") or {}).get("enable")
    found["ENABLE_FLOW_FILTER"] = "true" if filtered else None
    return found | dict((ebpf.get("advanced") or {}).get("env") or {})


def differences(shown: Mapping[str, str], wanted: Mapping[str, str | None]) -> list[str]:
    told = []
    for variable, value in wanted.items():
        has = shown.get(variable)
        if value is None and has == "true":
            told.append(f"{variable} is true and should not be set")
        elif value is not None and has != value:
            told.append(f"{variable} is {has!r} instead of {value!r}")
    return told


def environment(pod: Object) -> dict[str, str]:
    entries = pod["spec"]["containers"][0].get("env") or ()
    return {entry["name"]: entry.get("value", "") for entry in entries}


def _selected(node: Object, selector: Mapping[str, str]) -> bool:
    labels = node["metadata"].get("labels") or {}
    return all(labels.get(key) == value for key, value in selector.items())
