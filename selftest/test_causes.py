"""Likely causes: what each scene suggests, the likeliest first, and never nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.causes import Scene, likely_causes
from kit.pipeline import Pipeline
from selftest.conversation import answer, request, traffic


def scene(**changes) -> Scene:
    told = {
        "pipeline": Pipeline(15, 1, 1, frozenset({"FlowRTT"})),
        "traffic": traffic(),
        "by_name": [request(), answer(AgentIP="192.168.0.2")],
        "by_address": [request()],
        "asked": frozenset(),
    }
    return Scene(**told | changes)


SAMPLED = Pipeline(15, 1, 50, frozenset({"FlowRTT"}))


@pytest.mark.parametrize(
    "changes, says",
    [
        ({}, "suspect the product"),
        ({"asked": frozenset({"DNSTracking"})}, "DNSTracking is not in spec.agent.ebpf.features"),
        ({"asked": frozenset({"FlowRTT"})}, "FlowRTT is on and its field differs or is missing"),
        ({"pipeline": SAMPLED}, "sampling is 50: most packets leave no trace"),
        ({"by_name": []}, "1 flows have the client's address and none has its name"),
        ({"by_name": [], "by_address": []}, "evicted_flows_total and dropped_flows_total of"),
        ({"by_name": [request()]}, "the agent of node 192.168.0.2 reported nothing"),
    ],
)
def test_each_scene_suggests_its_own_first_cause(changes, says):
    assert says in likely_causes(scene(**changes))[0]


def test_silence_is_blamed_on_the_clients_node_first():
    causes = likely_causes(scene(by_name=[], by_address=[]))
    assert "node-a" in causes[0]
    assert len(causes) == 3


def test_a_changed_collector_comes_before_everything_else():
    wrong = scene(asked=frozenset({"DNSTracking"}), by_name=[], by_address=[], pipeline=SAMPLED)
    causes = likely_causes(wrong)
    assert "did somebody else edit the FlowCollector?" in causes[0]
    assert "sampling is 50" in causes[1]


def test_traffic_to_a_host_has_one_agent_to_hear_of():
    outside = scene(traffic=traffic(server=None), by_name=[request(), answer()])
    assert likely_causes(outside) == [
        "the record differs and nothing else is odd: suspect the product"
    ]


@pytest.mark.parametrize(
    "named, addressed, says",
    [
        ([request()], [request()], "flows from the client have its name and flows to it have not"),
        ([request()], [request()], "got lost on their way to Loki"),
        ([answer()], [answer()], "flows to the client have its name and flows from it have not"),
        ([request()], [request(), answer()], "are there under other names"),
    ],
)
def test_one_direction_alone_is_told(named, addressed, says):
    outside = traffic(server=None)
    (cause,) = likely_causes(scene(traffic=outside, by_name=named, by_address=addressed))
    assert says in cause


FLOWS = st.lists(st.sampled_from([request(), answer(), {}]), max_size=3)
FEATURES = st.frozensets(st.sampled_from(["FlowRTT", "DNSTracking"]))


@given(FLOWS, FLOWS, FEATURES, st.sampled_from([1, 50]))
def test_there_is_always_a_cause_and_each_is_a_sentence(named, addressed, asked, sampling):
    told = Pipeline(15, 1, sampling, frozenset({"FlowRTT"}))
    causes = likely_causes(scene(by_name=named, by_address=addressed, asked=asked, pipeline=told))
    assert causes
    assert min(map(len, causes)) > 20
