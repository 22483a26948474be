"""The simulated world yields what the real agent, flowlogs-pipeline and Loki 3 were recorded with.

The recordings come from one node with a bridge CNI, features PacketDrop and DNSTracking. Both sides
get the same traffic; then every kind of record is compared: its keys, labels, shapes and splits.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from catalog.fields import BY_KEY
from selftest.recording_stage import simulated
from selftest.world_stage import Written

Flow = dict[str, Any]
RECORDED = Path(__file__).parent / "data" / "flows"

BY_LOKI = {"service_name", "detected_level"}
"""Labels that Loki 3 adds by itself; the world ends where Loki begins."""

LUCK = {
    "DnsName": "only the first CPU's map entries keep the name",
    "PktDropBytes": "an orderly close counts as a drop on most connections, not on all",
    "PktDropPackets": "see PktDropBytes",
    "PktDropLatestFlags": "see PktDropBytes",
    "PktDropLatestState": "see PktDropBytes",
    "PktDropLatestDropCause": "see PktDropBytes",
}
"""Keys that may be on a record or not, and why. Where they must be, a test below says so."""


@cache
def recorded() -> list[Written]:
    entries = []
    for path in sorted(RECORDED.glob("loki-query-range-*.json")):
        for stream in json.loads(path.read_text())["data"]["result"]:
            labels = {k: v for k, v in stream["stream"].items() if k not in BY_LOKI}
            entries += [Written(labels, int(at), line) for at, line in stream["values"]]
    return entries


def kind(flow: Flow) -> str:
    """What a record is about: the client's name, and from whom to whom."""
    names = [flow.get(f"{side}K8S_OwnerName", "resolver") for side in ("Src", "Dst")]
    protocol = {1: "icmp", 6: "tcp", 17: "udp"}[flow["Proto"]]
    return f"{names[0]} to {names[1]} {protocol}"


def by_kind(entries: list[Written]) -> dict[str, list[Written]]:
    kinds: dict[str, list[Written]] = defaultdict(list)
    for entry in entries:
        kinds[kind(entry.fields)].append(entry)
    return kinds


KINDS = sorted(by_kind(recorded()))


def test_the_same_traffic_makes_the_same_kinds_of_record() -> None:
    assert len(KINDS) == 19
    assert sorted(by_kind(simulated())) == KINDS


@pytest.mark.parametrize("name", KINDS)
def test_records_have_the_same_keys_and_labels(name: str) -> None:
    ours, theirs = by_kind(simulated())[name], by_kind(recorded())[name]
    keys = [{frozenset(json.loads(e.line).keys() - LUCK) for e in side} for side in (ours, theirs)]
    labels = [{frozenset(e.labels.items()) for e in side} for side in (ours, theirs)]
    assert keys[0] == keys[1]
    assert labels[0] == labels[1]


@pytest.mark.parametrize("name", KINDS)
def test_values_have_the_same_shapes(name: str) -> None:
    for entry in by_kind(simulated())[name] + by_kind(recorded())[name]:
        wrong = {k: v for k, v in entry.fields.items() if not BY_KEY[k].kind.fits(v)}
        assert wrong == {}


SAME = (
    *("IfDirections", "Udns", "FlowDirection", "Proto", "Etype", "Dscp", "Sampling"),
    *("DnsErrno", "DnsLatencyMs", "DnsFlagsResponseCode", "IcmpType", "IcmpCode"),
)


@pytest.mark.parametrize("name", KINDS)
def test_splits_and_fixed_values_are_the_same(name: str) -> None:
    def fixed(entry: Written) -> str:
        flow = entry.fields
        return json.dumps([{k: flow.get(k) for k in SAME}, sorted(flow.get("Flags") or [])])

    ours = {fixed(entry) for entry in by_kind(simulated())[name]}
    assert ours == {fixed(entry) for entry in by_kind(recorded())[name]}


def the(name: str, entries: list[Written]) -> Flow:
    return by_kind(entries)[name][0].fields


def drops(flow: Flow) -> Flow:
    return {key: flow.get(key) for key in LUCK if key.startswith("PktDrop")}


@pytest.mark.parametrize(
    "name",
    [
        "probe-2 to web-server tcp",
        "closed-udp to web-server udp",
    ],
)
def test_closed_ports_are_drops_without_a_socket(name: str) -> None:
    assert drops(the(name, simulated())) == drops(the(name, recorded()))
    for key in ("Bytes", "Packets"):
        assert the(name, simulated())[key] == the(name, recorded())[key]


@pytest.mark.parametrize(
    "name", ["web-server to probe-2 tcp", "web-server to closed-udp icmp", "dns-ok to resolver udp"]
)
def test_sizes_on_the_wire_are_the_same(name: str) -> None:
    assert the(name, simulated())["Bytes"] == the(name, recorded())["Bytes"]


def test_behind_a_service_a_bridge_counts_the_first_packet_only() -> None:
    for side in (simulated(), recorded()):
        flow = the("probe-1 to web-server tcp", side)
        assert (flow["Packets"], flow["Bytes"], flow["IfDirections"]) == (1, 74, [1, 1])


def test_an_orderly_close_can_be_a_drop_on_both_sides() -> None:
    close = {
        "PktDropPackets": 1,
        "PktDropBytes": 0,
        "PktDropLatestFlags": 512,
        "PktDropLatestState": "TCP_CLOSE_WAIT",
        "PktDropLatestDropCause": "SKB_DROP_UNKNOWN_CAUSE",
    }
    for side in (simulated(), recorded()):
        flows = [entry.fields for entry in side]
        assert any(drops(flow) == close for flow in flows if flow["Proto"] == 6)


def test_every_dropped_syn_is_counted_with_its_packet() -> None:
    for side in (simulated(), recorded()):
        flows = [entry.fields for entry in by_kind(side)["dropped to web-server tcp"]]
        assert sum(flow["Packets"] for flow in flows) == 3
        for flow in flows:
            count = flow["Packets"]
            assert (flow["Bytes"], flow["PktDropPackets"]) == (74 * count, count)
            assert (flow["PktDropBytes"], flow["PktDropLatestFlags"]) == (60 * count, 2)
            assert flow["PktDropLatestDropCause"] == "SKB_DROP_REASON_IP_RPFILTER"


def test_interfaces_of_finished_pods_are_unknown() -> None:
    for side in (simulated(), recorded()):
        assert any("unknown" in entry.fields["Interfaces"] for entry in side)
