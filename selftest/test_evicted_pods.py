"""The object of an evicted pod stays until somebody removes it: nothing may be judged by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.health.agents import on_every_node
from kit.health.parts import Parts
from kit.witnesses import changes, witnesses
from selftest.fake_cluster import FakeCluster
from selftest.trial.runs import run_with

COLLECTOR = {"spec": {"namespace": "netobserv"}}
PRIVILEGED = "netobserv-privileged"


def pod(name: str, app: str, namespace: str, phase: str = "Running") -> dict[str, object]:
    ready = str(phase == "Running")
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": app}, "uid": name},
        "spec": {"nodeName": "n1", "containers": [{"image": f"of-{phase}"}]},
        "status": {"phase": phase, "conditions": [{"type": "Ready", "status": ready}]},
    }


@pytest.fixture
def cluster() -> FakeCluster:
    pipeline, agent = "flowlogs-pipeline", "netobserv-ebpf-agent"
    daemon_set = {
        "kind": "DaemonSet",
        "metadata": {"name": agent, "namespace": PRIVILEGED},
        "spec": {"template": {"spec": {}}},
    }
    return FakeCluster(
        daemon_set,
        pod("flp-1", pipeline, "netobserv"),
        pod("flp-0", pipeline, "netobserv", "Failed"),
        pod("agent-1", agent, PRIVILEGED),
        pod("agent-2", agent, PRIVILEGED, "Failed"),
    )


def test_an_evicted_pod_is_no_witness(cluster: FakeCluster) -> None:
    seen = witnesses(cluster, COLLECTOR)
    assert seen.keys() == {"agent-1", "flp-1"}
    assert changes(seen, seen) == []


def test_a_pod_that_never_gets_away_from_its_dead_node_is_no_witness(cluster: FakeCluster) -> None:
    going = pod("flp-2", "flowlogs-pipeline", "netobserv")
    cluster.put(going | {"metadata": going["metadata"] | {"deletionTimestamp": "then"}})
    before = witnesses(cluster, COLLECTOR)
    assert before.keys() == {"agent-1", "flp-1"}
    del cluster.objects["Pod", "netobserv", "flp-1"]
    assert changes(before, witnesses(cluster, COLLECTOR)) == ["flp-1 was replaced"]


def test_an_evicted_pod_is_no_part_of_the_pipeline(cluster: FakeCluster) -> None:
    parts = Parts(cluster, COLLECTOR)
    assert parts.pipeline().one_image().because.endswith("runs of-Running")
    assert on_every_node(parts.agent(), [{"metadata": {"name": "n1"}}]).met


def test_a_broken_promise_stays_broken_beside_evicted_pods(tmp_path: Path) -> None:
    title = "Bytes and packets match what was sent"
    wrong = ("--hardship", "evicted-pods-stay", "--fault", "bytes-are-zero")
    found = run_with([*wrong, "-k", "Bytes", "features/flow_records.feature"], tmp_path)
    assert found.trouble == ""
    assert found.endings == {title: "failed"}
