"""What an API server does over time: watches, pages, finalizers, owners, namespaces.

Held against the simulated server always, and against a real one (with its namespace and garbage
controllers) that KUBECONFIG_REAL names.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kit.asks import Ask
from kit.connection import Connection
from kit.kubeconfig import load
from selftest.api_stage import api_stage
from selftest.contract.api_cases import APPLY, MERGE, config_map

REAL = os.environ.get("KUBECONFIG_REAL", "")
SERVERS = [
    "simulated",
    pytest.param(
        "real",
        marks=pytest.mark.skipif(not REAL, reason="KUBECONFIG_REAL names no kubeconfig"),
    ),
]


@pytest.fixture(scope="module", params=SERVERS)
def connection(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Connection]:
    if request.param == "real":
        yield Connection(load(Path(REAL)), "selftest/1", tries=0)
        return
    with api_stage(tmp_path_factory.mktemp("api")) as stage:
        yield stage.connection()


@pytest.fixture
def maps(connection: Connection) -> Iterator[str]:
    """The path of the ConfigMaps in a namespace of the test's own."""
    name = f"behaviour-{uuid.uuid4().hex[:8]}"
    connection.expect(Ask("POST", "/api/v1/namespaces", body={"metadata": {"name": name}}))
    yield f"/api/v1/namespaces/{name}/configmaps"
    connection.ask(Ask("DELETE", f"/api/v1/namespaces/{name}"))


def make(connection: Connection, maps: str, name: str, **metadata: Any) -> dict[str, Any]:
    return connection.expect(Ask("POST", maps, body=config_map(name, {"a": "1"}, **metadata)))


def become(look: Callable[[], Any], wanted: Any) -> None:
    """Controllers need a moment."""
    end = time.monotonic() + 15
    while look() != wanted:
        assert time.monotonic() < end, f"{look()} is not {wanted}"
        time.sleep(0.02)


def status_of(connection: Connection, path: str) -> int:
    return connection.ask(Ask("GET", path)).status


def seen(connection: Connection, path: str, *query: tuple[str, str]) -> list[tuple[str, str]]:
    """Event types and names of a watch that lasts a second."""
    ask = Ask("GET", path, [("watch", "1"), ("timeoutSeconds", "1"), *query])
    lines = connection.ask(ask).body.decode().splitlines()
    events = [json.loads(line) for line in lines]
    return [(event["type"], event["object"]["metadata"]["name"]) for event in events]


def version(connection: Connection, path: str) -> str:
    return connection.expect(Ask("GET", path))["metadata"]["resourceVersion"]


def test_a_watch_tells_what_happened_since_a_version(connection: Connection, maps: str) -> None:
    since = version(connection, maps)
    make(connection, maps, "w")
    connection.expect(Ask("PATCH", f"{maps}/w", (), {"data": {"b": "2"}}, MERGE))
    connection.expect(Ask("DELETE", f"{maps}/w"))
    events = seen(
        connection, maps, ("resourceVersion", since), ("fieldSelector", "metadata.name=w")
    )
    assert events == [("ADDED", "w"), ("MODIFIED", "w"), ("DELETED", "w")]


def test_a_watch_by_label_sees_objects_come_and_go(connection: Connection, maps: str) -> None:
    since = version(connection, maps)
    make(connection, maps, "other", labels={"s": "no"})
    make(connection, maps, "mine", labels={"s": "yes"})
    for value in ("no", "yes"):
        patch = {"metadata": {"labels": {"s": value}}}
        connection.expect(Ask("PATCH", f"{maps}/mine", (), patch, MERGE))
    events = seen(connection, maps, ("resourceVersion", since), ("labelSelector", "s=yes"))
    assert events == [("ADDED", "mine"), ("DELETED", "mine"), ("ADDED", "mine")]


def test_a_watch_without_version_begins_with_what_there_is(
    connection: Connection, maps: str
) -> None:
    make(connection, maps, "one", labels={"k": "v"})
    query = (("labelSelector", "k=v"), ("resourceVersion", "0"))
    assert seen(connection, maps, *query) == [("ADDED", "one")]


def test_pages_show_one_moment(connection: Connection, maps: str) -> None:
    for name in "abc":
        make(connection, maps, name, labels={"p": "1"})
    first = connection.expect(Ask("GET", maps, [("limit", "2")]))
    make(connection, maps, "aa")
    token = first["metadata"]["continue"]
    second = connection.expect(Ask("GET", maps, [("limit", "9"), ("continue", token)]))
    names = [item["metadata"]["name"] for item in first["items"] + second["items"]]
    assert [name for name in names if len(name) < 3] == ["a", "b", "c"]
    assert first["metadata"]["remainingItemCount"] >= 1
    assert "continue" not in second["metadata"]


def test_a_selected_page_does_not_count_the_rest(connection: Connection, maps: str) -> None:
    for name in "ab":
        make(connection, maps, name, labels={"p": "1"})
    page = connection.expect(Ask("GET", maps, [("limit", "1"), ("labelSelector", "p=1")]))
    assert page["metadata"]["continue"]
    assert "remainingItemCount" not in page["metadata"]


def test_a_version_from_the_future_is_too_large(connection: Connection, maps: str) -> None:
    answer = connection.ask(Ask("GET", maps, [("resourceVersion", "999999999")], timeout=30))
    assert answer.status == 504
    assert "Too large resource version" in answer.json()["message"]


def test_a_change_of_nothing_keeps_the_version(connection: Connection, maps: str) -> None:
    def apply() -> str:
        ask = Ask("PATCH", f"{maps}/n", [("fieldManager", "m")], config_map("n", {"a": "1"}), APPLY)
        return connection.expect(ask)["metadata"]["resourceVersion"]

    first = apply()
    assert apply() == first
    patched = connection.expect(Ask("PATCH", f"{maps}/n", (), {"data": {"a": "1"}}, MERGE))
    assert patched["metadata"]["resourceVersion"] == first


def test_a_dry_run_leaves_nothing(connection: Connection, maps: str) -> None:
    connection.expect(Ask("POST", maps, [("dryRun", "All")], config_map("dry")))
    assert status_of(connection, f"{maps}/dry") == 404


def test_the_server_makes_up_names(connection: Connection, maps: str) -> None:
    made = connection.expect(Ask("POST", maps, body={"metadata": {"generateName": "gen-"}}))
    assert made["metadata"]["name"].startswith("gen-")
    assert len(made["metadata"]["name"]) == len("gen-") + 5


def test_a_finalizer_holds_an_object(connection: Connection, maps: str) -> None:
    make(connection, maps, "held", finalizers=["x/y"])
    left = connection.expect(Ask("DELETE", f"{maps}/held"))
    assert left["metadata"]["deletionTimestamp"]
    connection.expect(Ask("PATCH", f"{maps}/held", (), {"metadata": {"finalizers": None}}, MERGE))
    assert status_of(connection, f"{maps}/held") == 404


def test_what_is_owned_goes_with_its_owner(connection: Connection, maps: str) -> None:
    owner = make(connection, maps, "owner")
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner"}
    reference["uid"] = owner["metadata"]["uid"]
    make(connection, maps, "child", ownerReferences=[reference])
    connection.expect(Ask("DELETE", f"{maps}/owner"))
    become(lambda: status_of(connection, f"{maps}/child"), 404)


def test_an_orphan_stays(connection: Connection, maps: str) -> None:
    owner = make(connection, maps, "owner")
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner"}
    reference["uid"] = owner["metadata"]["uid"]
    make(connection, maps, "child", ownerReferences=[reference])
    connection.expect(Ask("DELETE", f"{maps}/owner", (), {"propagationPolicy": "Orphan"}))
    become(lambda: status_of(connection, f"{maps}/owner"), 404)
    child = connection.expect(Ask("GET", f"{maps}/child"))
    assert "ownerReferences" not in child["metadata"]


def test_many_are_deleted_by_label(connection: Connection, maps: str) -> None:
    make(connection, maps, "x", labels={"d": "x"})
    make(connection, maps, "y", labels={"d": "y"})
    connection.expect(Ask("DELETE", maps, [("labelSelector", "d=x")]))
    assert [status_of(connection, f"{maps}/{name}") for name in "xy"] == [404, 200]


def test_a_namespace_takes_everything_with_it(connection: Connection, maps: str) -> None:
    namespace = maps.rpartition("/")[0]
    make(connection, maps, "held", finalizers=["x/y"])
    make(connection, maps, "free")
    connection.expect(Ask("DELETE", namespace))
    become(lambda: status_of(connection, f"{maps}/free"), 404)
    going = connection.expect(Ask("GET", namespace))
    assert going["status"]["phase"] == "Terminating"
    assert going["spec"]["finalizers"] == ["kubernetes"]
    refused = connection.ask(Ask("POST", maps, body=config_map("late")))
    assert refused.status == 403
    assert "because it is being terminated" in refused.json()["message"]
    connection.expect(Ask("PATCH", f"{maps}/held", (), {"metadata": {"finalizers": None}}, MERGE))
    become(lambda: status_of(connection, namespace), 404)


def test_discovery_names_kinds_and_subresources(connection: Connection) -> None:
    listed = connection.expect(Ask("GET", "/api/v1"))["resources"]
    found = {entry["name"]: entry for entry in listed}
    assert found["pods"]["shortNames"] == ["po"]
    assert found["pods"]["verbs"] == sorted(found["pods"]["verbs"])
    assert {"pods/status", "pods/log", "services/proxy", "namespaces/finalize"} <= found.keys()


def test_aggregated_discovery_agrees_with_the_plain_one(connection: Connection) -> None:
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
    answer = connection.ask(Ask("GET", "/apis", headers={"Accept": accept}))
    groups = [item["metadata"]["name"] for item in answer.json()["items"]]
    plain = connection.expect(Ask("GET", "/apis"))["groups"]
    assert sorted(groups) == sorted(group["name"] for group in plain)


def test_a_strange_path_is_no_status(connection: Connection) -> None:
    answer = connection.ask(Ask("GET", "/apis/nope.io/v1/things"))
    assert (answer.status, answer.body) == (404, b"404 page not found\n")


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz"])
def test_it_is_well(connection: Connection, path: str) -> None:
    assert connection.ask(Ask("GET", path)).body == b"ok"
