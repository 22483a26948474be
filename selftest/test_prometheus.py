"""The Prometheus of the simulated cluster, and the suite's way of asking one."""

from __future__ import annotations

import asyncio
import json

import pytest

from kit.errors import InfrastructureError
from kit.loki.calls import Answer
from kit.prometheus import Prometheus, selector
from kit.prometheus_finding import find_prometheus, prometheus_need
from simulation.apiserver.proxy import HttpRequest
from simulation.prometheus import PrometheusServer, Scrape, SeriesStore
from simulation.prometheus.exposition import read
from simulation.prometheus.selector import NotUnderstood, parse

TARGET = (("job", "flowlogs-pipeline-prom"), ("pod", "p1"))


@pytest.fixture
def store():
    store = SeriesStore()
    for at, value in ((100, 1.0), (115, 4.0)):
        store.take(Scrape(TARGET, [("flows", (("ns", "a"),), value)]), at)
    return store


@pytest.fixture
def prometheus(store):
    server = PrometheusServer(store, lambda: 120.0)

    def transport(path, params):
        reply = asyncio.run(server(HttpRequest("GET", path, list(params.items()))))
        return Answer(reply.status, reply.body.decode())

    return Prometheus(transport, "Prometheus", sleep=lambda _: None)


def test_the_latest_sample_carries_the_target_and_its_own_labels(prometheus):
    (line,) = prometheus.now(selector("flows", ns="a"))
    assert line.highest == 4.0
    assert (line.labels["pod"], line.labels["ns"]) == ("p1", "a")
    assert prometheus.now(selector("flows", ns="b")) == []


def test_a_window_holds_the_steps_in_which_there_was_a_sample(prometheus):
    (line,) = prometheus.between("flows", 90, 120, 15)
    assert [value for _, value in line.points] == [1.0, 4.0]


def test_what_a_target_no_longer_shows_has_ended(store, prometheus):
    store.take(Scrape(TARGET, []), 118)
    assert prometheus.now("flows") == []
    assert prometheus.now("up")[0].highest == 1
    store.take(Scrape(TARGET, None), 119)
    assert prometheus.now("up")[0].highest == 0
    store.forget(TARGET, 119.5)
    assert prometheus.now("up") == []


def test_an_old_sample_is_forgotten_after_the_look_back(store):
    ((_, series),) = store.find("flows", lambda _: True)
    assert (series.at(400), series.at(420), series.at(50)) == (4.0, None, None)


@pytest.mark.parametrize("query", ["sum(flows)", "flows{", 'flows{a=b"}', ""])
def test_what_is_not_understood_is_refused(prometheus, query):
    with pytest.raises(InfrastructureError, match="400"):
        prometheus.now(query)


@pytest.mark.parametrize(
    "query, fits",
    [('m{a="x"}', True), ('m{a!="x"}', False), ('m{a=~"x|y",b=""}', True), ('m{a!~"x.*"}', False)],
)
def test_matchers_mean_what_prometheus_means(query, fits):
    name, judge = parse(query)
    assert (name, judge({"a": "x"})) == ("m", fits)
    with pytest.raises(NotUnderstood):
        parse("rate(m[1m])")


def test_a_scraper_leaves_empty_labels_out():
    text = '# TYPE m counter\nm{a="1",b=""} 2\nplain 3.5\n'
    assert list(read(text)) == [("m", (("a", "1"),), 2.0), ("plain", (), 3.5)]


def test_an_answer_of_another_shape_is_told():
    body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": [{}]}})
    strange = Prometheus(lambda path, _: Answer(200, body), "P", sleep=lambda _: None)
    with pytest.raises(InfrastructureError, match="shape"):
        strange.now("up")
    refused = Prometheus(lambda path, _: Answer(401, ""), "P", sleep=lambda _: None)
    with pytest.raises(InfrastructureError, match="PROMETHEUS_TOKEN"):
        refused.now("up")


def collector(**spec):
    return {"spec": spec}


MANUAL = {"querier": {"mode": "Manual", "manual": {"url": "http://prom.mon.svc:9090"}}}


class Proxy:
    speed = 1.0

    def proxy_get(self, *where, **how):
        raise AssertionError("nothing is asked before it is needed")

    def serves(self, _version, _kind):
        return False


def test_where_prometheus_is_follows_from_the_collector(monkeypatch):
    assert find_prometheus(Proxy(), collector(prometheus=MANUAL), None).name == (
        "Prometheus (service mon/prom:9090)"
    )
    monkeypatch.setenv("PROMETHEUS_TOKEN", "not-to-be-shown")
    found = find_prometheus(Proxy(), collector(), "https://user:pw@thanos.example.com/x")
    assert found.name == "Prometheus (thanos.example.com)"


def test_a_need_tells_where_it_is_and_never_whether_it_works():
    assert prometheus_need(Proxy(), collector(prometheus=MANUAL)).met
    off = collector(prometheus={"querier": {"enable": False}})
    assert "enable is false" in prometheus_need(Proxy(), off).how
    unnamed = prometheus_need(Proxy(), collector())
    assert not unnamed.met
    assert "Auto finds one on OpenShift alone" in unnamed.how
    assert "--prometheus-url" in unnamed.how
    few = collector(processor={"metrics": {"includeList": ["namespace_flows_total"]}})
    assert "leaves out workload_egress_bytes_total" in prometheus_need(Proxy(), few).how
    odd = collector(prometheus={"querier": {"mode": "Manual", "manual": {"url": "prom:9090"}}})
    assert "querier.manual.url 'prom:9090' is no URL" in prometheus_need(Proxy(), odd).how
