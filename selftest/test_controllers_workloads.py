"""Deployments, DaemonSets, Jobs and Services behave as their controllers do."""

from __future__ import annotations

import pytest
from kubernetes import client

from selftest.live_cluster import AGNHOST, exit_code, live_cluster, server, service

JOB_POD = {"restartPolicy": "Never", "containers": [{"name": "c", "image": AGNHOST}]}


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with live_cluster(tmp_path_factory.mktemp("workloads")) as cluster:
        cluster.namespace("work")
        yield cluster


def rolled(live, name, replicas):
    found = live.apps.read_namespaced_deployment(name, "work")
    status = found.status
    seen = status.observed_generation == found.metadata.generation
    counts = {status.replicas, status.updated_replicas, status.available_replicas}
    return found if seen and counts == {replicas} else None


def conditions(found):
    return {each.type: (each.status, each.reason) for each in found.status.conditions}


def test_a_deployment_rolls_out_and_rolls_on(live):
    live.apps.create_namespaced_deployment("work", server("web", 2))
    found = live.await_that(lambda: rolled(live, "web", 2))
    assert conditions(found) == {
        "Available": ("True", "MinimumReplicasAvailable"),
        "Progressing": ("True", "NewReplicaSetAvailable"),
    }
    before = {p.metadata.uid for p in live.core.list_namespaced_pod("work").items}
    change = {"spec": {"template": {"metadata": {"annotations": {"changed": "yes"}}}}}
    live.apps.patch_namespaced_deployment("web", "work", change)
    live.await_that(lambda: rolled(live, "web", 2))

    def replaced():
        after = live.core.list_namespaced_pod("work", label_selector="app=web").items
        return len(after) == 2 and not before & {pod.metadata.uid for pod in after}

    live.await_that(replaced)
    sets = live.apps.list_namespaced_replica_set("work", label_selector="app=web").items
    assert sorted(each.spec.replicas for each in sets) == [0, 2]


def test_a_deployment_that_goes_takes_its_pods_along(live):
    live.apps.create_namespaced_deployment("work", server("short"))
    live.await_that(lambda: rolled(live, "short", 1))
    live.apps.delete_namespaced_deployment("short", "work")
    selector = {"label_selector": "app=short"}
    live.await_that(lambda: not live.core.list_namespaced_pod("work", **selector).items)
    assert not live.apps.list_namespaced_replica_set("work", **selector).items


def test_a_service_leads_to_ready_pods_only(live):
    live.core.create_namespaced_service("work", service("shown"))
    assert live.core.read_namespaced_service("shown", "work").spec.cluster_ip.startswith("172.30.")
    refused = live.run("work", "too-early", "curl", "-s", "-m", "3", "http://shown/hostname")
    assert exit_code(refused) in (7, 28)
    live.apps.create_namespaced_deployment("work", server("shown", 2))

    def addresses():
        subsets = live.core.read_namespaced_endpoints("shown", "work").subsets
        return subsets and len(subsets[0].addresses or []) == 2

    live.await_that(addresses)
    slices = client.DiscoveryV1Api(live.core.api_client).list_namespaced_endpoint_slice("work")
    labels = [each.metadata.labels["kubernetes.io/service-name"] for each in slices.items]
    assert labels == ["shown"]
    assert [each.conditions.ready for each in slices.items[0].endpoints] == [True, True]
    asked = live.run("work", "in-time", "curl", "-sS", "-m", "3", "http://shown/hostname")
    assert exit_code(asked) == 0
    assert live.core.read_namespaced_pod_log("in-time", "work").startswith("shown-")


def job(*argv, **spec):
    pod = {**JOB_POD, "containers": [{"name": "c", "image": AGNHOST, "command": list(argv)}]}
    return {"backoffLimit": 0, "template": {"spec": pod}, **spec}


def finished(live, name):
    found = live.batch.read_namespaced_job(name, "work")
    return found if found.status and found.status.conditions else None


def test_a_job_completes(live):
    live.batch.create_namespaced_job(
        "work", {"metadata": {"name": "good"}, "spec": job("sleep", "1")}
    )
    found = live.await_that(lambda: finished(live, "good"))
    assert [each.type for each in found.status.conditions] == ["SuccessCriteriaMet", "Complete"]
    assert found.status.succeeded == 1


def test_a_job_gives_up(live):
    spec = job("no-such-program")
    live.batch.create_namespaced_job("work", {"metadata": {"name": "bad"}, "spec": spec})
    found = live.await_that(lambda: finished(live, "bad"))
    assert found.status.conditions[-1].type == "Failed"
    assert found.status.conditions[-1].reason == "BackoffLimitExceeded"


def test_a_cron_job_runs_on_the_minute_and_when_asked(live):
    spec = {"schedule": "* * * * *", "jobTemplate": {"spec": job("sleep", "1")}}
    body = {"metadata": {"name": "tick"}, "spec": spec}
    made = live.batch.create_namespaced_cron_job("work", body)
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "controller": True}
    owner |= {"name": "tick", "uid": made.metadata.uid}
    manual = {
        "metadata": {"name": "by-hand", "ownerReferences": [owner]},
        "spec": job("sleep", "1"),
    }
    live.batch.create_namespaced_job("work", manual)
    live.await_that(lambda: finished(live, "by-hand"))

    def ran():
        status = live.batch.read_namespaced_cron_job("tick", "work").status
        return status and status.last_schedule_time

    live.await_that(ran)
    names = [each.metadata.name for each in live.batch.list_namespaced_job("work").items]
    assert any(name.startswith("tick-2") for name in names)


def test_a_daemon_set_has_one_pod_a_node(live):
    body = server("daemon")
    del body["spec"]["replicas"]
    live.apps.create_namespaced_daemon_set("work", body)

    def ready():
        status = live.apps.read_namespaced_daemon_set("daemon", "work").status
        return status.desired_number_scheduled == status.number_ready == 3

    live.await_that(ready)
    pods = live.core.list_namespaced_pod("work", label_selector="app=daemon").items
    assert len({pod.spec.node_name for pod in pods}) == 3


def test_a_refused_pod_is_said_in_an_event_of_its_owner(live):
    live.namespace("strict", {"pod-security.kubernetes.io/enforce": "restricted"})
    live.apps.create_namespaced_deployment("strict", server("web"))

    def told():
        events = live.core.list_namespaced_event("strict").items
        return [each.message for each in events if each.reason == "FailedCreate"]

    assert "violates PodSecurity" in live.await_that(told)[0]


def test_a_namespace_goes_with_all_it_holds(live):
    live.namespace("brief")
    live.await_that(lambda: live.core.list_namespaced_config_map("brief").items)
    live.apps.create_namespaced_deployment("brief", server("web", 2))
    live.core.create_namespaced_service("brief", service("web"))
    live.await_that(lambda: live.core.list_namespaced_pod("brief").items)
    live.core.delete_namespace("brief")

    def gone():
        return "brief" not in [n.metadata.name for n in live.core.list_namespace().items]

    live.await_that(gone)
    world = live.simulation.parts.world
    live.await_that(lambda: ("brief", "web") not in world.places.services)


def test_every_namespace_is_given_its_certificate_and_account(live):
    live.namespace("given")

    def there():
        names = [m.metadata.name for m in live.core.list_namespaced_config_map("given").items]
        accounts = live.core.list_namespaced_service_account("given").items
        return "kube-root-ca.crt" in names and accounts

    live.await_that(there)
    held = live.core.read_namespaced_config_map("kube-root-ca.crt", "given")
    assert held.data["ca.crt"].startswith("-----BEGIN CERTIFICATE")
