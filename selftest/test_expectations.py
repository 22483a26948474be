"""Claims about flows: each quantifier with flows, without any, and with records that mislead."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.expectations import EveryFlow, NoFlow, SomeFlow, Together, every, is_partial, labels_apart
from kit.paths import path
from selftest.conversation import answer, cell, partial, request, traffic

TO_SERVICE = path("from the client to the service")
TCP, UDP = cell("protocol", "TCP"), cell("protocol", "UDP")
NO_DNS = cell("DNS id", "absent")


def claim(kind, *cells, where=TO_SERVICE):
    return kind(traffic(), where, cells)


@pytest.mark.parametrize("kind", [SomeFlow, EveryFlow, NoFlow, Together])
@pytest.mark.parametrize("cells", [(), (TCP,), (NO_DNS,)])
def test_no_claim_is_met_by_no_flows(kind, cells):
    verdict = claim(kind, *cells).judge([])
    assert not verdict.met
    assert verdict.because


@pytest.mark.parametrize("kind", [SomeFlow, EveryFlow, Together])
def test_flows_beside_the_path_meet_no_claim_of_existence(kind):
    assert not claim(kind, NO_DNS).judge([answer(), request(DstPort=443)]).met


def test_some_flow_needs_one_that_meets_every_cell_at_once():
    both = claim(SomeFlow, TCP, cell("bytes", "at least 1 kB"))
    assert not both.judge([request(Bytes=10), request(Proto=17, Bytes=2000)]).met
    hit = request(Bytes=2000)
    verdict = both.judge([request(Bytes=10), hit])
    assert verdict.met
    assert verdict.because == "1 of 2 flows from the client to the service show it"
    assert both.matched([request(Bytes=10), hit]) == [hit]


def test_some_flow_tells_three_reasons_apart():
    some = claim(SomeFlow, UDP)
    assert some.judge([]).because == "Loki has no flow from the client at all"
    assert "none of the 1 flows of the client is from the client" in some.judge([answer()]).because
    told = some.judge([request(), answer()]).because
    assert told == (
        "closest of 1 flows from the client to the service: protocol is 6 (TCP), expected UDP"
    )


def test_every_flow_breaks_with_one_that_differs():
    all_tcp = claim(EveryFlow, TCP)
    assert all_tcp.judge([request(), request(), answer(Proto=17)]).met
    verdict = all_tcp.judge([request(), request(Proto=17)])
    assert not verdict.met
    assert verdict.because.startswith(
        "1 of 2 flows from the client to the service differ: protocol"
    )
    assert "✗ protocol is 17" in verdict.detail


@pytest.mark.parametrize(
    "flow, expected",
    [
        (request(), False),
        (partial(), True),
        ({key: value for key, value in request().items() if key != "Bytes"}, True),
    ],
)
def test_a_record_of_a_features_own_map_is_partial(flow, expected):
    assert is_partial(flow) is expected


def test_a_partial_record_breaks_no_value_and_yet_breaks_absence():
    assert claim(EveryFlow, TCP).judge([request(), partial(Proto=0)]).met
    assert not claim(EveryFlow, NO_DNS).judge([request(), partial(DnsId=7)]).met
    assert not claim(EveryFlow, TCP, NO_DNS).judge([request(), partial(DnsId=7)]).met


def test_partial_records_alone_are_no_proof_of_a_value():
    assert not claim(EveryFlow, TCP).judge([partial()]).met
    assert not claim(EveryFlow, TCP, NO_DNS).judge([partial()]).met


def test_no_flow_needs_other_flows_and_none_on_the_path():
    back = claim(NoFlow, where=path("from the service to the client"))
    assert back.judge([request()]).met
    verdict = back.judge([request(), answer()])
    assert verdict.because == "1 flows from the service to the client, expected none"
    assert "✓ everything asked" in verdict.detail


def test_no_flow_with_cells_speaks_of_flows_that_meet_them_all():
    assert claim(NoFlow, UDP).judge([request()]).met
    assert not claim(NoFlow, TCP).judge([request()]).met


def test_no_flow_tells_what_it_found():
    verdict = claim(NoFlow, TCP).judge([request()])
    assert " show protocol 6, expected none" in verdict.because


def test_what_differs_is_nearer_than_what_is_not_there():
    looked_for = claim(SomeFlow, cell("DNS response code", "NoError"))
    told = looked_for.judge([request(), request(DnsFlagsResponseCode="NXDomain")]).because
    assert "DNS response code is 'NXDomain'" in told


def test_together_adds_what_one_agent_reports_and_never_two_agents():
    total = claim(Together, cell("packets", "at least 8"))
    assert total.judge([request(), request(TimeFlowEndMs=1)]).met
    verdict = total.judge([request(), request(AgentIP="192.168.0.2")])
    assert not verdict.met
    assert "at agent 192.168.0.1 packets is 5" in verdict.because
    assert "at agent 192.168.0.2 packets is 5" in verdict.because


def test_together_counts_flows_of_the_path_alone():
    assert not claim(Together, cell("packets", "at least 8")).judge([request(), answer()]).met


@pytest.mark.parametrize(
    "again, packets",
    [
        ({"TimeReceived": 1}, 5),
        ({"Flags": ["ACK", "SYN"]}, 5),
        ({"Flags": ["SYN"]}, 10),
        ({"TimeFlowEndMs": 1}, 10),
        ({"Interfaces": ["ens5"]}, 10),
    ],
)
def test_what_was_delivered_twice_counts_once(again, packets):
    first = {"TimeReceived": 0, "Flags": ["SYN", "ACK"]}
    flows = [request(**first), request(**first | again)]
    exactly = claim(Together, cell("packets", f"between {packets} and {packets}"))
    assert exactly.judge(flows).met


def test_every_of_nobodys_traffic_is_as_strict():
    assert every([], [TCP], {}).because == "there are none"
    assert every([request(), request()], [TCP], {}).met
    assert (
        "1 of 2 flows differ: protocol" in every([request(), answer(Proto=17)], [TCP], {}).because
    )


def stored(labels: dict[str, str], line: dict[str, object]) -> SimpleNamespace:
    return SimpleNamespace(labels=labels, line=json.dumps(line))


def test_labels_are_in_the_stream_and_not_in_the_line():
    good = stored({"SrcK8S_Namespace": "tests"}, {"SrcAddr": "10.1.0.5"})
    assert labels_apart([good]).met
    assert not labels_apart([]).met
    doubled = stored(good.labels, {"SrcK8S_Namespace": "tests", "FlowDirection": "1"})
    assert "holds FlowDirection, SrcK8S_Namespace besides" in labels_apart([good, doubled]).because
    bare = stored({"app": "netobserv-flowcollector"}, {})
    assert "only these labels: app" in labels_apart([good, bare]).because


FLOWS = st.lists(
    st.builds(
        lambda build, **changes: build(**changes),
        st.sampled_from([request, answer, partial]),
        Proto=st.sampled_from([6, 17]),
        DstPort=st.sampled_from([80, 443]),
    ),
    max_size=6,
)


@given(FLOWS)
def test_some_and_no_are_opposites_wherever_there_are_flows(flows):
    some, none = claim(SomeFlow, TCP).judge(flows), claim(NoFlow, TCP).judge(flows)
    assert some.met is (bool(flows) and not none.met)


@given(FLOWS)
def test_every_flow_implies_some_flow(flows):
    if claim(EveryFlow, TCP).judge(flows).met:
        assert claim(SomeFlow, TCP).judge(flows).met
