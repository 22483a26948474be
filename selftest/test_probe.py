"""Probes: what a pod's status says of its run, and what is no run at all."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.outcomes import Outcome
from kit.commands import http_get
from kit.probe import TakenAway, client_end, epoch, finished, probe_pod, reason, run_probe
from kit.verdict import Inconclusive
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster
from selftest.fake_time import FakeTime, fake_time

__all__ = ["fake_time"]

COMMAND = http_get("http://172.30.0.80:80/hostname")
ENDED = {
    "exitCode": 0,
    "startedAt": "2025-06-01T12:00:00Z",
    "finishedAt": "2025-06-01T12:00:02Z",
}


def status(state: dict[str, Any] | None = None, **told: Any) -> dict[str, Any]:
    containers = [{"name": "probe", "state": state}] if state else []
    return {"podIP": "10.1.0.5", "hostIP": "192.168.0.1", "containerStatuses": containers} | told


def run(told: dict[str, Any] | None, output: str = "", after: int = 2) -> Any:
    """Run a probe in a cluster that gives its pod this status at the given look."""
    cluster = FakeCluster()
    cluster.output = output
    looks = iter(range(1000))

    def world() -> None:
        if next(looks) == after:
            key = ("Pod", "tests", "probe-1")
            if told is None:
                del cluster.objects[key]
            else:
                cluster.objects[key]["status"] = told
                cluster.objects[key]["spec"]["nodeName"] = "node-a"

    cluster.on_read = world
    return run_probe(cluster, Waiting(), probe_pod("probe-1", "tests", {"run": "x"}), COMMAND)


def test_a_probe_that_ended_reports_its_ending_and_its_times(fake_time: FakeTime):
    report = run(
        status({"terminated": ENDED}), "200 10.1.0.5 40000 172.30.0.80 80 0.001 0.002345\n"
    )
    assert report.ending.outcome is Outcome.CONNECTED
    assert report.ending.sent == {"SrcPort": 40000, "DstAddr": "172.30.0.80"}
    assert (report.began, report.ended) == (1748779200.0, 1748779202.0)
    assert report.command == COMMAND.argv
    assert (report.client.name, report.client.owner) == ("probe-1", "probe-1")
    assert (report.client.address, report.client.node) == ("10.1.0.5", "node-a")
    assert report.client.node_address == "192.168.0.1"


def test_an_exit_code_other_than_zero_is_an_ending_too(fake_time: FakeTime):
    assert run(status({"terminated": ENDED | {"exitCode": 28}})).ending.outcome is Outcome.TIMED_OUT
    broken = run(status({"terminated": ENDED | {"exitCode": 137, "reason": "OOMKilled"}}))
    assert broken.ending.outcome is Outcome.BROKEN_PROBE


NEVER_KNOWN = {
    "exitCode": 137,
    "reason": "ContainerStatusUnknown",
    "startedAt": None,
    "finishedAt": None,
}
HOPELESS = {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}


@pytest.mark.parametrize(
    "told, why",
    [
        (status(HOPELESS), "ImagePullBackOff: no such image"),
        (status({"terminated": NEVER_KNOWN}), "ContainerStatusUnknown"),
    ],
)
def test_a_probe_that_never_ran_is_inconclusive_and_says_why(fake_time: FakeTime, told, why):
    with pytest.raises(Inconclusive, match=f"^the probe probe-1 did not run: {why}"):
        run(told)
    assert fake_time.passed < 2


KILLED = {"terminated": ENDED | {"exitCode": 137, "reason": "Error"}}
DRAINED = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}


@pytest.mark.parametrize(
    "told, why",
    [
        (None, "somebody deleted the pod"),
        (status(KILLED, phase="Failed", reason="Evicted", message="disk"), "Evicted: disk"),
        (status(KILLED, phase="Failed", conditions=[DRAINED]), "EvictionByEvictionAPI"),
    ],
)
def test_a_probe_that_was_taken_away_has_said_nothing(fake_time: FakeTime, told, why):
    """Whatever its exit code: the platform's signal is no answer of the network."""
    with pytest.raises(TakenAway, match=f"^the probe probe-1 was taken away: {why}"):
        run(told)
    assert fake_time.passed < 2


def test_a_probe_that_does_not_end_is_inconclusive_at_the_deadline(fake_time: FakeTime):
    message = "0/3 nodes are available"
    unschedulable = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    with pytest.raises(Inconclusive, match=rf"not within 90 s; the pod is Unsch.*: {message}"):
        run(status(phase="Pending", conditions=[unschedulable | {"message": message}]))


@pytest.mark.parametrize(
    "state, ended",
    [
        ({"waiting": {"reason": "ContainerCreating"}}, False),
        ({"running": {"startedAt": "2025-06-01T12:00:00Z"}}, False),
        ({"waiting": {"reason": "ErrImagePull", "message": "x"}}, True),
        ({"waiting": {"reason": "InvalidImageName"}}, True),
        ({"waiting": {"reason": "CreateContainerConfigError"}}, True),
        ({"terminated": ENDED}, True),
    ],
)
def test_only_what_ended_or_is_hopeless_is_worth_no_more_waiting(state, ended):
    assert finished({"status": status(state, phase="Pending")}).met is ended


def test_a_pod_that_nothing_is_known_of_is_not_scheduled():
    assert reason({}) == "not scheduled"
    assert not finished({"status": {}}).met
    assert reason({"status": {"phase": "Running"}}) == "Running"


def test_a_probe_runs_where_it_is_told_to_and_is_marked():
    pod = probe_pod("probe-7", "tests", {"run": "x"}, node="node-b")
    assert pod["spec"]["nodeSelector"] == {"kubernetes.io/hostname": "node-b"}
    assert pod["metadata"]["labels"]["run"] == "x"
    assert pod["spec"]["restartPolicy"] == "Never"
    assert "nodeSelector" not in probe_pod("probe-8", "tests", {})["spec"]


def test_timestamps_are_utc():
    assert epoch("1970-01-01T00:01:00Z") == 60
    assert epoch("1970-01-01T01:00:00+01:00") == 0


def test_a_pod_without_addresses_is_still_an_end():
    end = client_end({"metadata": {"name": "a", "namespace": "b"}, "spec": {}})
    assert (end.address, end.node, end.node_address) == ("", "", "")
