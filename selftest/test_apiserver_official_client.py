"""The official client, typed and dynamic, cannot tell the simulated API server from a real one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config, dynamic, watch
from kubernetes.client.exceptions import ApiException

from selftest.api_stage import api_stage

TIMEOUT = 8


@pytest.fixture(scope="module")
def api(tmp_path_factory) -> Iterator[client.ApiClient]:
    with api_stage(tmp_path_factory.mktemp("api")) as stage:
        yield config.new_client_from_config(str(stage.admin))


@pytest.fixture(scope="module")
def core(api: client.ApiClient) -> client.CoreV1Api:
    return client.CoreV1Api(api)


@pytest.fixture
def resources(api: client.ApiClient, tmp_path: Path) -> Any:
    return dynamic.DynamicClient(api, cache_file=str(tmp_path / "discovery.json")).resources


def pod(name: str, **labels: str) -> dict[str, Any]:
    containers = [{"name": "a", "image": "i:1"}, {"name": "b", "image": "i:1"}]
    metadata = {"name": name, "labels": labels}
    head = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}
    return head | {"spec": {"containers": containers}}


def test_the_version_is_typed(api: client.ApiClient) -> None:
    assert client.VersionApi(api).get_code(_request_timeout=TIMEOUT).git_version.startswith("v1.")


def test_typed_objects_are_made_listed_and_selected(core: client.CoreV1Api) -> None:
    made = core.create_namespaced_pod("default", pod("t1", app="x"), _request_timeout=TIMEOUT)
    core.create_namespaced_pod("default", pod("t2", app="y", tier="z"), _request_timeout=TIMEOUT)
    assert made.metadata.uid
    assert made.metadata.creation_timestamp
    listed = core.list_namespaced_pod(
        "default", label_selector="app in (x,y),tier,!gone", _request_timeout=TIMEOUT
    )
    assert listed.kind == "PodList"
    assert [item.metadata.name for item in listed.items] == ["t2"]


def test_typed_errors_carry_their_status(core: client.CoreV1Api) -> None:
    with pytest.raises(ApiException) as missing:
        core.read_namespaced_pod("nope", "default", _request_timeout=TIMEOUT)
    assert (missing.value.status, '"NotFound"' in str(missing.value.body)) == (404, True)


def test_a_typed_watch_yields_objects(core: client.CoreV1Api) -> None:
    core.create_namespaced_pod("default", pod("w1", seen="yes"), _request_timeout=TIMEOUT)
    events = watch.Watch().stream(
        core.list_namespaced_pod,
        "default",
        label_selector="seen=yes",
        resource_version="0",
        timeout_seconds=1,
        _request_timeout=TIMEOUT,
    )
    found = [(event["type"], event["object"].metadata.name) for event in events]
    assert found == [("ADDED", "w1")]


def test_an_ancient_version_cannot_be_watched(core: client.CoreV1Api) -> None:
    events = watch.Watch().stream(
        core.list_namespaced_pod,
        "default",
        resource_version="1",
        timeout_seconds=1,
        _request_timeout=TIMEOUT,
    )
    with pytest.raises(ApiException) as expired:
        list(events)
    assert expired.value.status == 410


def test_a_typed_deployment_goes_round(api: client.ApiClient) -> None:
    apps = client.AppsV1Api(api)
    labels = {"app": "d"}
    template = client.V1PodTemplateSpec(
        metadata=client.V1ObjectMeta(labels=labels),
        spec=client.V1PodSpec(containers=[client.V1Container(name="c", image="i:1")]),
    )
    spec = client.V1DeploymentSpec(
        selector=client.V1LabelSelector(match_labels=labels), template=template
    )
    whole = client.V1Deployment(metadata=client.V1ObjectMeta(name="d"), spec=spec)
    made = apps.create_namespaced_deployment("default", whole, _request_timeout=TIMEOUT)
    assert made.spec.replicas == 1
    scaled = apps.patch_namespaced_deployment_scale(
        "d", "default", {"spec": {"replicas": 3}}, _request_timeout=TIMEOUT
    )
    assert scaled.spec.replicas == 3


def test_the_dynamic_client_discovers_every_kind(resources: Any) -> None:
    pods = resources.get(api_version="v1", kind="Pod")
    assert pods.subresources.keys() >= {"status", "log", "exec"}
    assert resources.get(api_version="k8s.ovn.org/v1", kind="EgressFirewall").namespaced
    flows = resources.get(api_version="flows.netobserv.io/v1beta2", kind="FlowCollector")
    assert not flows.namespaced


def test_the_dynamic_client_applies(resources: Any) -> None:
    kind = resources.get(api_version="flows.netobserv.io/v1beta2", kind="FlowCollector")
    head = {"apiVersion": "flows.netobserv.io/v1beta2", "kind": "FlowCollector"}
    body = head | {"metadata": {"name": "cluster"}, "spec": {"agent": {"ebpf": {}}}}
    made = kind.server_side_apply(body=body, field_manager="suite", force_conflicts=True)
    assert made.spec.agent.ebpf.sampling == 50
    assert made.spec.agent.ebpf.cacheActiveTimeout == "15s"
    assert made.metadata.managedFields[0].manager == "suite"
    patch = [{"op": "replace", "path": "/spec/agent/ebpf/sampling", "value": 1}]
    kind.patch(name="cluster", body=patch, content_type="application/json-patch+json")
    assert kind.get(name="cluster").spec.agent.ebpf.sampling == 1


def test_a_token_review_knows_its_own(api: client.ApiClient) -> None:
    token = api.configuration.auth_settings()["BearerToken"]["value"].removeprefix("Bearer ")
    head = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}
    review = client.AuthenticationV1Api(api).create_token_review(
        head | {"spec": {"token": token}}, _request_timeout=TIMEOUT
    )
    assert review.status.authenticated
