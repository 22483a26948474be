"""Testimony: claims asked of Loki in time, with their controls, and explained when they fail."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.outcomes import Outcome
from kit import evidence
from kit import testimony as witnesses
from kit.expectations import EveryFlow, NoFlow, SomeFlow, Together
from kit.loki import LokiError
from kit.paths import path
from kit.pipeline import Pipeline
from kit.verdict import Inconclusive, Unmet
from kit.wait import Waiting
from selftest.conversation import BEGAN, CLIENT, answer, cell, request, traffic
from selftest.fake_time import FakeTime, fake_time

__all__ = ["fake_time"]

PIPELINE = Pipeline(15, 1, 1, frozenset({"FlowRTT"}))
TO_SERVICE, BACK = path("from the client to the service"), path("from the service to the client")
TCP, UDP = cell("protocol", "TCP"), cell("protocol", "UDP")


class FakeCollector:
    def pipeline(self) -> Pipeline:
        return PIPELINE

    def read(self) -> dict[str, Any]:
        return {"spec": {"namespace": "flows"}}


class FakeLoki:
    """Flows that arrive at a time; knows the client's queries by the side that they name."""

    def __init__(self, time: FakeTime, *flows: tuple[float, dict[str, object]]) -> None:
        self.time, self.arriving, self.asked = time, flows, []

    def flows(self, query: object, start: float, end: float) -> list[dict[str, object]]:
        self.asked.append((str(query), start, end))
        here = [flow for at, flow in self.arriving if at <= self.time.passed]
        for side in ("Src", "Dst"):
            if f'{side}K8S_OwnerName="{CLIENT.owner}"' in str(query):
                return [flow for flow in here if flow[f"{side}Addr"] == CLIENT.address]
        return here


@pytest.fixture
def ask(fake_time: FakeTime):
    """A Testimony about flows and the seconds at which they arrive."""

    def testimony(*flows: tuple[float, dict[str, object]]) -> witnesses.Testimony:
        return witnesses.Testimony(FakeLoki(fake_time, *flows), Waiting(), FakeCollector())

    evidence.NOTES.take_scenario()
    return testimony


def test_a_flow_is_waited_for_and_its_latency_noted(ask, fake_time: FakeTime):
    ask((7, request())).some(SomeFlow(traffic(), TO_SERVICE, [TCP]))
    (latency,) = evidence.NOTES.take_scenario()["latencies"]
    assert 7 <= latency <= 8


@pytest.mark.parametrize("kind", ["some", "every", "none"])
def test_flows_prove_nothing_of_traffic_that_did_not_come_about(ask, kind):
    refused = traffic(outcome=Outcome.REFUSED)
    claim = {"some": SomeFlow, "every": EveryFlow, "none": NoFlow}[kind](refused, TO_SERVICE, [TCP])
    with pytest.raises(Inconclusive, match="nothing to judge flows by: the connection to web"):
        getattr(ask((1, request())), kind)(claim)


def test_the_time_to_a_verdict_is_told_as_a_share_of_the_floor(ask, fake_time: FakeTime):
    told = ask((8, request()))
    told.some(SomeFlow(traffic(), TO_SERVICE, [TCP]))
    told.none(NoFlow(traffic(), BACK))
    facts = evidence.NOTES.take_scenario()["facts"]
    assert PIPELINE.floor == 16
    assert 8 / 16 <= float(facts["flow seen over floor"]) <= 9 / 16
    assert float(facts["silence over floor"]) == pytest.approx(18.5 / 16, abs=0.001)


def test_a_claim_after_the_floor_says_nothing_of_the_pipeline(ask, fake_time: FakeTime):
    told, sent = ask((0, request())), traffic()
    fake_time.sleep(17)
    told.some(SomeFlow(sent, TO_SERVICE, [TCP]))
    assert "flow seen over floor" not in evidence.NOTES.take_scenario().get("facts", {})


def test_a_flow_that_never_comes_fails_at_the_deadline_of_the_pipeline(ask, fake_time: FakeTime):
    with pytest.raises(Unmet, match=r"^flows from the client to the service: not within 31 s; Lo"):
        ask().some(SomeFlow(traffic(), TO_SERVICE, [TCP]))
    assert fake_time.passed == pytest.approx(PIPELINE.deadline)


def test_the_window_is_taken_from_the_cluster_and_not_from_our_clock(ask):
    told = ask((0, request()))
    told.some(SomeFlow(traffic(), TO_SERVICE))
    windows = {(start, end) for _query, start, end in told.loki.asked}
    assert windows == {(BEGAN - 5, BEGAN + 3 + 120)}


def test_a_failure_shows_misses_causes_traffic_and_queries(ask):
    with pytest.raises(Unmet) as wrong:
        ask((0, request())).some(SomeFlow(traffic(), TO_SERVICE, [UDP]))
    titles = ["Nearest flows:", "Likely causes:", "Traffic:", "LogQL:"]
    places = [wrong.value.detail.index(title) for title in titles]
    assert places == sorted(places)
    assert "✗ protocol is 6 (TCP), expected UDP" in wrong.value.detail
    assert "\n1. the agent of node 192.168.0.2 reported nothing" in wrong.value.detail
    assert "tests/probe-1 on node-a ran: curl" in wrong.value.detail
    assert "from 2023-11-14T22:13:15+00:00 to 2023-11-14T22:15:23+00:00" in wrong.value.detail
    assert 'SrcK8S_OwnerName="probe-1"' in wrong.value.detail


@pytest.mark.parametrize("first, until", [(3, 18.5), (16, 18.5), (20, 22.5)])
def test_every_flow_is_watched_for_a_round_and_longer_if_the_pipeline_is_late(
    ask, fake_time: FakeTime, first, until
):
    every = EveryFlow(traffic(), TO_SERVICE, [TCP])
    ask((first, request())).every(every)
    assert PIPELINE.quiet == 18.5
    assert until <= fake_time.passed < until + 1


@pytest.mark.parametrize("first, looks", [(3, 1), (15, 0)])
def test_a_long_silence_leaves_time_for_another_look_and_is_no_longer_for_it(
    ask, fake_time: FakeTime, first, looks
):
    told, looked = ask((first, request())), []
    told.meanwhile.append(lambda: looked.append(fake_time.sleep(4)))
    told.every(EveryFlow(traffic(), TO_SERVICE, [TCP]))
    assert len(looked) == looks
    assert 18.5 <= fake_time.passed < 19.5


def test_a_late_pipeline_hides_no_flow_that_breaks_the_claim(ask):
    every = EveryFlow(traffic(), TO_SERVICE, [TCP])
    with pytest.raises(Unmet, match="1 of 2 flows from the client to the service differ"):
        ask((20, request()), (22, request(Proto=17))).every(every)


@pytest.mark.parametrize("late", [4, 10, 18])
def test_a_flow_that_breaks_the_claim_later_is_still_seen(ask, late):
    every = EveryFlow(traffic(), TO_SERVICE, [TCP])
    with pytest.raises(Unmet, match="1 of 2 flows from the client to the service differ"):
        ask((3, request()), (late, request(Proto=17))).every(every)


def test_every_flow_of_none_is_a_failure(ask):
    with pytest.raises(Unmet, match="none of the 1 flows of the client is from the client to the"):
        ask((0, request(DstPort=443))).every(EveryFlow(traffic(), TO_SERVICE, [TCP]))


def test_no_flow_needs_flows_of_the_client_first(ask):
    with pytest.raises(Inconclusive, match="Loki has no flow of the client at all"):
        ask().none(NoFlow(traffic(), BACK))


def test_no_flow_is_proven_by_a_quiet_round_beside_others(ask, fake_time: FakeTime):
    ask((2, request())).none(NoFlow(traffic(), BACK))
    assert fake_time.passed >= PIPELINE.quiet


@pytest.mark.parametrize("late", [0, 15])
def test_a_flow_that_must_not_be_is_seen_whenever_it_comes(ask, late):
    with pytest.raises(Unmet, match="1 flows from the service to the client, expected none"):
        ask((0, request()), (late, answer())).none(NoFlow(traffic(), BACK))


def test_flows_that_add_up_are_waited_for(ask, fake_time: FakeTime):
    total = Together(traffic(), TO_SERVICE, [cell("packets", "between 10 and 12")])
    ask((1, request()), (9, request(Bytes=7))).some(total)
    assert 9 <= fake_time.passed <= 10


def test_the_collectors_own_flows_are_asked_of_its_namespace(ask):
    told = ask((0, request(K8S_FlowLayer="infra")))
    told.of_the_collector(traffic(), [cell("layer", "infra")])
    ((query, *_window),) = told.loki.asked
    assert query == '{SrcK8S_Namespace="flows", DstK8S_Namespace="flows"}'
    with pytest.raises(Unmet, match=r"^flows inside flows: not within 31 s; there are none"):
        ask().of_the_collector(traffic(), [cell("layer", "infra")])


def test_a_dead_loki_is_no_missing_flow(ask):
    told = ask((0, request()))

    def dead(*_asked: object) -> list[dict[str, object]]:
        raise LokiError("Loki answers 503: look at its pods")

    told.loki.flows = dead
    for claim in (told.some, told.every, told.none):
        with pytest.raises(LokiError, match="503"):
            claim(SomeFlow(traffic(), TO_SERVICE))
