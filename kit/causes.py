"""Why an expected flow may be missing or different: the likely causes, the likeliest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.pipeline import Pipeline
from kit.traffic import Traffic

Flow = Mapping[str, object]


@dataclass(frozen=True)
class Scene:
    """What is known when a claim fails: `asked` are the features whose fields it speaks of."""

    pipeline: Pipeline
    traffic: Traffic
    by_name: Sequence[Flow]
    by_address: Sequence[Flow]
    asked: frozenset[str]


def likely_causes(scene: Scene) -> list[str]:
    """Sentences, each with what to look at next; never empty."""
    found = [
        *_configured(scene),
        *(_nothing_named(scene) if not scene.by_name else _something(scene)),
    ]
    return found or ["the record differs and nothing else is odd: suspect the product"]


def _configured(scene: Scene) -> list[str]:
    causes = []
    off = sorted(scene.asked - scene.pipeline.features)
    if off:
        causes.append(
            f"{', '.join(off)} is not in spec.agent.ebpf.features any more: did somebody else "
            "edit the FlowCollector?"
        )
    if scene.pipeline.sampling > 1:
        causes.append(
            f"sampling is {scene.pipeline.sampling}: most packets leave no trace, and the other "
            "hooks of the agent are gated by the same draw"
        )
    return causes


_HINTS = {
    "NetworkEvents": (
        ", or for a sample decoder that could not open OVN's database; a sample of a rule that has "
        "changed since cannot be decoded, and without OVNObservability nobody samples"
    ),
    "PacketDrop": (
        "; a kernel that gives no reason when Open vSwitch drops leaves no trace of a denial, and "
        "a newer kernel's reasons may carry wrong names"
    ),
}


def _nothing_named(scene: Scene) -> list[str]:
    if scene.by_address:
        return [
            f"{len(scene.by_address)} flows have the client's address and none has its name: "
            "flowlogs-pipeline does not enrich (look at its informers and its log), or a label "
            "is in the wrong place"
        ]
    return [
        "no flow of the client reached Loki at all: look at netobserv_agent_evicted_flows_total "
        "and dropped_flows_total of the agent on " + (scene.traffic.client.node or "its node"),
        "flowlogs-pipeline could not write: look at loki_dropped_entries_total and its log",
        "Loki refused the entries, for being too old or too many: look at its log",
    ]


def _one_way(scene: Scene) -> list[str]:
    """Answers that nobody has seen, or questions."""
    client = scene.traffic.client.address
    ways = {flow.get("SrcAddr") == client for flow in scene.by_name}
    if len(ways) != 1:
        return []
    here, gone = ("from", "to") if ways == {True} else ("to", "from")
    told = f"flows {here} the client have its name and flows {gone} it have not: "
    if {flow.get("SrcAddr") == client for flow in scene.by_address} == {True, False}:
        return [told + "their addresses are there under other names, or under none"]
    return [told + "they got lost on their way to Loki, or there was no packet that way"]


def _something(scene: Scene) -> list[str]:
    causes = []
    agents = {flow.get("AgentIP") for flow in scene.by_name}
    ends = {scene.traffic.client.node_address}
    ends |= {scene.traffic.server.node_address} if scene.traffic.server else set()
    silent = sorted(address for address in ends - agents if address)
    if silent:
        causes.append(
            f"the agent of node {', '.join(silent)} reported nothing of this traffic: was it "
            "restarted, or does it miss the pod's interface?"
        )
    for feature in sorted(scene.asked & scene.pipeline.features):
        causes.append(
            f"{feature} is on and its field differs or is missing: look at the agent's log for a "
            "hook that could not be attached" + _HINTS.get(feature, "")
        )
    return causes + _one_way(scene)
