"""Samples of pods and nodes, what counts as over budget, and what proves nothing."""

from __future__ import annotations

import pytest

from kit.budgets import budgets
from kit.costing import agreement, growth, rows
from kit.errors import Refused
from kit.verdict import Inconclusive
from selftest.fake_time import fake_time
from selftest.metered_cluster import MIB, MeteredCluster, judged, pod

__all__ = ["fake_time"]


@pytest.fixture
def cluster(fake_time):
    return MeteredCluster(fake_time)


def test_every_pod_and_node_has_its_samples_each_once(cluster):
    measured = cluster.measure(4)
    assert not measured.missing
    assert not measured.disturbed
    assert {(one.name, len(one.values)) for one in measured.series} == {
        (f"{part}.{what}", 4)
        for part in ("agent", "pipeline", "node")
        for what in ("cpu", "memory")
    }
    (one,) = [s for s in measured.of("agent.cpu") if s.about["pod"] == "agent-a"]
    assert [b - a for a, b in zip(one.at, one.at[1:], strict=False)] == [15.0] * 3
    assert one.about == {"node": "node-a", "pod": "agent-a"}
    assert measured.of("node.cpu")[0].values[0] == pytest.approx(0.01 / 4)
    assert judged(measured).met


def test_measuring_takes_less_than_one_percent_of_a_core(cluster):
    measured = cluster.measure(8)
    assert measured.takes == measured.calls * 0.010 / measured.seconds
    assert measured.takes < 0.01


def test_a_window_of_minutes_must_lie_in_the_phase_too(cluster):
    cluster.window = "5m0s"
    began = cluster.time.now
    measured = cluster.measure(4)
    assert not measured.missing
    assert min(at for one in measured.series for at in one.at) - 300 >= began - 15


def test_one_outlier_of_eight_is_forgiven_and_two_are_not(cluster):
    first = int(cluster.time.now // 15)
    cluster.cores = lambda name, number: 0.2 if number == first + 3 else 0.01
    assert judged(cluster.measure(8)).met
    cluster.cores = lambda name, number: 0.2 if number % 3 == 0 else 0.01
    told = judged(cluster.measure(8))
    assert not told.met
    assert "agent.cpu.rest: 200.0 millicores of agent-" in told.because
    assert "is above the 40.0 millicores of budgets.yaml:" in told.because


def test_one_greedy_agent_among_many_is_seen(cluster):
    cluster.memory = lambda name, number: (300 if name == "agent-b" else 100) * MIB
    told = judged(cluster.measure(4))
    assert "agent.memory.rest: 300.0 MiB of agent-b on node-b" in told.because
    assert "agent-a" not in told.because


@pytest.mark.parametrize("part, holder", [("agent", "agent"), ("pipeline", "processor")])
def test_memory_near_its_limit_fails_though_it_is_within_its_size(cluster, part, holder):
    resources = {"resources": {"limits": {"memory": "200Mi"}}}
    spec = {holder: {"ebpf": resources} if part == "agent" else resources}
    cluster.memory = lambda name, number: 130 * MIB
    found = rows(cluster.measure(4), budgets(), "rest", 80, spec)
    (over,) = [row for row in found if not row.met]
    assert over.said().startswith(f"{part}.memory_of_limit: 65.0 % of ")


def test_an_agent_without_samples_fails(cluster):
    cluster.cores = lambda name, number: None if name == "agent-b" else 0.01
    measured = cluster.measure(4)
    assert measured.missing == ("agent agent-b has 0 of 4 samples (never)",)
    assert "counts as over budget" in judged(measured).because


def test_a_sample_that_is_repeated_is_one_sample(cluster):
    cluster.time.monotonic()
    fixed = cluster.time.now
    honest = cluster._stamped

    def stale(name):
        now, cluster.time.now = cluster.time.now, fixed
        found = honest(name)
        cluster.time.now = now
        return found

    cluster._stamped = stale
    measured = cluster.measure(4)
    assert len(measured.missing) == 5
    assert (
        "agent agent-a has 0 of 4 samples (the last one is of the first look)"
        in judged(measured).because
    )


def test_a_pod_that_does_not_run_has_no_samples_to_miss(cluster):
    waiting = {"waiting": {"reason": "ContainerCreating"}}
    second = pod("flp-2", "netobserv", "flowlogs-pipeline", "node-b")
    second["status"]["containerStatuses"][0]["state"] = waiting
    cluster.put(second)
    assert not cluster.measure(4).missing
    cluster.change(
        "Pod", "flp", lambda p: p["status"]["containerStatuses"][0].update(state=waiting)
    )
    with pytest.raises(Inconclusive, match=r"^no pipeline pod runs in netobserv: nothing to meas"):
        cluster.measure(4)


def test_without_metrics_server_nothing_is_known(cluster):
    cluster.kinds = set()
    with pytest.raises(Inconclusive, match=r"does not serve metrics\.k8s\.io/v1beta1: install"):
        cluster.measure(4)


@pytest.mark.parametrize("of", ["the group", "the list"])
def test_a_metrics_server_that_does_not_answer_is_named(cluster, of):
    def refuse(*_asked, **_more):
        raise Refused("The API server is failing", code=503, reason="x", said="no endpoints")

    if of == "the group":
        cluster.serves = refuse
    else:
        cluster.list_samples = refuse
    with pytest.raises(
        Inconclusive, match=r"^metrics-server does not answer \(no endpoints\): see"
    ):
        cluster.measure(4)


@pytest.mark.parametrize("told", ["", "<html>\n", "process_start_time_seconds 5\n"])
def test_a_page_that_is_no_agents_page_proves_nothing(cluster, told):
    cluster.page = lambda pod: told
    with pytest.raises(Inconclusive, match=r"agent-a .*(cannot be read|lacks)"):
        cluster.measure(4)


def test_memory_that_grows_is_told_with_its_numbers(cluster):
    first = int(cluster.time.now // 15)
    cluster.memory = lambda name, number: (100 + 10 * (number - first)) * MIB
    told = growth(cluster.measure(8), "agent.memory", 0.20)
    assert not told.met
    assert "went from 125.0 MiB to 185.0 MiB (+48.0%)" in told.because
    cluster.memory = lambda name, number: (100 + number % 2) * MIB
    assert growth(cluster.measure(8), "agent.memory", 0.20).met


def test_metrics_server_is_held_against_the_process_itself(cluster):
    assert agreement(cluster.measure(4), 0.30).met
    cluster.spends = 0.02
    told = agreement(cluster.measure(4), 0.30)
    assert not told.met
    assert "uses 10.0 millicores by metrics.k8s.io and 20.1 mill" in told.because
    cluster.cores = lambda name, number: None
    assert "nothing can be compared" in agreement(cluster.measure(4), 0.30).because
