"""Counters that grow or stand, flows that get lost, agents that are stuck, records that differ."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.flow_filter import COUNTER_METRIC
from kit.exposition import Page
from kit.health import alerts, own_loki
from kit.health.agreement import amount, compared
from kit.health.conserved import EVICTED, PROCESSED, Balance, Look
from kit.health.counters import Counters, Wanted, grown, row, unmoved
from kit.health.stuck import none_is_stuck
from kit.health.words import metric_row
from kit.loki import Answer, Loki
from kit.verdict import Inconclusive

DROPPED = "netobserv_agent_dropped_flows_total"


def counters(name, part="agent", **by_pod):
    pages = {pod: Page(f'{name}{{reason="full"}} {value}\n') for pod, value in by_pod.items()}
    return Counters(part, pages, dict.fromkeys(pages, "n1"))


def look(evicted, processed):
    return Look(counters(EVICTED, a=evicted), counters(PROCESSED, f=processed))


def test_a_counter_that_began_anew_counts_from_nothing():
    before, now = counters(EVICTED, old=10, gone=99), counters(EVICTED, old=4, new=3)
    assert now.since(before, EVICTED) == 7


def test_growth_is_asked_of_every_row():
    rows = [row(["agents", EVICTED, "5"], amount=True)]
    before = {"agent": counters(EVICTED, p=10)}
    assert grown(rows, before, {"agent": counters(EVICTED, p=15)}).met
    found = grown(rows, before, {"agent": counters(EVICTED, p=14)})
    assert found.because == f"{EVICTED} of agent: 4 more, expected at least 5"


def test_losses_are_told_with_their_reason_and_old_ones_do_not_count():
    rows = [Wanted("agent", DROPPED)]
    before = {"agent": counters(DROPPED, p=3)}
    assert unmoved(rows, before, before).met
    found = unmoved(rows, before, {"agent": counters(DROPPED, p=4)})
    assert f"{DROPPED}{{reason=full}} of p stands at 4" in found.because


@pytest.mark.parametrize(
    "cells", [["agents", EVICTED], ["loki", EVICTED, "1"], ["agents", EVICTED, "0"]]
)
def test_a_row_that_means_nothing_is_refused(cells):
    with pytest.raises(ValueError, match=r"row has|no part|always be true"):
        row(cells, amount=True)


def test_what_is_on_its_way_is_not_lost():
    balance = Balance((look(100, 90), look(120, 119), look(150, 130)))
    assert not balance.judged(look(200, 180), PROCESSED, 2).met
    assert balance.judged(look(200, 198), PROCESSED, 2).met


def test_what_never_comes_is_lost_and_told_in_flows_and_percent():
    found = Balance((look(0, 0),)).judged(look(100, 60), PROCESSED, 2)
    assert f"of 100 flows that agents evicted {PROCESSED} lacks 40 (40.0 %)" in found.because


def test_too_few_flows_are_not_judged():
    with pytest.raises(Inconclusive, match="20 are needed"):
        Balance((look(0, 0),)).judged(look(19, 0), PROCESSED, 2)


def test_a_stuck_agent_is_named_with_its_remedy():
    found = none_is_stuck(counters(EVICTED, a=5, b=5), counters(EVICTED, a=6, b=5, c=0))
    assert "2 of 3 agents" in found.because
    assert "b on n1 (evicted 5 flows since it started)" in found.because
    assert "stuck after installation" in found.because
    assert "delete the pod" in found.because
    assert none_is_stuck(counters(EVICTED, a=5), counters(EVICTED, a=6, new=1)).met
    assert not none_is_stuck(counters(EVICTED), counters(EVICTED)).met


def test_an_agent_whose_filter_hides_all_traffic_is_not_stuck():
    before = counters(COUNTER_METRIC, a=5, b=5)
    assert none_is_stuck(before, counters(COUNTER_METRIC, a=6, b=6)).met
    found = none_is_stuck(before, counters(COUNTER_METRIC, a=6, b=5))
    assert found.because.startswith("1 of 2 agents are ready and capture nothing")


def test_an_empty_window_is_not_compared():
    with pytest.raises(Inconclusive, match="nothing can be compared"):
        compared(("m", "flows"), (0, 0, 1), 5)


def test_two_records_agree_within_so_many_percent():
    assert compared(("m", "flows"), (100, 105, 2), 5).met
    assert "6.0 % apart" in compared(("m", "flows"), (100, 94, 2), 5).because
    assert "has no series m" in compared(("m", "flows"), (100, 0, 0), 5).because


def test_sent_bytes_are_those_of_any_direction_but_to_the_node():
    flows = [{"FlowDirection": d, "Bytes": 10} for d in ("0", "1", "2")] + [{"Bytes": 1}]
    assert (amount(flows, "flows"), amount(flows, "sent bytes")) == (4, 21)
    with pytest.raises(ValueError, match="cannot be compared"):
        metric_row(["m", "packets"])


def alert(found, off=()):
    wanted = [alerts.row(["rule", "NetObservDroppedFlows", DROPPED])]
    return alerts.judged(wanted, found, frozenset(off))


def test_an_alert_is_there_under_its_name_and_about_its_metric():
    good = {"rule": {"NetObservDroppedFlows": f"sum(rate({DROPPED}[1m])) > 100"}}
    assert alert(good).met
    assert "there is no PrometheusRule rule" in alert({}).because
    assert "has no alert" in alert({"rule": {"NetObservAgentFlowsDropped": ""}}).because
    assert "is not about" in alert({"rule": {"NetObservDroppedFlows": "up == 0"}}).because
    assert not alert(good, off=["NetObservDroppedFlows"]).met


PERIODS = (
    "schema_config: {configs: [{from: 2024-04-01, schema: v13}, {from: 2020-10-24, schema: v11}]}"
)


def test_the_schema_in_force_is_the_last_that_has_begun():
    loki = Loki(lambda path, _: Answer(200, PERIODS))
    found = own_loki.schemas(loki)
    assert own_loki.writes(found, "v13", date(2026, 1, 1)).met
    assert not own_loki.writes(found, "v13", date(2022, 1, 1)).met
    assert not own_loki.writes(found, "v13", date(2019, 1, 1)).met


def test_a_loki_that_says_no_is_told_in_its_own_words():
    loki = Loki(lambda path, _: Answer(503, "Ingester not ready\n"))
    assert "HTTP 503 Ingester not ready" in own_loki.ready(loki).because
    with pytest.raises(Inconclusive):
        own_loki.schemas(loki)
    with pytest.raises(Inconclusive, match="without schema_config"):
        own_loki.schemas(Loki(lambda path, _: Answer(200, "auth: [")))
