"""How the kit installs the shipped updater and runs it by hand."""

from __future__ import annotations

from typing import Any

import pytest

from kit.probe import TakenAway
from kit.updater import Run, Updater, access, one_finished, program, shipped, terminated
from kit.verdict import Inconclusive
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster
from selftest.updater_stage import HOME

ENDED = {"terminated": {"exitCode": 4, "startedAt": "x", "finishedAt": "y"}}


class Kubelet(FakeCluster):
    """Every Job that is created has a pod at once, which ends as `state` says."""

    state: dict[str, Any] = ENDED

    def create(self, item: dict[str, Any]) -> dict[str, Any]:
        made = super().create(item)
        if item["kind"] == "Job":
            name, namespace = item["metadata"]["name"], item["metadata"]["namespace"]
            labels = {"job-name": name}
            metadata = {"name": f"{name}-abcde", "namespace": namespace, "labels": labels}
            status = {"containerStatuses": [{"state": self.state}]}
            self.put({"kind": "Pod", "apiVersion": "v1", "metadata": metadata, "status": status})
        return made

    def logs(self, _namespace: str, pod: str) -> str:
        return f"{pod} speaks\nfailed: for a reason\n"


def updater(cluster: FakeCluster, speed: float = 60.0) -> Updater:
    return Updater(cluster, Waiting(speed=speed), "home", lambda item: item)


def cron_job_with_uid(cluster: FakeCluster) -> None:
    """The fake gives no uid; the shipped CronJob needs one to be an owner."""
    original = cluster.apply

    def apply(item: dict[str, Any]) -> dict[str, Any]:
        made = original(item)
        return {**made, "metadata": {**made["metadata"], "uid": "a-uid"}}

    cluster.apply = apply  # type: ignore[method-assign]  # only here


def test_the_program_is_what_kustomize_generates():
    data = program("home")["data"]
    assert data == {path.name: path.read_text() for path in HOME.glob("*.py")}


def test_only_namespace_and_suspension_differ_from_what_is_shipped():
    items = shipped("home")
    assert {item["metadata"]["namespace"] for item in items} == {"home"}
    kinds = [item["kind"] for item in items]
    assert sorted(kinds) == ["ConfigMap", "ConfigMap", "CronJob", "NetworkPolicy", "ServiceAccount"]
    (cron_job,) = [item for item in items if item["kind"] == "CronJob"]
    assert cron_job["spec"]["suspend"] is True


def test_access_binds_the_account_of_the_updaters_home():
    role, binding = access("target", "home")
    assert role["metadata"]["namespace"] == binding["metadata"]["namespace"] == "target"
    assert binding["subjects"][0]["namespace"] == "home"
    assert role["rules"][0]["verbs"] == ["get", "create", "patch"]


def test_a_run_is_a_job_from_the_cron_job_with_one_attempt():
    cluster = Kubelet()
    cron_job_with_uid(cluster)
    run = updater(cluster).run({"TARGET_NAMESPACES": "target"})
    assert run == Run("by-hand-1-abcde", 4, "by-hand-1-abcde speaks\nfailed: for a reason\n")
    (job,) = [item for verb, item in cluster.written if verb == "create"]
    assert job["spec"]["backoffLimit"] == 0
    assert job["metadata"]["annotations"] == {"cronjob.kubernetes.io/instantiate": "manual"}
    assert job["metadata"]["ownerReferences"][0]["uid"] == "a-uid"


@pytest.mark.parametrize(("speed", "timeout"), [(1.0, None), (60.0, "4.33")])
def test_waits_are_in_the_processs_own_seconds(speed, timeout):
    cluster = Kubelet()
    cron_job_with_uid(cluster)
    updater(cluster, speed).run({"TARGET_NAMESPACES": "target"})
    name = "egress-firewall-updater-settings"
    data = cluster.get("v1", "ConfigMap", name, "home")["data"]
    assert data.get("TIMEOUT_SECONDS") == timeout
    assert data["TARGET_NAMESPACES"] == "target"


def test_an_image_that_cannot_be_pulled_is_no_verdict_about_the_updater():
    cluster = Kubelet()
    cluster.state = {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}
    cron_job_with_uid(cluster)
    with pytest.raises(Inconclusive, match="did not run: ImagePullBackOff: no such image"):
        updater(cluster).run({"TARGET_NAMESPACES": "target"})


class Troubled(Kubelet):
    """Each run ends in its turn: an exit code with a last line, or the platform takes it away."""

    def __init__(self, *turns: tuple[int, str] | None) -> None:
        super().__init__()
        self.turns = list(turns)
        self.said = ""

    def create(self, item: dict[str, Any]) -> dict[str, Any]:
        turn = self.turns.pop(0)
        code, self.said = turn or (143, "failed (stopped from outside, exit code 143)")
        self.state = {"terminated": {"exitCode": code}}
        made = super().create(item)
        if turn is None:
            (pod,) = self.list("v1", "Pod", "home", selector=f"job-name={item['metadata']['name']}")
            pod["status"] |= {"reason": "Evicted", "message": "The node was low on memory"}
            self.put(pod)
        return made

    def logs(self, _namespace: str, _pod: str) -> str:
        return self.said


DONE = 0, "done: every namespace holds the list"
UNREACHABLE = 7, "failed (API_UNREACHABLE, exit code 7): https://172.30.0.1 cannot be used: reset"
BUSY = 8, "failed (API_REFUSED, exit code 8): reading it failed with HTTP 503 (later)"
FORBIDDEN = 8, "failed (API_REFUSED, exit code 8): reading it failed with HTTP 403 (is forbidden)"


@pytest.mark.parametrize(
    "turns, code, runs",
    [
        ([UNREACHABLE, DONE], 0, 2),
        ([BUSY, None, DONE], 0, 3),
        ([FORBIDDEN, DONE], 8, 1),
        ([UNREACHABLE, UNREACHABLE, UNREACHABLE, DONE], 7, 3),
    ],
)
def test_a_run_that_the_platform_disturbed_is_made_again(turns, code, runs):
    cluster = Troubled(*turns)
    cron_job_with_uid(cluster)
    assert updater(cluster).run({"TARGET_NAMESPACES": "target"}).exit_code == code
    assert len(turns) - len(cluster.turns) == runs


def test_an_updater_that_is_evicted_each_time_has_said_nothing():
    cluster = Troubled(None, None, None)
    cron_job_with_uid(cluster)
    with pytest.raises(TakenAway, match="by-hand-3-abcde was taken away: Evicted: The node was"):
        updater(cluster).run({"TARGET_NAMESPACES": "target"})


def test_the_reason_is_the_last_line():
    assert Run("p", 4, "one\nfailed: two\n").reason == "failed: two"
    assert Run("p", 1, "").reason == "its log is empty"


def test_the_log_is_told_without_its_rules():
    log = "ns: 2 rules added\nns: + Deny 192.0.2.0/24\nns: - Deny 198.51.100.0/24\ndone\n"
    assert Run("p", 0, log).told == "ns: 2 rules added\ndone"


def test_no_pod_yet_is_no_end():
    assert not one_finished([]).met
    assert terminated({"status": {}}) is None
