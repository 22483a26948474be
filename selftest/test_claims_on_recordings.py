"""The scenarios' own tables, held against flows that real parts recorded.

The recordings are of one node, DNSTracking and PacketDrop on and the other features off: each line
of a scenario must be met or not for the reason that this implies, and for no other.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_bdd.feature import get_feature

from kit.expectations import EveryFlow, NoFlow, SomeFlow
from kit.paths import path
from kit.traffic import Traffic
from selftest import recorded
from steps.words import cells

FEATURES = Path(__file__).parents[1] / "features"
HTTP, DNS = "loki-query-range-http", "loki-query-range-dns-and-drops"
FOUND = recorded.lookup("dns-ok", "10.133.1.7", 58760, 49593)
MISSING = recorded.lookup("dns-nx", "10.133.1.8", 59766, 7526)
OVER_TCP = recorded.lookup("dns-tcp", "10.133.1.10", 45795, 61932)
CLAIMS = {"some flow": SomeFlow, "there are flows": EveryFlow, "no flow": NoFlow}


def claims(file: str, title: str, traffic: Traffic):
    """The flow claims of one scenario, in order."""
    scenario = get_feature(str(FEATURES), file).scenarios[title]
    found = []
    for step in scenario.steps:
        begins = next((words for words in CLAIMS if step.name.startswith(words)), None)
        if step.datatable is None or begins is None:
            continue
        way = step.name.removeprefix(begins).removesuffix(" shows").removesuffix(", and every one")
        table = [[str(cell) for cell in row] for row in step.datatable.raw()]
        found.append(CLAIMS[begins](traffic, path(way.strip()), cells(table)))
    assert found, f"{title} claims nothing of flows"
    return found


def judged(file: str, title: str, traffic: Traffic, recording: str):
    flows = recorded.flows_of(traffic, recording)
    assert flows
    return [claim.judge(flows) for claim in claims(file, title, traffic)]


@pytest.mark.parametrize(
    "file, title, traffic, recording",
    [
        ("flows.feature", "A request to a service leaves a flow each way", "request", HTTP),
        ("flows.feature", "A flow names who talked to whom", "request", HTTP),
        ("flow_records.feature", "The flags of a whole conversation are recorded", "request", HTTP),
        ("flow_records.feature", "With every packet sampled the flow says so", "request", HTTP),
        ("flows.feature", "Traffic within a node is reported as such", "request", HTTP),
        ("flow_records.feature", "A flow is dated by its traffic", "request", HTTP),
    ],
)
def test_what_every_collector_records_is_met(file, title, traffic, recording):
    verdicts = judged(file, title, getattr(recorded, traffic)(), recording)
    assert [verdict.because for verdict in verdicts if not verdict.met] == []


@pytest.mark.parametrize(
    "title, traffic",
    [
        ("A name that exists is answered without error", FOUND),
        ("A name that does not exist is reported as such", MISSING),
        ("A lookup over TCP is tracked as well", OVER_TCP),
    ],
)
def test_recorded_answers_carry_their_response_code_and_id(title, traffic):
    verdicts = judged("dns_tracking.feature", title, traffic, DNS)
    assert [verdict.because for verdict in verdicts if not verdict.met] == []


def test_a_code_that_another_name_got_is_not_taken_for_it():
    title = "A name server that fails is reported as such"
    (verdict,) = judged("dns_tracking.feature", title, MISSING, DNS)
    assert not verdict.met
    assert "DNS response code is 'NXDomain', expected ServFail" in verdict.because


def test_a_latency_overwritten_on_a_second_hook_is_no_delay():
    """Real answers that crossed two hooks show 0 ms; only a name service behind 5353 escapes it."""
    title = "The delay of a slow answer is measured"
    (verdict,) = judged("dns_tracking.feature", title, FOUND, DNS)
    assert not verdict.met
    assert "DNS latency is 0, expected between 50 ms and 500 ms" in verdict.because


@pytest.mark.parametrize(
    "file, title, misses",
    [
        (
            "round_trip_times.feature",
            "An answer shows how long the round trip took",
            "round-trip time is missing",
        ),
        (
            "packet_translation.feature",
            "A request to a service shows the pod that answered",
            "translated destination address is missing",
        ),
    ],
)
def test_a_feature_that_was_off_is_missed_by_its_name(file, title, misses):
    verdicts = judged(file, title, recorded.request(), HTTP)
    assert not verdicts[0].met
    assert misses in verdicts[0].because


def test_a_translated_request_is_told_from_one_straight_to_a_pod():
    title = "Both nodes report traffic that crosses them"
    verdicts = judged("flows.feature", title, recorded.request(), HTTP)
    assert [verdict.met for verdict in verdicts] == [False, False], "one node reports it as inner"
    assert all("direction is '2' (inner)" in verdict.because for verdict in verdicts)


def test_a_drop_on_an_orderly_close_is_no_denial():
    """The recorded request was answered, and yet its flow carries a dropped packet."""
    flows = recorded.flows_of(recorded.request(), HTTP)
    dropped = [flow for flow in flows if flow.get("PktDropPackets")]
    assert dropped, "the recording holds the trap"
    table = [["dropped packets", "at least 1"], ["cause of the latest drop", "a cause of denial"]]
    claim = SomeFlow(recorded.request(), path("from the client to the server"), cells(table))
    assert not claim.judge(flows).met
    assert NoFlow(recorded.request(), claim.path, claim.cells).judge(flows).met


def test_a_closed_port_is_told_by_its_own_drop():
    table = [
        ["dropped packets", "at least 1"],
        ["cause of the latest drop", "SKB_DROP_REASON_NO_SOCKET"],
        ["TCP state of the latest drop", "TCP_INVALID_STATE"],
        ["flag of the latest drop", "SYN"],
    ]
    traffic = recorded.closed_port()
    claim = SomeFlow(traffic, path("from the client to the server"), cells(table))
    assert claim.judge(recorded.flows_of(traffic, HTTP)).met


def test_dropped_syns_leave_nothing_but_syns_and_no_answer():
    """Two records of one connection: retransmissions are split, and none of them is answered."""
    traffic = recorded.dropped()
    flows = recorded.flows_of(traffic, DNS)
    only_syn = EveryFlow(
        traffic, path("from the client to the responder"), cells([["TCP flags", "only SYN"]])
    )
    assert only_syn.judge(flows).because == "all 2 flows from the client to the responder show it"
    assert NoFlow(traffic, path("from the responder to the client")).judge(flows).met
