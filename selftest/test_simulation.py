"""The simulated cluster starts settled, serves the official client, and leaves nothing behind."""

from __future__ import annotations

import threading

import pytest
import yaml
from kubernetes import client, config

from selftest.live_cluster import live_cluster
from simulation import Simulation
from simulation.faults import UnknownFault


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with live_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


def test_a_started_cluster_is_settled(live):
    pods = live.core.list_pod_for_all_namespaces().items
    assert len(pods) > 25
    assert {pod.status.phase for pod in pods} == {"Running"}
    nodes = live.core.list_node().items
    assert set(live.running()) == {node.metadata.name for node in nodes}
    assert len(nodes) == 3
    assert live.condition("Ready")["status"] == "True"


def test_it_leaves_no_thread_and_no_listener_behind(tmp_path):
    before = threading.active_count()
    with live_cluster(tmp_path) as live:
        api = live.core.api_client
    assert threading.active_count() == before
    api.configuration.retries = False
    with pytest.raises(Exception, match="refused"):
        client.CoreV1Api(api).list_node(_request_timeout=1)


def test_stopping_twice_or_unstarted_does_no_harm(tmp_path):
    Simulation(directory=tmp_path).stop()
    with live_cluster(tmp_path) as live:
        live.simulation.stop()


def test_it_starts_only_once(live):
    with pytest.raises(RuntimeError, match="make a new one"):
        live.simulation.start()


def test_the_kubeconfig_tells_the_speed_and_only_its_owner_reads_it(live):
    kubeconfig = live.simulation.kubeconfig
    document = yaml.safe_load(kubeconfig.read_text())
    extension = document["clusters"][0]["cluster"]["extensions"][0]
    assert extension == {"name": "clock", "extension": {"speed": 300.0}}
    assert kubeconfig.stat().st_mode & 0o077 == 0


def test_an_auditor_sees_the_shop_and_nothing_else(live):
    low = config.new_client_from_config(str(live.simulation.low_privilege_kubeconfig))
    assert client.CoreV1Api(low).list_namespaced_pod("shop").items
    with pytest.raises(client.ApiException) as refused:
        client.CoreV1Api(low).list_namespaced_pod("netobserv")
    assert refused.value.status == 403


def test_an_unknown_fault_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownFault, match="firewall-enforced-late"):
        Simulation(faults=["firewall-enforced-lat"])


def test_the_same_seed_makes_the_same_names(tmp_path):
    names = []
    for run in ("one", "two"):
        with live_cluster(tmp_path / run) as live:
            pods = live.core.list_namespaced_pod("shop").items
            names.append(sorted(pod.metadata.name for pod in pods))
    assert names[0] == names[1]


def test_metrics_follow_the_pods(live):
    place = ("metrics.k8s.io", "v1beta1")
    nodes = live.custom.list_cluster_custom_object(*place, "nodes")["items"]
    pods = live.custom.list_cluster_custom_object(*place, "pods")["items"]
    assert len(nodes) == 3
    assert {pod["metadata"]["namespace"] for pod in pods} >= {"shop", "netobserv-privileged"}
    assert all(node["usage"]["cpu"].endswith("n") for node in nodes)


def test_strangers_fill_loki_before_anybody_asks(live):
    live.await_that(lambda: live.simulation.parts.flows.pipeline.totals.written > 5)
