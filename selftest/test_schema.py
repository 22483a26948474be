"""The shape of records: every way to be wrong is told, and what upstream writes is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.fields import FIELDS
from catalog.shape import BOUNDS, NULL_MEANS_ABSENT, PARALLEL
from kit.loki import Flow
from kit.schema import Schema, complaints, never_seen
from kit.verdict import Inconclusive

LABELS = {"SrcK8S_Namespace": "shop", "FlowDirection": "1", "app": "netobserv-flowcollector"}
RECORD: dict[str, Any] = {
    "SrcMac": "0a:58:0a:80:00:05",
    "DstMac": "0a:58:0a:80:00:06",
    "Etype": 2048,
    "TimeFlowStartMs": 1_780_000_000_000,
    "TimeFlowEndMs": 1_780_000_000_900,
    "TimeReceived": 1_780_000_001,
    "AgentIP": "10.0.0.10",
    "IfDirections": [0, 1],
    "Interfaces": ["a1", "genev_sys_6081"],
    "Udns": ["default", ""],
    "Bytes": 420,
    "Packets": 5,
    "Sampling": 1,
    "SrcAddr": "10.128.0.5",
    "DstAddr": "10.128.0.6",
    "Proto": 6,
    "Dscp": 0,
    "SrcPort": 40_000,
    "DstPort": 8080,
    "Flags": ["SYN", "ACK"],
    "TimeFlowRttNs": 92_000,
}


def flow(labels: dict[str, str] | None = None, **changes: Any) -> Flow:
    record = {key: value for key, value in (RECORD | changes).items() if value is not ...}
    return Flow(LABELS | (labels or {}), json.dumps(record), 1_780_000_000_900_000_000)


def told(record: Flow) -> list[str]:
    return list(complaints(record))


def test_an_ordinary_record_fits():
    assert told(flow()) == []


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"Etype": 34525}, ["Etype says IPv6 and the addresses do not"]),
        ({"DstAddr": "fd01::7"}, ["Etype says IPv4 and the addresses do not"]),
        ({"Etype": 34525, "SrcAddr": "fd01::5", "DstAddr": "fd01::7"}, []),
    ],
)
def test_the_ethertype_is_that_of_the_addresses(changes, said):
    assert told(flow(**changes)) == said


@pytest.mark.parametrize("key", sorted(NULL_MEANS_ABSENT))
def test_what_upstream_writes_as_null_is_not_there(key):
    assert told(flow(**{key: None})) == []


@pytest.mark.parametrize(
    ("flags", "code", "fits"),
    [
        (0x8183, "NXDomain", True),
        (0x8180, "NoError", True),
        (0x8182, "NoError", False),
        (0x818B, "UnDefined", True),
        (0x8180, "NOERROR", False),
    ],
)
def test_a_response_code_is_that_of_its_flags(flags, code, fits):
    complaint = "DnsFlagsResponseCode is not that of DnsFlags"
    assert (complaint in told(flow(DnsFlags=flags, DnsFlagsResponseCode=code))) is not fits


def test_a_stale_label_is_not_wrong():
    assert told(flow({"UdnId": "7"})) == []


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"PktLossRatio": 0}, "PktLossRatio is no field of the catalog"),
        ({"Etype": "2048"}, "Etype is a str and not a number"),
        ({"Bytes": True}, "Bytes is a bool and not a number"),
        ({"Bytes": None}, "Bytes is a NoneType and not a number"),
        ({"Bytes": 0}, "Bytes is not between 1 and inf"),
        ({"Dscp": 64}, "Dscp is not between 0 and 63"),
        ({"DnsLatencyMs": 0.05}, "DnsLatencyMs is not a whole number"),
        ({"TimeFlowRttNs": 92}, "TimeFlowRttNs is not between 1000 and 6e+11"),
        ({"Flags": "SYN"}, "Flags is a str and not a list of texts"),
        ({"Flags": [2]}, "Flags is a list and not a list of texts"),
        ({"Udns": ["default"]}, "Interfaces, IfDirections, Udns do not have one entry"),
        ({"TimeFlowStartMs": 1_780_000_001_000}, "TimeFlowStartMs is after TimeFlowEndMs"),
        ({"K8S_FlowLayer": "app"}, "K8S_FlowLayer is in the line"),
    ],
)
def test_each_way_to_be_wrong_is_told(changes, sentence):
    complaints = told(flow(**changes))
    assert len(complaints) == 1
    assert complaints[0].startswith(sentence)


def test_times_in_seconds_are_told():
    seconds = {"TimeFlowStartMs": 1_780_000_000, "TimeFlowEndMs": 1_780_000_000}
    assert [sentence.split()[0] for sentence in told(flow(**seconds))] == list(seconds)


def test_a_field_may_not_become_a_label():
    assert told(flow({"SrcAddr": "10.128.0.5"}, SrcAddr=...)) == [
        "SrcAddr is a label of the stream"
    ]


def test_a_record_counts_once_however_often_it_is_read():
    schema = Schema()
    for _ in range(3):
        schema.take([flow(), flow(Bytes=421)])
    assert schema.told()["records"] == 2
    assert schema.verdict().met


def test_the_verdict_names_each_complaint_once_with_a_line():
    schema = Schema()
    schema.take([flow(Etype="2048", SrcPort=port) for port in range(40_000, 40_010)])
    verdict = schema.verdict()
    assert not verdict.met
    assert verdict.because == ("of 10 records some do not fit: Etype is a str and not a number")
    assert '"SrcPort": 40000' in verdict.detail


def test_no_record_is_no_proof():
    with pytest.raises(Inconclusive, match="no flow record at all"):
        Schema().verdict()


def test_what_was_never_there_is_listed():
    schema = Schema()
    schema.take([flow()])
    missing = never_seen(schema.told()["seen"])
    assert {"DnsId", "QuicVersion", "IPSecStatus"} <= {*missing}
    assert not {*missing} & ({*RECORD} | {*LABELS})


def test_bounds_are_about_numbers_of_the_catalog():
    numbers = {field.key for field in FIELDS if field.kind.value == "number"}
    assert {*BOUNDS} <= numbers
    assert {*PARALLEL} <= {field.key for field in FIELDS}
    assert all(low < high for low, high in BOUNDS.values())
