"""What the rest of the simulation plugs into its API server, and who is let in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from kit.asks import Ask
from kit.cluster import Cluster
from kit.connection import Connection
from kit.errors import Refused
from kit.kubeconfig import load
from selftest.api_stage import ApiStage, api_stage
from simulation.apiserver import ApiError, HttpReply, HttpRequest, Store

POD = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
SERVICE = {"metadata": {"name": "web"}, "spec": {"ports": [{"name": "http", "port": 80}]}}


@pytest.fixture
def stage(tmp_path) -> Iterator[ApiStage]:
    with api_stage(tmp_path) as stage:
        yield stage


@pytest.fixture
def cluster(stage: ApiStage) -> Cluster:
    return stage.cluster()


def create(stage: ApiStage, kind: str, obj: dict[str, Any], namespace: str | None = "default"):
    return stage.do(lambda: stage.store.create(kind, namespace, obj))


def test_a_webhook_refuses_and_warns(stage: ApiStage) -> None:
    def judge(obj, old, operation):
        if "bad" in obj["data"]:
            raise ApiError(403, "Forbidden", "admission webhook denied the request: bad")
        return [f"{operation} is dear"]

    stage.do(lambda: stage.store.admit("ConfigMap", judge))
    connection = stage.connection()
    path = "/api/v1/namespaces/default/configmaps"
    good = connection.ask(Ask("POST", path, body={"metadata": {"name": "a"}, "data": {"a": "1"}}))
    assert good.headers["Warning"] == '299 - "CREATE is dear"'
    bad = connection.ask(Ask("POST", path, body={"metadata": {"name": "b"}, "data": {"bad": "1"}}))
    assert (bad.status, bad.json()["message"][-3:]) == (403, "bad")
    assert "Warning" not in bad.headers


def test_subscribers_hear_of_every_change_and_cannot_spoil_it() -> None:
    store, heard = Store(), []

    def listen(kind: str, obj: dict[str, Any]) -> None:
        heard.append((kind, obj["metadata"]["name"]))
        obj["metadata"].clear()

    store.subscribe(listen, "ConfigMap")
    store.create("v1/ConfigMap", "default", {"metadata": {"name": "a"}})
    store.update("v1/ConfigMap", "default", {"metadata": {"name": "a"}, "data": {"x": "y"}})
    store.delete("v1/ConfigMap", "default", "a")
    assert heard == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]


def test_status_is_set_and_merged() -> None:
    store = Store()
    store.create("v1/Pod", "default", POD)
    store.set_status("v1/Pod", "default", "p", {"phase": "Running", "podIP": "10.0.0.1"})
    after = store.patch_status("v1/Pod", "default", "p", {"podIP": None, "reason": "x"})
    assert after["status"] == {"phase": "Running", "reason": "x"}
    assert after["metadata"]["generation"] == 1


def test_a_pod_on_a_node_is_given_time_to_stop() -> None:
    store = Store(now=lambda: 1_000_000.0)
    store.graceful_pods = True
    store.create("v1/Pod", "default", POD | {"spec": POD["spec"] | {"nodeName": "n"}})
    store.delete("v1/Pod", "default", "p")
    leaving = store.get("v1/Pod", "default", "p")
    assert leaving["metadata"]["deletionGracePeriodSeconds"] == 30
    assert leaving["metadata"]["deletionTimestamp"] == "1970-01-12T13:47:10Z"
    store.delete("v1/Pod", "default", "p", grace=0)
    assert store.find("v1/Pod", "default", "p") is None


def test_logs_come_from_the_reader(stage: ApiStage, cluster: Cluster) -> None:
    create(stage, "v1/Pod", POD)
    stage.do(lambda: stage.store.logs.register(lambda *asked: f"{asked}\nlast\n"))
    assert cluster.logs("default", "p") == "('default', 'p', 'c', False)\nlast\n"


def test_a_container_that_waits_has_no_log(stage: ApiStage, cluster: Cluster) -> None:
    create(stage, "v1/Pod", POD)
    state = {"name": "c", "state": {"waiting": {"reason": "ImagePullBackOff"}}}
    stage.do(
        lambda: stage.store.set_status("v1/Pod", "default", "p", {"containerStatuses": [state]})
    )
    with pytest.raises(Refused, match="is waiting to start: ImagePullBackOff"):
        cluster.logs("default", "p")


@pytest.fixture
def passed(stage: ApiStage) -> list[HttpRequest]:
    """Requests that reached the service behind the proxy."""
    requests: list[HttpRequest] = []

    async def handler(request: HttpRequest) -> HttpReply:
        requests.append(request)
        await asyncio.sleep(0)
        return HttpReply(418, {"X-Me": "tea"}, b"short and stout")

    create(stage, "v1/Service", SERVICE)
    stage.do(lambda: stage.store.proxy.register("default", "web", 80, handler))
    return requests


@pytest.mark.parametrize("port", [80, "http"])
def test_the_proxy_passes_on_all_but_the_token(
    cluster: Cluster, passed: list[HttpRequest], port: int | str
) -> None:
    reply = cluster.proxy_get("default", "web", port, "/a/b%20c", [("q", "x y"), ("q", "&")])
    assert (reply.status, reply.body, reply.headers["X-Me"]) == (418, "short and stout", "tea")
    (request,) = passed
    assert (request.method, request.path) == ("GET", "/a/b c")
    assert request.query == [("q", "x y"), ("q", "&")]
    assert "authorization" not in {name.lower() for name in request.headers}


def test_the_proxy_wants_ready_endpoints(
    stage: ApiStage, cluster: Cluster, passed: list[HttpRequest]
) -> None:
    labels = {"kubernetes.io/service-name": "web"}
    endpoint = {"addresses": ["10.0.0.1"], "conditions": {"ready": False}}
    found = {"metadata": {"name": "web-1", "labels": labels}, "endpoints": [endpoint]}
    create(stage, "discovery.k8s.io/v1/EndpointSlice", found)
    reply = cluster.proxy_get("default", "web", 80, "/")
    assert reply.status == 503
    assert 'no endpoints available for service \\"web\\"' in reply.body
    assert passed == []


def test_metrics_are_served_once_registered(stage: ApiStage) -> None:
    connection = stage.connection()
    path = "/apis/metrics.k8s.io/v1beta1"
    assert connection.ask(Ask("GET", f"{path}/nodes")).status == 503
    node = {"metadata": {"name": "n"}, "usage": {"cpu": "1", "memory": "1Mi"}}
    pods = [{"metadata": {"name": name, "namespace": name}, "containers": []} for name in "ab"]
    stage.do(lambda: stage.store.metrics.register(lambda: ([node], pods)))
    assert connection.expect(Ask("GET", f"{path}/nodes/n"))["usage"]["cpu"] == "1"
    listed = connection.expect(Ask("GET", f"{path}/namespaces/a/pods"))
    assert [item["metadata"]["name"] for item in listed["items"]] == ["a"]


RULES = [{"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]}]


@pytest.fixture
def guest(stage: ApiStage) -> Connection:
    """Somebody who may read pods in the namespace default, and nothing else."""
    token = stage.do(lambda: stage.store.access.add_user("guest"))
    subject = {"kind": "User", "name": "guest"}
    reference = {"kind": "Role", "name": "reader", "apiGroup": "rbac.authorization.k8s.io"}
    group = "rbac.authorization.k8s.io/v1"
    create(stage, f"{group}/Role", {"metadata": {"name": "reader"}, "rules": RULES})
    binding = {"metadata": {"name": "b"}, "subjects": [subject], "roleRef": reference}
    create(stage, f"{group}/RoleBinding", binding)
    return Connection(load(stage.kubeconfig(token, "guest")), "selftest/1", tries=0)


def test_rights_come_from_roles(guest: Connection) -> None:
    assert guest.ask(Ask("GET", "/api/v1/namespaces/default/pods")).status == 200
    assert guest.ask(Ask("GET", "/version")).status == 200
    for path, said in [
        (
            "/api/v1/pods",
            'pods is forbidden: User "guest" cannot list resource "pods" in API group "" at the '
            "cluster scope",
        ),
        (
            "/apis/apps/v1/namespaces/default/deployments/d",
            'deployments.apps "d" is forbidden: User "guest" cannot get resource "deployments" in '
            'API group "apps" in the namespace "default"',
        ),
        ("/metrics", 'forbidden: User "guest" cannot get path "/metrics"'),
    ]:
        answer = guest.ask(Ask("GET", path))
        assert (answer.status, answer.json()["message"]) == (403, said)


def test_one_may_ask_what_one_may_do(stage: ApiStage, guest: Connection) -> None:
    cluster = Cluster(load(stage.kubeconfig(guest._credentials()["authorization"][7:], "guest")))
    assert cluster.can("list", "", "pods", "default")
    assert not cluster.can("list", "", "pods")
    assert not cluster.can("delete", "", "pods", "default")


def test_an_injected_fault_takes_the_place_of_the_answer(stage: ApiStage, cluster: Cluster) -> None:
    def interrupt(method: str, path: str) -> ApiError | None:
        return ApiError(503, "ServiceUnavailable", "not now") if path == "/version" else None

    stage.server.api.interrupt = interrupt
    answer = stage.connection().ask(Ask("GET", "/version"))
    assert (answer.status, answer.json()["message"]) == (503, "not now")
