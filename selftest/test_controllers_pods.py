"""Pods live as on a real kubelet: scheduled, created, run, ended, explained."""

from __future__ import annotations

import pytest
from kubernetes import client

from selftest.live_cluster import exit_code, live_cluster, probe
from simulation.controllers import containers, podrun
from simulation.controllers.scheduler import Scheduler


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with live_cluster(tmp_path_factory.mktemp("pods")) as cluster:
        cluster.namespace("pods")
        yield cluster


def test_a_probe_that_succeeds(live):
    pod = live.run("pods", "ok", "sleep", "1")
    ended = pod.status.container_statuses[0].state.terminated
    assert (pod.status.phase, ended.exit_code, ended.reason) == ("Succeeded", 0, "Completed")
    assert ended.started_at <= ended.finished_at
    assert pod.status.pod_ip.startswith("10.1")
    assert {c.type: c.status for c in pod.status.conditions}["Ready"] == "False"


def test_a_probe_takes_its_time_but_not_long():
    """Measured on real parts: 2.5 to 4 s from creation to finished, image present."""
    spans = (Scheduler.delay, podrun.NOTICED, podrun.SANDBOX)
    spans += (containers.CHECK, containers.START, containers.NOTICE)
    least, most = (sum(span[end] for span in spans) for end in (0, 1))
    assert 2.0 < least < 2.5
    assert 3.5 < most < 4.0


def test_an_unknown_program_fails_with_127_and_says_so_in_its_log(live):
    pod = live.run("pods", "unknown", "no-such-program")
    assert (pod.status.phase, exit_code(pod)) == ("Failed", 127)
    assert "not found" in live.core.read_namespaced_pod_log("unknown", "pods")


def test_an_image_that_is_not_there_cannot_be_pulled(live):
    live.core.create_namespaced_pod("pods", probe("bad", "true", image="registry.invalid/x:1"))

    def waiting():
        statuses = live.pod("pods", "bad").status.container_statuses
        reason = statuses and statuses[0].state.waiting and statuses[0].state.waiting.reason
        return reason == "ImagePullBackOff"

    live.await_that(waiting)
    assert live.pod("pods", "bad").status.phase == "Pending"
    with pytest.raises(client.ApiException) as refused:
        live.core.read_namespaced_pod_log("bad", "pods")
    assert refused.value.status == 400


def test_a_pod_that_fits_nowhere_stays_pending_and_says_why(live):
    live.core.create_namespaced_pod("pods", probe("nowhere", "true", nodeSelector={"no": "such"}))
    condition = live.await_that(lambda: live.pod("pods", "nowhere").status.conditions)[0]
    assert (condition.type, condition.status, condition.reason) == (
        "PodScheduled",
        "False",
        "Unschedulable",
    )
    assert condition.message.startswith("0/3 nodes are available: 3 node(s) didn't match")


def test_anti_affinity_keeps_pods_on_different_nodes(live):
    term = {"labelSelector": {"matchLabels": {"apart": "yes"}}}
    term["topologyKey"] = "kubernetes.io/hostname"
    rule = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
    for name in ("apart-1", "apart-2", "apart-3"):
        pod = probe(name, "sleep", "900", affinity={"podAntiAffinity": rule})
        pod["metadata"]["labels"] = {"apart": "yes"}
        live.core.create_namespaced_pod("pods", pod)

    def nodes():
        pods = live.core.list_namespaced_pod("pods", label_selector="apart=yes").items
        return len({pod.spec.node_name for pod in pods} - {None}) == 3

    live.await_that(nodes)


def test_a_deadline_ends_a_pod(live):
    pod = live.run("pods", "late", "sleep", "900", activeDeadlineSeconds=5)
    assert (pod.status.phase, pod.status.reason) == ("Failed", "DeadlineExceeded")


def test_a_deleted_pod_is_given_time_and_then_gone(live):
    live.core.create_namespaced_pod("pods", probe("going", "sleep", "900"))
    live.await_that(lambda: live.pod("pods", "going").status.phase == "Running")
    assert live.core.delete_namespaced_pod("going", "pods").metadata.deletion_timestamp

    def gone():
        names = [pod.metadata.name for pod in live.core.list_namespaced_pod("pods").items]
        return "going" not in names

    live.await_that(gone)


def test_a_host_network_pod_has_its_nodes_address(live):
    pod = live.run("pods", "host", "sleep", "1", hostNetwork=True)
    assert pod.status.pod_ip == pod.status.host_ip


def test_a_container_starts_again_when_its_policy_says_so(live):
    pod = probe("again", "no-such-program", restartPolicy="Always")
    live.core.create_namespaced_pod("pods", pod)

    def restarted():
        statuses = live.pod("pods", "again").status.container_statuses
        return statuses and statuses[0].restart_count >= 1 and statuses[0].last_state.terminated

    assert live.await_that(restarted).exit_code == 127


def test_a_missing_config_map_keeps_the_container_from_being_created(live):
    reference = {"name": "SECRET", "valueFrom": {"configMapKeyRef": {"name": "later", "key": "k"}}}
    live.core.create_namespaced_pod("pods", probe("waits", "true", container={"env": [reference]}))

    def reason():
        statuses = live.pod("pods", "waits").status.container_statuses
        waiting = statuses and statuses[0].state.waiting
        return waiting and waiting.reason == "CreateContainerConfigError"

    live.await_that(reason)
    body = {"metadata": {"name": "later"}, "data": {"k": "v"}}
    live.core.create_namespaced_config_map("pods", body)
    assert live.ended("pods", "waits").status.phase in ("Succeeded", "Failed")


@pytest.mark.parametrize(
    "level, spec, why",
    [
        ("baseline", {"hostNetwork": True}, "host namespaces (hostNetwork=true)"),
        (
            "baseline",
            {"container": {"securityContext": {"privileged": True}}},
            'privileged (container "probe" must not set securityContext.privileged=true)',
        ),
        ("restricted", {}, 'runAsNonRoot != true (pod or container "probe" must set'),
    ],
)
def test_pod_security_refuses_in_upstreams_words(live, level, spec, why):
    name = f"psa-{level}-{len(why)}"
    live.namespace(name, {"pod-security.kubernetes.io/enforce": level})
    with pytest.raises(client.ApiException) as refused:
        live.core.create_namespaced_pod(name, probe("p", "true", **spec))
    assert refused.value.status == 403
    assert f'violates PodSecurity \\"{level}:latest\\"' in refused.value.body
    assert why.replace('"', '\\"') in refused.value.body
