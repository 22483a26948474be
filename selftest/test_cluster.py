"""The suite's own client of a cluster: what it does, and how it says that it cannot."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kit.cluster import Cluster
from kit.errors import InfrastructureError, Refused
from kit.kubeconfig import load
from selftest.api_stage import ApiStage, api_stage
from simulation.apiserver import ApiError


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Iterator[ApiStage]:
    with api_stage(tmp_path_factory.mktemp("api")) as stage:
        yield stage


@pytest.fixture
def cluster(stage: ApiStage) -> Cluster:
    return stage.cluster()


def config_map(name: str, **data: str) -> dict[str, Any]:
    head = {"apiVersion": "v1", "kind": "ConfigMap"}
    return head | {"metadata": {"name": name, "namespace": "default"}, "data": data}


def test_an_object_is_applied_read_changed_and_deleted(cluster: Cluster) -> None:
    cluster.connect()
    made = cluster.apply(config_map("a", x="1", y="2"))
    assert made["metadata"]["managedFields"][0]["manager"] == "netobserv-conformance"
    assert cluster.apply(config_map("a", x="1"))["data"] == {"x": "1"}
    cluster.patch("v1", "ConfigMap", "a", {"data": {"z": "3"}}, "default")
    cluster.patch("v1", "ConfigMap", "a", [{"op": "remove", "path": "/data/x"}], "default")
    found = cluster.get("v1", "ConfigMap", "a", "default")
    assert found is not None
    assert found["data"] == {"z": "3"}
    assert cluster.replace(found | {"data": {"w": "4"}})["data"] == {"w": "4"}
    cluster.delete(config_map("a"))
    cluster.delete(("v1", "ConfigMap", "a", "default"))
    assert cluster.get("v1", "ConfigMap", "a", "default") is None


def test_a_long_list_is_read_page_by_page(cluster: Cluster, monkeypatch) -> None:
    monkeypatch.setattr("kit.cluster.PAGE", 2)
    for name in ("l1", "l2", "l3", "l4", "l5"):
        cluster.create(config_map(name) | {"metadata": {"name": name, "labels": {"l": "1"}}})
    before = cluster.calls["GET"]
    found = cluster.list("v1", "ConfigMap", "default", selector="l=1")
    assert [item["metadata"]["name"] for item in found] == ["l1", "l2", "l3", "l4", "l5"]
    assert {item["kind"] for item in found} == {"ConfigMap"}
    assert cluster.calls["GET"] - before == 3


def test_a_kind_that_is_not_served(cluster: Cluster) -> None:
    assert not cluster.serves("nope.example.com/v1", "Thing")
    assert cluster.get("nope.example.com/v1", "Thing", "x") is None
    cluster.delete(("nope.example.com/v1", "Thing", "x", None))
    with pytest.raises(InfrastructureError, match="does not serve Thing of nope"):
        cluster.list("nope.example.com/v1", "Thing")


def test_a_refusal_names_its_fields(cluster: Cluster) -> None:
    firewall = {"apiVersion": "k8s.ovn.org/v1", "kind": "EgressFirewall"}
    firewall |= {"metadata": {"name": "other"}, "spec": {"egress": []}}
    with pytest.raises(Refused, match="should match '\\^default\\$'") as refused:
        cluster.create(firewall)
    assert refused.value.code == 422
    assert refused.value.reason == "Invalid"
    assert refused.value.fields == ("metadata.name",)


def test_a_stale_replacement_is_refused(cluster: Cluster) -> None:
    old = cluster.apply(config_map("stale", x="1"))
    cluster.apply(config_map("stale", x="2"))
    with pytest.raises(Refused, match="the object has been modified") as refused:
        cluster.replace(old)
    assert refused.value.reason == "Conflict"


def changed(stage: ApiStage, path: Path, **cluster_fields: Any) -> Cluster:
    document = yaml.safe_load(stage.admin.read_text())
    document["clusters"][0]["cluster"].update(cluster_fields)
    path.write_text(yaml.safe_dump(document))
    return Cluster(load(path))


def trouble(cluster: Cluster) -> str:
    with pytest.raises(InfrastructureError) as error:
        cluster.connect()
    told = str(error.value)
    assert "\n" not in told
    assert told.endswith(".")
    return told


def test_nobody_listens(stage: ApiStage, tmp_path: Path) -> None:
    told = trouble(changed(stage, tmp_path / "k", server="https://127.0.0.1:1"))
    assert told == (
        "The API server https://127.0.0.1:1 cannot be reached: the connection is refused "
        "(is the cluster running?)."
    )


def test_a_certificate_of_somebody_else(stage: ApiStage, tmp_path: Path) -> None:
    with api_stage(tmp_path) as other:
        other_ca = yaml.safe_load(other.admin.read_text())["clusters"][0]["cluster"]
    authority = {"certificate-authority-data": other_ca["certificate-authority-data"]}
    told = trouble(changed(stage, tmp_path / "k", **authority))
    assert "is not trusted: check certificate-authority-data" in told


def test_a_token_that_has_expired(stage: ApiStage) -> None:
    token = stage.do(lambda: stage.store.access.add_user("x", "system:masters"))
    cluster = Cluster(load(stage.kubeconfig(token, "expired")))
    stage.do(lambda: stage.store.access.revoke(token))
    told = trouble(cluster)
    assert "(401): log in again, the token may have expired." in told
    assert token not in told


def test_a_user_who_may_nothing(stage: ApiStage) -> None:
    token = stage.do(lambda: stage.store.access.add_user("guest"))
    cluster = Cluster(load(stage.kubeconfig(token, "guest")))
    cluster.connect()
    with pytest.raises(Refused, match='User "guest" cannot list resource "pods"') as refused:
        cluster.list("v1", "Pod")
    assert refused.value.code == 403


@pytest.mark.parametrize("exec_", [{"command": "no-such-plugin", "apiVersion": "x/v1"}, {}])
def test_a_login_that_does_not_work(stage: ApiStage, tmp_path: Path, exec_: Any) -> None:
    document = yaml.safe_load(stage.admin.read_text())
    document["users"][0]["user"] = {"exec": exec_} if exec_ else {"client-key-data": "%%%"}
    path = tmp_path / "k"
    path.write_text(yaml.safe_dump(document))
    with pytest.raises(InfrastructureError, match=r"log in again|cannot be used"):
        Cluster(load(path)).connect()


class Failing:
    """Fails so many times with that error, then lets pass."""

    def __init__(self, times: int, error: ApiError) -> None:
        self.left, self.error, self.seen = times, error, 0

    def __call__(self, method: str, path: str) -> ApiError | None:
        self.seen += 1
        self.left -= 1
        return self.error if self.left >= 0 else None


@pytest.fixture
def failing(stage: ApiStage) -> Iterator[Any]:
    def fail(times: int, code: int) -> Failing:
        stage.server.api.interrupt = Failing(times, ApiError(code, "X", "injected"))
        return stage.server.api.interrupt

    yield fail
    stage.server.api.interrupt = lambda _method, _path: None


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_not_seen(cluster: Cluster, failing: Any, code: int) -> None:
    failures = failing(2, code)
    assert cluster.version()["major"] == "1"
    assert failures.seen == 3


def test_a_lasting_failure_is_told(cluster: Cluster, failing: Any, monkeypatch) -> None:
    monkeypatch.setattr(cluster._connection, "_tries", 2)
    failures = failing(99, 503)
    assert "is overloaded or failing: injected (503)." in trouble(cluster)
    assert failures.seen == 3


def test_a_creation_is_repeated_where_it_was_not_begun(cluster: Cluster, failing: Any) -> None:
    cluster.serves("v1", "ConfigMap")
    failing(1, 429)
    assert cluster.create(config_map("once"))["metadata"]["uid"]
    failures = failing(1, 503)
    assert cluster.create(config_map("twice"))["metadata"]["uid"]
    assert failures.seen == 3  # the creation, a look whether it has worked, the creation again


def test_many_threads_share_one_client(cluster: Cluster) -> None:
    troubles: list[Exception] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                manifest = config_map(f"t{number}-{turn}", x="1")
                cluster.apply(manifest)
                assert cluster.get("v1", "ConfigMap", f"t{number}-{turn}", "default")
                cluster.delete(manifest)
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
