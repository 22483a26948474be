"""Workloads: rolled out means that the newest template runs everywhere and nothing older does."""

from __future__ import annotations

from typing import Any

import pytest

from kit.verdict import Inconclusive
from kit.wait import Waiting
from kit.workloads import await_workload, is_ready, pods_of, rolled_out, server_end, service_end
from selftest.fake_cluster import FakeCluster
from selftest.fake_time import FakeTime, fake_time

__all__ = ["fake_time"]


def deployment(replicas: int = 1, **status: int) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "tests", "generation": 2},
        "spec": {"replicas": replicas},
        "status": {"observedGeneration": 2} | status,
    }


def daemonset(**status: int) -> dict[str, Any]:
    return {
        "kind": "DaemonSet",
        "metadata": {"name": "agent", "generation": 2},
        "status": {"observedGeneration": 2} | status,
    }


@pytest.mark.parametrize(
    "workload, says",
    [
        (None, "does not exist"),
        (deployment(), "0 of 1 pods are updated, 0 ready"),
        (deployment(replicas=0), "no pod of it is wanted"),
        (deployment(observedGeneration=1, updatedReplicas=1, readyReplicas=1), "generation 2 yet"),
        (deployment(replicas=2, updatedReplicas=1, readyReplicas=2), "1 of 2 pods are updated"),
        (deployment(replicas=2, updatedReplicas=2, readyReplicas=1), "2 of 2 pods are updated, 1"),
        (
            deployment(replicas=1, updatedReplicas=1, readyReplicas=1) | {"spec": {"replicas": 2}},
            "1 of 2",
        ),
        (daemonset(), "no pod of it is wanted"),
        (daemonset(desiredNumberScheduled=3, updatedNumberScheduled=2, numberReady=3), "2 of 3"),
        (daemonset(desiredNumberScheduled=3, updatedNumberScheduled=3, numberReady=2), "2 ready"),
    ],
)
def test_what_has_not_rolled_out_says_what_is_missing(workload, says):
    verdict = rolled_out(workload)
    assert not verdict.met
    assert says in verdict.because


def test_a_ready_pod_of_an_older_template_does_not_count():
    status = {"replicas": 2, "updatedReplicas": 1, "readyReplicas": 1}
    verdict = rolled_out(deployment() | {"status": {"observedGeneration": 2} | status})
    assert verdict.because == "1 pods of an older template are still there"
    assert not verdict.met


def test_what_has_rolled_out_is_met():
    ready = {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2}
    assert rolled_out(deployment(replicas=2) | {"status": ready}).met
    assert rolled_out(
        daemonset(desiredNumberScheduled=3, updatedNumberScheduled=3, numberReady=3)
    ).met


def test_a_workload_that_never_gets_ready_is_inconclusive(fake_time: FakeTime):
    workload = deployment()
    with pytest.raises(Inconclusive, match=r"Deployment tests/web is ready: not within 120 s; 0"):
        await_workload(FakeCluster(workload), Waiting(), workload)


def test_a_workload_that_gets_ready_is_waited_for(fake_time: FakeTime):
    cluster = FakeCluster(deployment())

    def world() -> None:
        if fake_time.passed > 3:
            cluster.put(deployment(replicas=1, updatedReplicas=1, readyReplicas=1))

    cluster.on_read = world
    await_workload(cluster, Waiting(), deployment())
    assert 3 < fake_time.passed < 5


def pod(name: str, ready: str = "True", **metadata: object) -> dict[str, Any]:
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "tests", "labels": {"app": "web"}} | metadata,
        "spec": {"nodeName": "node-b"},
        "status": {
            "podIP": "10.2.0.7",
            "hostIP": "192.168.0.2",
            "conditions": [{"type": "Ready", "status": ready}],
        },
    }


def test_only_ready_pods_serve_and_they_come_by_name():
    going = pod("c", deletionTimestamp="2025-06-01T12:00:00Z")
    cluster = FakeCluster(pod("b"), pod("a"), going, pod("d", ready="False"))
    assert [item["metadata"]["name"] for item in pods_of(cluster, "tests", "app=web")] == ["a", "b"]
    assert pods_of(cluster, "tests", "app=other") == []
    assert not is_ready({"metadata": {}, "status": {}})


def test_ends_of_a_conversation_are_named_as_flows_name_them():
    end = server_end(pod("web-1"), 8080, "web-server")
    assert (end.name, end.address, end.port, end.owner) == ("web-1", "10.2.0.7", 8080, "web-server")
    assert (end.node, end.node_address) == ("node-b", "192.168.0.2")
    service = {
        "metadata": {"name": "web", "namespace": "tests"},
        "spec": {"clusterIP": "172.30.0.80", "ports": [{"port": 80}, {"port": 443}]},
    }
    end = service_end(service)
    assert (end.address, end.port, end.owner, end.node) == ("172.30.0.80", 80, "web", "")


def test_a_workload_whose_pods_are_refused_says_by_what():
    refused = {"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: pods"}
    workload = deployment()
    workload["status"]["conditions"] = [{"type": "Available", "status": "False"}, refused]
    assert rolled_out(workload).because.endswith("updated, 0 ready; exceeded quota: pods")
