"""The FlowCollector on loan: changed only where it differs, awaited in the pods, given back."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from catalog.upstream import FLOW_COLLECTOR_API
from kit.collector import Collector, Manners, agent_namespace
from kit.configuration import Configuration
from kit.errors import Refused
from kit.meddling import differences
from kit.verdict import Inconclusive
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster
from selftest.fake_time import FakeTime, fake_time

__all__ = ["fake_time"]

RTT, DNS = Configuration(("FlowRTT",)), Configuration(("DNSTracking", "FlowRTT"))
READY = {"conditions": [{"type": "Ready", "status": "True"}]}


def flow_collector(spec: dict[str, Any] | None = None) -> dict[str, Any]:
    ours = {"namespace": "flows", "agent": {"ebpf": {"features": ["FlowRTT"], "sampling": 1}}}
    found = {"apiVersion": FLOW_COLLECTOR_API, "kind": "FlowCollector", "status": READY}
    return found | {"metadata": {"name": "cluster"}} | {"spec": ours if spec is None else spec}


def template(configuration: Configuration) -> dict[str, Any]:
    shown = configuration.environment().items()
    env = [{"name": name, "value": value} for name, value in shown if value is not None]
    return {"spec": {"containers": [{"name": "agent", "env": env}]}}


def agents(daemonset: Configuration, *pods: Configuration, ready: int = 2) -> list[dict[str, Any]]:
    where, app = {"namespace": "flows-privileged"}, {"app": "netobserv-ebpf-agent"}
    made = [
        {"kind": "Pod", "metadata": where | {"name": f"agent-{n}", "labels": app}} | template(shown)
        for n, shown in enumerate(pods)
    ]
    status = {"desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberReady": ready}
    owner = {
        "kind": "DaemonSet",
        "metadata": where | {"name": "netobserv-ebpf-agent"},
        "spec": {"template": template(daemonset)},
        "status": status,
    }
    return [owner, *made]


def test_without_a_flow_collector_nothing_can_be_said():
    with pytest.raises(Inconclusive, match=r"does not serve flows.netobserv.io/v1beta2: install"):
        Collector(FakeCluster(), Waiting()).read()


def test_a_flow_collector_of_another_name_is_named():
    other = flow_collector() | {"metadata": {"name": "mine"}}
    with pytest.raises(Inconclusive, match=r"\(only mine, which the operator ignores"):
        Collector(FakeCluster(other), Waiting()).read()


def test_what_is_in_force_already_is_not_written_again(fake_time: FakeTime):
    cluster = FakeCluster(flow_collector(), *agents(RTT, RTT, RTT))
    collector = Collector(cluster, Waiting())
    collector.use(RTT)
    assert (cluster.written, collector.rollouts, fake_time.slept) == ([], 0, [])


def test_the_order_of_features_does_not_matter(fake_time: FakeTime):
    live = flow_collector()
    live["spec"]["agent"]["ebpf"]["features"] = ["FlowRTT", "DNSTracking"]
    cluster = FakeCluster(live, *agents(DNS, DNS, DNS))
    Collector(cluster, Waiting()).use(DNS)
    assert cluster.written == []


def test_a_change_applies_our_fields_alone(fake_time: FakeTime):
    cluster = FakeCluster(flow_collector(), *agents(DNS, DNS, DNS))
    collector = Collector(cluster, Waiting())
    collector.use(DNS)
    ((verb, written),) = cluster.written
    assert (verb, written["metadata"], written["spec"]) == (
        "apply",
        {"name": "cluster"},
        DNS.spec(),
    )
    assert collector.rollouts == 1


@pytest.mark.parametrize(
    "world, says",
    [
        ([], "there is no DaemonSet netobserv-ebpf-agent"),
        (agents(RTT, RTT, RTT), "does not ask for it yet"),
        (agents(DNS, DNS, DNS, ready=1), "1 ready"),
        (agents(DNS, DNS, RTT), "agents still run another configuration: agent-1"),
        (agents(DNS), "agents still run another configuration: none is there"),
    ],
)
def test_the_condition_ready_proves_nothing(fake_time: FakeTime, world, says):
    cluster = FakeCluster(flow_collector(), *world)
    with pytest.raises(Inconclusive) as late:
        Collector(cluster, Waiting()).use(DNS)
    assert says in str(late.value)
    told = "the agents collect DNSTracking, FlowRTT at sampling 1: not within 600 s"
    assert str(late.value).startswith(told)


def test_a_rollout_is_waited_for_pod_by_pod(fake_time: FakeTime):
    cluster = FakeCluster(flow_collector(), *agents(RTT, RTT, RTT))

    def world() -> None:
        pods = [DNS if fake_time.passed > at else RTT for at in (20, 40)]
        for item in agents(DNS if fake_time.passed > 10 else RTT, *pods):
            cluster.put(item)

    cluster.on_read = world
    Collector(cluster, Waiting()).use(DNS)
    assert 40 < fake_time.passed < 42


def test_a_flow_collector_without_a_spec_has_an_empty_one():
    bare = flow_collector()
    del bare["spec"]
    assert Collector(FakeCluster(bare), Waiting()).read()["spec"] == {}


def test_agents_live_beside_the_collectors_namespace():
    assert agent_namespace(flow_collector()) == "flows-privileged"
    assert agent_namespace({"spec": {}}) == "netobserv-privileged"


def crashing(restarts: int) -> list[dict[str, Any]]:
    owner, *pods = agents(DNS, DNS, DNS, ready=1)
    looping: dict[str, Any] = {
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "restartCount": restarts,
    }
    pods[0] |= {"status": {"containerStatuses": [looping]}}
    pods[0]["spec"]["nodeName"] = "worker-1"
    return [owner, *pods]


def test_an_agent_that_crashes_is_named_with_its_last_words_and_not_waited_for(
    fake_time: FakeTime,
):
    cluster = FakeCluster(flow_collector(), *crashing(restarts=4))
    cluster.output = "starting\ncan't load eBPF spec: kernel too old\n"
    with pytest.raises(Inconclusive) as crash:
        Collector(cluster, Waiting()).use(DNS)
    assert str(crash.value) == (
        "the agent agent-0 on worker-1 crashes with the configuration DNSTracking, FlowRTT at "
        "sampling 1: CrashLoopBackOff after 4 restarts; its last words: can't load eBPF spec: "
        "kernel too old"
    )
    assert fake_time.slept == []


def test_an_agent_that_fell_over_once_may_get_up_again(fake_time: FakeTime):
    cluster = FakeCluster(flow_collector(), *crashing(restarts=1))

    def world() -> None:
        if fake_time.passed > 20:
            for item in agents(DNS, DNS, DNS):
                cluster.put(item)

    cluster.on_read = world
    Collector(cluster, Waiting()).use(DNS)


def test_an_agent_that_holds_up_a_rollout_is_named(fake_time: FakeTime):
    owner, *pods = agents(DNS, DNS, DNS, ready=1)
    unscheduled = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    pods[1] |= {"status": {"conditions": [unscheduled | {"message": "1 Insufficient memory"}]}}
    cluster = FakeCluster(flow_collector(), owner, *pods)
    with pytest.raises(Inconclusive, match=r"agent-1 without a node: Unschedulable: 1 Insuff"):
        Collector(cluster, Waiting()).use(DNS)


def test_every_spec_is_remembered_before_it_is_written(fake_time: FakeTime):
    cluster, known = FakeCluster(flow_collector(), *agents(DNS, DNS, DNS)), []
    collector = Collector(cluster, Waiting())
    collector.use(
        DNS,
        flow_collector()["spec"],
        Manners(lambda spec: known.append((spec, len(cluster.written)))),
    )
    assert known == [(collector.left, 0)]
    assert collector.left == cluster.objects["FlowCollector", None, "cluster"]["spec"]


def test_an_edit_before_a_change_is_not_written_over(fake_time: FakeTime):
    edited = flow_collector()
    edited["spec"]["agent"]["ebpf"]["sampling"] = 7
    edited["metadata"]["managedFields"] = [{"manager": "kubectl-edit", "time": "2025-06-01"}]
    cluster = FakeCluster(edited, *agents(DNS, DNS, DNS))
    with pytest.raises(Inconclusive) as meddled:
        Collector(cluster, Waiting()).use(DNS, flow_collector()["spec"])
    assert str(meddled.value) == (
        "somebody (kubectl-edit) changed the FlowCollector during the run, and that edit stays: "
        "spec.agent.ebpf.sampling is 7 instead of 1; run again when nobody else is at work"
    )
    assert cluster.written == []


def test_an_edit_between_reading_and_writing_is_not_written_over(fake_time: FakeTime, monkeypatch):
    cluster, apply = FakeCluster(flow_collector(), *agents(DNS, DNS, DNS)), FakeCluster.apply
    edited = flow_collector()
    edited["spec"]["agent"]["ebpf"]["sampling"] = 7

    def conflicts(item: dict[str, Any], *, dry_run: bool = False) -> Any:
        if dry_run:
            return apply(cluster, item, dry_run=True)
        cluster.put(edited)
        raise Refused("modified", code=409, reason="Conflict", said="")

    monkeypatch.setattr(cluster, "apply", conflicts)
    with pytest.raises(Inconclusive, match="somebody changed the FlowCollector during the run"):
        Collector(cluster, Waiting()).use(DNS, flow_collector()["spec"])
    assert cluster.objects["FlowCollector", None, "cluster"] == edited


@pytest.mark.parametrize("going", [False, True])
def test_a_flow_collector_that_somebody_deleted_is_not_made_again_by_a_change(
    fake_time: FakeTime, going: bool
):
    deleted = flow_collector()
    deleted["metadata"]["deletionTimestamp"] = "2025-06-01T12:00:00Z"
    cluster = FakeCluster(*[deleted] * going)
    with pytest.raises(Inconclusive, match="somebody deleted the FlowCollector during the run"):
        Collector(cluster, Waiting()).use(DNS, flow_collector()["spec"])
    assert cluster.written == []


def test_differences_are_paths():
    wanted = {"a": {"b": 1, "c": [1]}, "d": 2}
    assert differences(wanted, {"a": {"b": 2, "c": [1]}}) == (
        "spec.a.b is 2 instead of 1; spec.d is None instead of 2"
    )
    assert differences(wanted, copy.deepcopy(wanted)) == ""
