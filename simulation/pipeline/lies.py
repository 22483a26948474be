"""What a broken flowlogs-pipeline does to records: the faults that are about whole records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulation import health_lies
from simulation.faults import Faults
from simulation.pipeline.enrich import EGRESS, INNER

Record = dict[str, Any]
STRANGER = "shop"
"""A namespace and workload that no scenario makes."""

LOST = frozenset({"shop", "warehouse", "openshift-monitoring", "openshift-console"})
"""Namespaces whose flows get lost without a word: those of the strangers."""

_KUBERNETES = ("Name", "Type", "Namespace", "OwnerName", "OwnerType")
_HOST = ("HostIP", "HostName")


def swap_ends(record: Record) -> None:
    """Names and hosts change sides; addresses and ports stay."""
    for key in (*_KUBERNETES, *_HOST):
        one, other = f"SrcK8S_{key}", f"DstK8S_{key}"
        values = record.pop(one, None), record.pop(other, None)
        for name, value in ((other, values[0]), (one, values[1])):
            if value is not None:
                record[name] = value


def lose_bytes(record: Record) -> None:
    record["Bytes"] = 0


def lose_packets(record: Record) -> None:
    record["Packets"] = 0


def forget_owner(record: Record) -> None:
    for side in ("Src", "Dst"):
        record.pop(f"{side}K8S_OwnerName", None)
        record.pop(f"{side}K8S_OwnerType", None)


def take_strange_namespace(record: Record) -> None:
    if "DstK8S_Namespace" in record:
        record["DstK8S_Namespace"] = STRANGER


def take_strange_owners(record: Record) -> None:
    for side in ("Src", "Dst"):
        if f"{side}K8S_OwnerName" in record:
            record[f"{side}K8S_OwnerName"] = STRANGER


def mistake_layer(record: Record) -> None:
    record["K8S_FlowLayer"] = "infra" if record["K8S_FlowLayer"] == "app" else "app"


def mistake_direction(record: Record) -> None:
    turned = {0: 1, 1: 0}
    if record.get("FlowDirection") in turned:
        record["FlowDirection"] = turned[record["FlowDirection"]]


def leave_for_another_node(record: Record) -> None:
    if record.get("FlowDirection") == INNER:
        record["FlowDirection"] = EGRESS


def forget_hosts(record: Record) -> None:
    for side in ("Src", "Dst"):
        for key in _HOST:
            record.pop(f"{side}K8S_{key}", None)


def shrink_times(record: Record) -> None:
    for key in ("TimeFlowStartMs", "TimeFlowEndMs"):
        record[key] //= 1000


_LIES: dict[str, Callable[[Record], None]] = {
    "source-and-destination-swapped": swap_ends,
    "bytes-are-zero": lose_bytes,
    "packets-are-zero": lose_packets,
    "owner-missing": forget_owner,
    "namespace-of-other-workload": take_strange_namespace,
    "foreign-workload-labels": take_strange_owners,
    "layer-wrong": mistake_layer,
    "direction-wrong": mistake_direction,
    "within-node-is-egress": leave_for_another_node,
    "hosts-missing": forget_hosts,
    "timestamps-in-seconds": shrink_times,
}


class Lies:
    """The lies of this pipeline."""

    def __init__(self, faults: Faults) -> None:
        self._told = [lie for name, lie in _LIES.items() if faults.active(name)]
        self._loses_all = faults.active("flows-never-arrive")
        self._loses_answers = faults.active("flows-lost-one-direction")
        self._forgets = faults.active("flows-lost-uncounted")
        self._loses_receivers = faults.active("only-one-node-reports")

    def loses(self, record: Record, answers: bool) -> bool:
        if self._loses_all or (self._loses_answers and answers):
            return True
        return self._loses_receivers and self._is_second_report(record)

    def forgets(self, namespaces: set[str]) -> bool:
        """Whether a flow between these never reaches flowlogs-pipeline, and nobody counts it."""
        return self._forgets and not LOST.isdisjoint(namespaces)

    def tell(self, record: Record) -> None:
        for lie in self._told:
            lie(record)

    def _is_second_report(self, record: Record) -> bool:
        """Both ends are pods, of two nodes, and this report comes from the receiving one."""
        kinds = {record.get("SrcK8S_Type"), record.get("DstK8S_Type")}
        return kinds == {"Pod"} and record.get("FlowDirection") == 0


health_lies.make_known()
