"""The privileged pods that read kernels: what they bring, what stops them, and that they go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fixtures.footprint_options import read
from kit.cluster import Cluster
from kit.errors import InfrastructureError, UsageError
from kit.kernel import Told, kernel
from kit.kernel_pods import Agent, KernelPods
from kit.kubeconfig import load
from kit.manifests import manifests
from kit.verdict import Inconclusive
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster
from selftest.fake_time import FakeTime, fake_time
from selftest.live_cluster import exit_code, live_cluster

__all__ = ["fake_time"]

SPEED = 60.0
"""Slow enough for a machine with much else to do: a pod here has five minutes to live."""
PRIVILEGED = {"pod-security.kubernetes.io/enforce": "privileged"}
BASELINE = {"pod-security.kubernetes.io/enforce": "baseline"}
AGENTS = "netobserv-privileged"


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with live_cluster(tmp_path_factory.mktemp("kernels"), speed=SPEED) as cluster:
        cluster.namespace("admits", PRIVILEGED)
        cluster.namespace("refuses", BASELINE)
        yield cluster


@pytest.fixture(scope="module")
def pods(live):
    cluster = Cluster(load(live.simulation.kubeconfig))
    yield KernelPods(cluster, Waiting(speed=SPEED), "admits", {"run": "x"}, "run=x")
    cluster.close()


def test_each_node_with_an_agent_tells_its_kernel_once(pods):
    told = pods.read(AGENTS)
    assert [one.node for one in told] == ["master-0", "worker-0", "worker-1"]
    assert all(kernel(one).current() for one in told)
    assert pods.cluster.list("v1", "Pod", "admits") == []
    assert pods.left() == []


def test_a_namespace_that_admits_no_privileges_says_so(pods):
    with pytest.raises(InfrastructureError, match="violates PodSecurity"):
        replace(pods, namespace="refuses").read(AGENTS)


@pytest.mark.parametrize(
    "image, told",
    [
        (
            "registry.k8s.io/e2e-test-images/agnhost:2.53",
            r"the image registry.* has no bpftool: name one that has \(--footprint-image\)",
        ),
        ("quay.io/nowhere/does-not-exist:1", r"ImagePullBackOff|ErrImagePull.*--footprint-image"),
    ],
)
def test_an_image_that_will_not_do_is_named(pods, image, told):
    with pytest.raises(Inconclusive, match=told):
        replace(pods, image=image).read(AGENTS)
    assert pods.left() == []


def test_without_agents_there_is_nothing_to_read(pods):
    with pytest.raises(Inconclusive, match="no agent runs in admits"):
        pods.read("admits")


def test_a_pod_without_privileges_may_list_nothing(live):
    image = {"image": "quay.io/cilium/cilium:v1.18.2"}
    ended = live.run("admits", "plain", "bpftool", "-j", "prog", "show", container=image)
    assert exit_code(ended) == 255
    assert "Operation not permitted" in live.core.read_namespaced_pod_log("plain", "admits")


class Going(FakeCluster):
    """A node goes away, and its pods with it, as soon as the reading has begun."""

    def create(self, item: Any) -> Any:
        metadata = item["metadata"]
        made = super().create({**item, "metadata": {**metadata, "name": "x", "uid": "u"}})
        self.objects.pop(("Node", None, "node-a"))
        self.objects.pop(("Pod", metadata["namespace"], "x"))
        return made

    def delete(self, which: Any, *, grace: int | None = None) -> None:
        del which, grace


def test_a_node_that_goes_away_is_told(fake_time: FakeTime):
    running = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
    node = {"kind": "Node", "metadata": {"name": "node-a", "labels": {}}}
    agent = {"kind": "Pod", "metadata": {"name": "agent", "namespace": AGENTS}}
    agent["metadata"]["labels"] = {"app": "netobserv-ebpf-agent"}
    agent |= {"spec": {"nodeName": "node-a"}, "status": {"containerStatuses": [{"state": running}]}}
    pods = KernelPods(Going(node, agent), Waiting(), "admits", {}, "run=x")  # type: ignore[arg-type]
    with pytest.raises(Inconclusive, match="node node-a went away while its kernel was read"):
        pods.read(AGENTS)


class Restarting(KernelPods):
    """An agent that begins anew at each of these looks."""

    def __init__(self, sinces: list[float]) -> None:
        super().__init__(FakeCluster(), Waiting(), "admits", {}, "run=x")  # type: ignore[arg-type]
        self.sinces, self.readings = iter(sinces), 0

    def _agents(self, namespace: str) -> list[Agent]:
        return [Agent("node-a", next(self.sinces))]

    def _read(self, agents: list[Agent]) -> list[Told]:
        self.readings += 1
        return [Told("node-a", "", agents[0].since, began=1000.0)]


@pytest.mark.parametrize("sinces, readings", [([100, 100], 1), ([100, 200, 200, 200], 2)])
def test_an_agent_that_begins_anew_meanwhile_is_read_again(fake_time: FakeTime, sinces, readings):
    pods = Restarting(sinces)
    assert [told.agent_since for told in pods.read(AGENTS)] == sinces[-1:]
    assert pods.readings == readings


@pytest.mark.parametrize("sinces", [[1, 2, 3, 4, 5, 6], [995] * 6])
def test_an_agent_that_never_settles_is_no_verdict(fake_time: FakeTime, sinces):
    with pytest.raises(Inconclusive, match="3 times the agents of node-a began anew"):
        Restarting(sinces).read(AGENTS)


def test_only_the_pod_asks_for_more_than_other_pods():
    (pod,) = [item for item in manifests("footprint") if item["kind"] == "Pod"]
    (container,) = pod["spec"]["containers"]
    assert container["securityContext"]["privileged"] is True
    assert container["resources"]["limits"]["memory"]
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert all(mount["readOnly"] for mount in container["volumeMounts"])


@pytest.mark.parametrize(
    "given, live, allowed", [({}, True, False), ({"allow": True}, True, True), ({}, False, True)]
)
def test_a_live_cluster_has_to_be_asked_for_privileges(given, live, allowed):
    options = {"--allow-privileged": given.get("allow", False), "--footprint-image": None}
    assert read(options.get, live=live).allowed is allowed


def test_an_empty_image_is_refused():
    options = {"--allow-privileged": True, "--footprint-image": " "}
    with pytest.raises(UsageError, match="--footprint-image needs the reference of an image"):
        read(options.get, live=False)
