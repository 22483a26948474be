"""Small parts of measuring: expositions, requests and limits, single features, steady traffic."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from kit import deltas, scraped
from kit.costing import memory_limit, shown
from kit.exposition import Page
from kit.ledger import Ledger
from kit.load import Load, script
from kit.measuring import Measured
from kit.prometheus import Line
from kit.series import Series
from kit.sizing import as_configured
from kit.usage import amount
from kit.verdict import Inconclusive
from kit.wait import Waiting
from kit.watched import State
from selftest.fake_time import fake_time
from selftest.metered_cluster import MIB, MeteredCluster, pod

__all__ = ["fake_time"]

PAGE = Page(
    "# HELP a says\n# TYPE a counter\n"
    'a{reason="x",who="me"} 3\na{reason="y",who="a \\"b\\""} 4.5e1\na_b 7\nc NaN\n'
)


def test_an_exposition_is_summed_by_label():
    assert PAGE.total("a") == 48
    assert PAGE.total("a", reason="x") == 3
    assert PAGE.total("a", reason="z") == 0
    assert PAGE.total("a_b") == 7
    assert PAGE.has("a")
    assert not PAGE.has("b")


def test_quantities_of_kubernetes_are_plain_numbers():
    assert amount("100m") == pytest.approx(0.1)
    assert amount("250n") == pytest.approx(250e-9)
    assert amount("800Mi") == 800 * MIB


def test_values_are_shown_in_one_unit_each():
    assert shown(0.0123, "cores") == "12.3 millicores"
    assert shown(85e6, "bytes") == "81.1 MiB"
    assert shown(212_992, "bytes") == "208.0 KiB"
    assert shown(0.051, "share") == "5.1 %"


ASKED = {"requests": {"cpu": "100m", "memory": "50Mi"}, "limits": {"memory": "800Mi"}}
OF_PIPELINE = {**ASKED, "requests": {"cpu": "100m", "memory": "100Mi"}}


@pytest.fixture
def cluster(fake_time):
    cluster = MeteredCluster(fake_time)
    for name in ("agent-a", "agent-b", "flp"):
        give(cluster, name, OF_PIPELINE if name == "flp" else ASKED)
    return cluster


def give(cluster, name, resources):
    cluster.change("Pod", name, lambda p: p["spec"]["containers"][0].update(resources=resources))


SPEC = {"namespace": "netobserv"}


def test_pods_sized_as_upstream_does_by_default_pass(cluster):
    assert as_configured(cluster, {"spec": SPEC}).met


def test_the_same_amount_in_other_words_is_the_same(cluster):
    give(cluster, "agent-a", {**ASKED, "requests": {"cpu": "0.1", "memory": "51200Ki"}})
    assert as_configured(cluster, {"spec": SPEC}).met


@pytest.mark.parametrize(
    "resources, says",
    [
        ({}, "agent-a has requests cpu none instead of 100m"),
        ({"requests": ASKED["requests"]}, "agent-a has limits memory none instead of 800Mi"),
        ({**ASKED, "limits": {"memory": "80Mi"}}, "limits memory 80Mi instead of 800Mi"),
        ({**ASKED, "limits": {"memory": "800Mi", "cpu": "1"}}, "limits cpu 1 instead of none"),
    ],
)
def test_a_pod_of_another_size_fails(cluster, resources, says):
    give(cluster, "agent-a", resources)
    assert says in as_configured(cluster, {"spec": SPEC}).because


def test_the_flow_collector_decides(cluster):
    spec = {**SPEC, "agent": {"ebpf": {"resources": {"limits": {"memory": "1Gi"}}}}}
    assert "agent-b has limits memory 800Mi instead of 1Gi" in (
        as_configured(cluster, {"spec": spec}).because
    )
    assert memory_limit(spec, "agent") == 1024 * MIB
    assert memory_limit(spec, "pipeline") == 800 * MIB


def test_no_pod_at_all_is_no_pass(cluster):
    cluster.objects.pop(("Pod", "netobserv", "flp"))
    assert "there is no pipeline pod in netobserv" in as_configured(cluster, {"spec": SPEC}).because


def measured(*cores):
    series = tuple(Series("agent.cpu", "cores", (one,) * 3, (0.0, 15.0, 30.0)) for one in cores)
    empty = State({}, {}, frozenset())
    return Measured(series, (), (), empty, empty, 30.0, 9)


def test_a_feature_costs_what_it_adds(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.put({"phase": deltas.NONE, "rows": [], "values": deltas.values(measured(0.01, 0.02))})
    now = deltas.values(measured(0.03, 0.04))
    (row,) = deltas.rows("DNSTracking", now, ledger.get(deltas.NONE), {"agent.cpu": 0.01})
    assert row.measured == pytest.approx(0.02)
    assert not row.met
    assert (
        "delta.DNSTracking.agent.cpu: 20.0 millicores of DNSTracking alone above no" in row.said()
    )


def of_features():
    """No feature, and one that was measured."""
    unknown = dict.fromkeys(deltas.UNITS)
    none = unknown | {"agent.cpu": 0.010, "pipeline.memory": 60.0 * MIB, "flows": 20.0}
    tracked = unknown | {"agent.cpu": 0.012, "pipeline.memory": 59.0 * MIB, "flows": 21.0}
    return [
        {"phase": "DNSTracking", "values": tracked | {"loki": 4096.0}},
        {"phase": deltas.NONE, "values": none},
    ]


def test_a_table_tells_no_feature_and_what_each_adds():
    head, none, tracked = deltas.summary(of_features())
    assert len(head) == len(none) == len(tracked) == 7
    assert none[:2] == ["no feature", "10 millicores"]
    assert tracked[:5] == ["DNSTracking", "+2 millicores", "not known", "not known", "-1 MiB"]
    assert (none[5:], tracked[5:]) == (["20", "not known"], ["21", "4 KiB"])


def test_memory_of_the_pipeline_is_a_cost_too(tmp_path):
    series = Series("pipeline.memory", "bytes", (5.0, 6.0, 7.0), (0.0, 15.0, 30.0))
    found = deltas.values(replace(measured(0.01), series=(series,)))
    assert found["pipeline.memory"] == 6.0


def test_without_a_reference_nobody_knows_what_a_feature_costs(tmp_path):
    now = deltas.values(measured(0.03))
    with pytest.raises(Inconclusive, match="was not measured: run the whole of feature_costs"):
        deltas.rows("DNSTracking", now, Ledger(tmp_path).get(deltas.NONE), {"agent.cpu": 0.01})
    before = {"values": deltas.values(measured(0.03))}
    with pytest.raises(Inconclusive, match=r"agent\.memory was not measured"):
        deltas.rows("DNSTracking", now, before, {"agent.memory": 5.0})


def test_traffic_is_sent_at_its_rate_and_counts():
    told = script("http://172.30.0.20:80/echo", 4)
    assert re.search(r'^while true; do curl .* --data "\$BODY" http://\S+/echo; sleep 0\.25;', told)
    stage = SimpleNamespace(waiting=Waiting())
    load = Load(stage, "load", 4, 1000, pods=2)
    load.enough(300, 100.0)
    with pytest.raises(Inconclusive, match="only 100 of 800 connections were made in 100 s"):
        load.enough(100, 100.0)
    stage.waiting = Waiting(speed=60)
    load.enough(100, 100.0)


def test_ten_clients_are_looked_after_with_one_call(cluster):
    load = Load(SimpleNamespace(cluster=cluster), "load", 4, 1000, pods=10)
    for number in range(10):
        client = pod(f"load-{number}", "load", "load", "node-a")
        load._made.append(client)
        cluster.put(client)
    before = sum(cluster.calls.values())
    load.alive()
    assert sum(cluster.calls.values()) == before + 1
    cluster.change("Pod", "load-7", lambda p: p["status"].update(phase="Failed"))
    with pytest.raises(Inconclusive, match="the client load-7 of the traffic has ended"):
        load.alive()
    del cluster.objects["Pod", "load", "load-7"]
    with pytest.raises(Inconclusive, match="the client load-7 of the traffic has ended"):
        load.alive()


class Scraped:
    """A Prometheus of two agents, scraped each 30 s, that counts so many cores."""

    def __init__(self, spent):
        self.spent = spent

    def between(self, _query, start, end, step):
        at = [start + step * n for n in range(int((end - start) / step) + 1)]
        return [
            Line({"pod": pod}, tuple((one, used * (one // 30 * 30)) for one in at))
            for pod, used in self.spent.items()
        ]


def test_a_prometheus_is_held_against_the_samples():
    seen = scraped.cores(Scraped({"a": 0.01, "gone": 0.5}), "ns", 1000.0, 1120.0)
    assert seen["a"] == pytest.approx(0.01, rel=0.1)
    at = (0.0, 15.0)
    series = (Series("agent.cpu", "cores", (0.01, 0.01), at, {"pod": "a"}),)
    one = Measured(series, (), (), State({}, {}, frozenset()), State({}, {}, frozenset()), 30.0, 9)
    assert scraped.agreement(one, seen, 0.3).met
    assert (
        "20.0 millicores by what Prometheus has" in scraped.agreement(one, {"a": 0.02}, 0.3).because
    )
    with pytest.raises(Inconclusive, match="has no process_cpu_seconds_total of any agent"):
        scraped.agreement(one, {"b": 0.02}, 0.3)


def test_a_counter_that_stands_still_or_falls_tells_nothing():
    assert scraped.cores(Scraped({"a": 0.0, "b": -0.1}), "ns", 1000.0, 1120.0) == {}
