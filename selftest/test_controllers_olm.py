"""Subscriptions, versions and StatefulSets of the simulated cluster behave as upstream's do."""

from __future__ import annotations

import pytest

from kit.install.causes import causes
from kit.verdict import Verdict
from kit.wait import Waiting
from selftest.installing_stage import empty_cluster

OLM = "operators.coreos.com/v1alpha1"
SPACE = "operators-here"


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    with empty_cluster(tmp_path_factory.mktemp("olm")) as found:
        cluster = found.cluster
        cluster.create(thing("v1", "Namespace", SPACE, None))
        cluster.create(thing("operators.coreos.com/v1", "OperatorGroup", "all", {}))
        yield found


def thing(api, kind, name, spec):
    metadata = {"name": name} | ({} if kind == "Namespace" else {"namespace": SPACE})
    return {"apiVersion": api, "kind": kind, "metadata": metadata} | (
        {} if spec is None else {"spec": spec}
    )


def subscribe(scene, called, **spec):
    whole = {"name": "loki-operator", "channel": "stable-6.4", "source": "redhat-operators"}
    whole |= {"sourceNamespace": "openshift-marketplace", **spec}
    scene.cluster.create(thing(OLM, "Subscription", called, whole))


def status(scene, name):
    return (scene.cluster.get(OLM, "Subscription", name, SPACE) or {}).get("status", {})


def seen(scene, look):
    waiting = Waiting(speed=scene.target.speed)
    return waiting.eventually(look, lambda it: Verdict(bool(it), "nothing"), within=60, what="x")


@pytest.mark.parametrize(
    "name, spec, told",
    [
        ("channel", {"channel": "stable-9"}, "no operators found in channel stable-9 of package"),
        ("package", {"name": "lokki"}, "no operators found in package lokki"),
        ("version", {"startingCSV": "loki-operator.v1"}, "with name loki-operator.v1 in channel"),
        ("source", {"source": "mirror"}, "catalogsource openshift-marketplace/mirror missing"),
    ],
)
def test_what_cannot_be_resolved_is_said_and_named_as_a_cause(scene, name, spec, told):
    subscribe(scene, name, **spec)
    (condition,) = seen(scene, lambda: status(scene, name).get("conditions"))
    assert told in condition["message"]
    assert "installedCSV" not in status(scene, name)
    assert any(told in cause.what for cause in causes(scene.cluster, (SPACE,)))
    scene.cluster.delete((OLM, "Subscription", name, SPACE))


def test_a_plan_that_needs_approval_waits_for_it(scene):
    subscribe(scene, "manual", installPlanApproval="Manual")
    plan = seen(scene, lambda: status(scene, "manual").get("installPlanRef"))["name"]
    assert scene.cluster.get(OLM, "InstallPlan", plan, SPACE)["spec"]["approved"] is False
    assert any("InstallPlanPending" in cause.what for cause in causes(scene.cluster, (SPACE,)))
    scene.cluster.patch(OLM, "InstallPlan", plan, {"spec": {"approved": True}}, SPACE)
    version = seen(scene, lambda: status(scene, "manual").get("installedCSV"))
    scene.cluster.delete((OLM, "Subscription", "manual", SPACE))
    assert scene.cluster.get(OLM, "ClusterServiceVersion", version, SPACE) is not None
    assert scene.cluster.get(OLM, "InstallPlan", plan, SPACE) is None


def test_volumes_outlive_the_pods_of_a_stateful_set(scene):
    labels = {"app": "kept"}
    container = {"name": "c", "image": "docker.io/grafana/loki:3.5.5"}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    spec = {"replicas": 2, "serviceName": "kept", "selector": {"matchLabels": labels}}
    spec["template"] = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim}]
    scene.cluster.create(thing("apps/v1", "StatefulSet", "kept", spec))

    def ready():
        found = scene.cluster.get("apps/v1", "StatefulSet", "kept", SPACE)
        return found.get("status", {}).get("readyReplicas") == 2

    seen(scene, ready)
    scene.cluster.delete(("apps/v1", "StatefulSet", "kept", SPACE))
    selector = {"selector": "app=kept"}
    seen(scene, lambda: not scene.cluster.list("v1", "Pod", SPACE, **selector))
    claims = scene.cluster.list("v1", "PersistentVolumeClaim", SPACE, **selector)
    assert [item["metadata"]["name"] for item in claims] == ["data-kept-0", "data-kept-1"]
    assert {item["status"]["phase"] for item in claims} == {"Bound"}
