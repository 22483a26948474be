"""Round-trip times of all flows that a run has read, by how far apart the two ends are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kit.loki import Flow

SAME, CROSS, EXTERNAL = "same node", "between nodes", "outside the cluster"
WAYS = (SAME, CROSS, EXTERNAL)
RTT, NANO = "TimeFlowRttNs", 1e-9
MOST = 5_000
"""Values of one way that are kept: beyond it every further one is only counted."""

Told = dict[str, Any]


class RoundTrips:
    """Each flow once, however often scenarios read it. Times are seconds."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._values: dict[str, list[float]] = {way: [] for way in WAYS}
        self._left_out = 0

    def take(self, flows: Iterable[Flow]) -> None:
        for flow in flows:
            value = flow.get(RTT)
            if not isinstance(value, int) or value <= 0:
                continue
            mark = hash((flow.at_ns, flow.line))
            if mark not in self._seen:
                self._seen.add(mark)
                self._keep(way(flow), value * NANO)

    def told(self) -> Told:
        """Plain data: values by way, and how many more there were."""
        return {"values": self._values, "left_out": self._left_out}

    def _keep(self, of: str, seconds: float) -> None:
        if len(self._values[of]) < MOST:
            self._values[of].append(seconds)
        else:
            self._left_out += 1


def way(flow: Mapping[str, object]) -> str:
    """By the nodes that flowlogs-pipeline names; an end without one is not in the cluster."""
    here, there = flow.get("SrcK8S_HostName"), flow.get("DstK8S_HostName")
    if not _inside(flow, "Src") or not _inside(flow, "Dst"):
        return EXTERNAL
    # A Service has no node: what it stands for may be anywhere, as a rule on another one.
    return SAME if here and here == there else CROSS


def joined(told: Iterable[Told]) -> dict[str, tuple[float, ...]]:
    """What several processes have seen: a flow that two of them read counts twice."""
    found: dict[str, list[float]] = {each: [] for each in WAYS}
    for one in told:
        for each, values in one["values"].items():
            found[each] += values
    return {each: tuple(values) for each, values in found.items()}


def _inside(flow: Mapping[str, object], side: str) -> bool:
    return bool(flow.get(f"{side}K8S_Name") or flow.get(f"{side}K8S_HostName"))
