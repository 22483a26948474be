"""The judges of a LokiStack, on one that the simulated Loki Operator runs, and on broken ones."""

from __future__ import annotations

import base64
import copy
from datetime import date

import pytest

from catalog.needs import Need
from kit import redact
from kit.health.lokistack import Stack, stack_of
from kit.health.needs import health_needs
from kit.install import Wishes
from kit.verdict import Inconclusive
from selftest.installing_stage import empty_cluster

TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    with empty_cluster(tmp_path_factory.mktemp("lokistack")) as found:
        found.install(Wishes())
        yield found


@pytest.fixture(scope="module")
def stack(scene):
    collector = scene.cluster.get("flows.netobserv.io/v1beta2", "FlowCollector", "cluster")
    assert health_needs(scene.cluster, collector)[Need.LOKISTACK].met
    return stack_of(scene.cluster, collector)


def test_an_installed_lokistack_is_in_order(stack):
    found = stack.read()
    assert stack.where == "LokiStack netobserv/loki"
    assert stack.ready(found).met
    assert stack.writes(found, "v13", TODAY).met
    assert stack.tenants(found, "openshift-network").met
    assert stack.keys(found).met
    assert stack.bucket(stack.pods()).met


def test_another_schema_or_another_mode_of_tenants_is_told(stack):
    found = copy.deepcopy(stack.read())
    assert "expected v12" in stack.writes(found, "v12", TODAY).because
    assert "no schema is in force" in stack.writes(found, "v13", date(2020, 1, 1)).because
    found["spec"]["tenants"]["mode"] = "openshift-logging"
    assert "openshift-logging, expected openshift-network" in (
        stack.tenants(found, "openshift-network").because
    )


def test_pods_that_wait_are_told_although_the_stack_is_ready(stack):
    found = copy.deepcopy(stack.read())
    found["status"]["components"] = {"ingester": {"Running": ["i-0"], "Pending": ["i-1"]}}
    assert "ingester has 1 pods that are Pending: i-1" in stack.ready(found).because
    found["status"]["conditions"].append(
        {"type": "Degraded", "status": "True", "reason": "Missing", "message": "no secret"}
    )
    assert "Degraded for Missing (no secret)" in stack.ready(found).because
    assert "does not exist" in stack.ready({}).because
    assert not stack.ready({"status": {}, "spec": {}}).met


def test_running_is_not_ready_where_the_operator_knows_both(stack):
    found = copy.deepcopy(stack.read())
    names = [name for pods in found["status"]["components"]["ingester"].values() for name in pods]
    found["status"]["components"]["ingester"] = {"Running": names}
    assert f"ingester has {len(names)} pods that are Running" in stack.ready(found).because
    older = {part: {"Running": ["one"]} for part in found["status"]["components"]}
    found["status"]["components"] = older
    assert stack.ready(found).met


def test_a_secret_without_a_key_is_told_by_names_alone(scene, stack):
    secret = scene.cluster.get("v1", "Secret", "loki-s3", "netobserv")
    value = base64.b64decode(secret["data"]["access_key_secret"]).decode()
    lacking = {**secret["data"]}
    del lacking["access_key_id"]

    class Without:
        def get(self, *_place):
            return {"data": lacking}

    found = Stack(Without(), "netobserv", "loki").keys(stack.read())
    assert "has no access_key_id" in found.because
    assert value not in found.because
    assert value not in redact.redacted(f"a log line with {value}")


def test_a_missing_secret_and_an_unknown_store_are_told(stack):
    found = copy.deepcopy(stack.read())
    found["spec"]["storage"]["secret"]["name"] = "other"
    assert "there is no Secret netobserv/other" in stack.keys(found).because
    found["spec"]["storage"]["secret"]["type"] = "tape"
    with pytest.raises(Inconclusive, match="type tape"):
        stack.keys(found)


def pod(component, ready):
    return {
        "metadata": {
            "name": f"{component}-0",
            "labels": {"app.kubernetes.io/component": component},
        },
        "status": {"conditions": [{"type": "Ready", "status": str(ready)}]},
    }


def test_a_bucket_that_stays_shut_is_told_with_the_last_words_of_the_log(stack):
    class Logs:
        def logs(self, *_place):
            return "starting\nlevel=error msg=AccessDenied\n"

    shut = Stack(Logs(), "netobserv", "loki").bucket([pod("compactor", False)])
    assert "compactor-0 is not ready" in shut.because
    assert "compactor-0: level=error msg=AccessDenied" in shut.detail
    assert not stack.bucket([pod("ingester", True)]).met
    assert stack.bucket([pod("compactor", True), pod("ingester", False)]).met
