"""A cluster's Loki is found from its FlowCollector, or one sentence says what to do."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests_mock
import urllib3

from kit import caller, reaching
from kit.errors import InfrastructureError
from kit.kubeconfig import Target
from kit.loki import Answer, Loki, find_loki

GOOD = '{"status":"success","data":{"resultType":"streams","result":[]}}'


class FakeCluster:
    """Remembers what was asked through its proxy."""

    speed = 1.0
    target = Target(Path("none"), "here", 1.0, "https://api.example.com:6443")

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def can(self, *_asked: str, **_subresource: str) -> bool:
        return False

    def get(self, *_named: str) -> None:
        return None

    def list(self, *_chosen: str, **_selector: str) -> list[Any]:
        return []

    def proxy_get(  # noqa: PLR0917  # the signature of kit.cluster.Cluster
        self,
        namespace: str,
        service: str,
        port: int,
        path: str,
        params: list[tuple[str, str]],
        headers: Mapping[str, str] | None = None,
        timeout: float = 0,
    ) -> Answer:
        assert dict(params)["query"] == '{app="x"}'
        self.asked.append((namespace, service, port, path, headers))
        return Answer(200, GOOD)


def collector(**loki: Any) -> dict[str, Any]:
    return {"spec": {"namespace": "flows", "loki": loki}}


TENANT = {"X-Scope-OrgID": "netobserv"}
PATH = "/loki/api/v1/query_range"


@pytest.mark.parametrize(
    ("loki", "asked"),
    [
        ({}, ("flows", "loki", 3100, PATH, TENANT)),
        (
            {
                "mode": "Monolithic",
                "monolithic": {"url": "http://l.obs.svc:3101/", "tenantID": "t"},
            },
            ("obs", "l", 3101, PATH, {"X-Scope-OrgID": "t"}),
        ),
        (
            {"monolithic": {"url": "https://l.obs.svc.cluster.local./pre/"}},
            ("obs", "https:l", 443, f"/pre{PATH}", TENANT),
        ),
        (
            {"mode": "Manual", "manual": {"querierUrl": "http://q.obs:80", "tenantID": ""}},
            ("obs", "q", 80, PATH, {}),
        ),
        ({"mode": "Microservices"}, ("flows", "loki-query-frontend", 3100, PATH, TENANT)),
    ],
)
def test_services_are_asked_through_the_api_server(
    loki: dict[str, Any], asked: tuple[Any, ...]
) -> None:
    cluster = FakeCluster()
    found = find_loki(cluster, collector(**loki), None)
    assert found.flows('{app="x"}', 0, 1) == []
    assert cluster.asked == [asked]
    assert f"{asked[0]}/{asked[1].removeprefix('https:')}:{asked[2]}" in found.name


def test_without_a_namespace_it_is_the_default_one() -> None:
    cluster = FakeCluster()
    find_loki(cluster, {"spec": {}}, None).flows('{app="x"}', 0, 1)
    assert cluster.asked[0][0] == "netobserv"


def test_a_given_url_is_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKI_TOKEN", "secret")
    with requests_mock.Mocker() as mock:
        mock.get(f"http://here:3100/pre{PATH}", text=GOOD)
        loki = find_loki(FakeCluster(), collector(), "http://here:3100/pre/")
        assert loki.flows('{app="x"}', 0, 1) == []
        sent = mock.last_request
    assert loki.name == "Loki (here:3100)"
    assert sent.headers["X-Scope-OrgID"] == "netobserv"
    assert sent.headers["Authorization"] == "Bearer secret"
    assert sent.qs["direction"] == ["forward"]


def test_a_host_outside_the_cluster_is_asked_directly() -> None:
    cluster = FakeCluster()
    with requests_mock.Mocker() as mock:
        mock.get(f"https://loki.example.com{PATH}", text=GOOD)
        url = {"url": "https://loki.example.com"}
        find_loki(cluster, collector(monolithic=url), None).flows('{app="x"}', 0, 1)
        assert mock.call_count == 1
    assert cluster.asked == []


def test_a_lokistack_is_asked_by_a_pod_with_its_own_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("mine\n")
    (tmp_path / "service-ca.crt").write_text("authority")
    monkeypatch.setattr(caller, "SERVICE_ACCOUNT", tmp_path)
    cluster = FakeCluster()
    cluster.target = Target(Path("none"), "here", 1.0, "https://kubernetes.default.svc")
    gateway = "https://loki-gateway-http.flows.svc.cluster.local:8080/api/logs/v1/network"
    with requests_mock.Mocker() as mock:
        mock.get(gateway + PATH, text=GOOD)
        find_loki(cluster, collector(mode="LokiStack"), None).flows('{app="x"}', 0, 1)
        sent = mock.last_request
    assert sent.headers["Authorization"] == "Bearer mine"
    assert "X-Scope-OrgID" not in sent.headers
    assert sent.verify == str(tmp_path / "service-ca.crt")


def test_a_lokistack_without_port_forwards_is_asked_by_its_route(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, str]] = []

    def answer(_pool: object, _method: str, url: str, **told: Any) -> urllib3.HTTPResponse:
        asked.append((url, told["headers"]["Authorization"]))
        return urllib3.HTTPResponse(GOOD.encode(), status=200)

    class Routed(FakeCluster):
        def get(self, *named: str) -> Any:
            host = {"spec": {"host": "loki.apps.example.com"}}
            return host if named[1:] == ("Route", "loki", "flows") else None

    monkeypatch.setenv("LOKI_TOKEN", "mine")
    monkeypatch.setattr(urllib3.PoolManager, "request", answer)
    found = find_loki(Routed(), collector(mode="LokiStack"), None)
    assert found.name == "Loki (route loki.apps.example.com)"
    assert found.flows('{app="x"}', 0, 1) == []
    assert asked == [(f"https://loki.apps.example.com/api/logs/v1/network{PATH}", "Bearer mine")]


def test_a_pod_that_judges_another_cluster_keeps_its_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("of-this-cluster")
    monkeypatch.setattr(caller, "SERVICE_ACCOUNT", tmp_path)
    with pytest.raises(InfrastructureError, match="port-forward in the namespace flows"):
        find_loki(FakeCluster(), collector(mode="LokiStack"), None)


@pytest.mark.parametrize(
    ("loki", "url", "says"),
    [
        ({"enable": False}, None, "spec.loki.enable is false"),
        ({"enable": False}, "http://here", "spec.loki.enable is false"),
        ({"mode": "LokiStack"}, None, "pass --loki-url"),
        ({"mode": "Manual", "manual": {"authToken": "Forward"}}, None, "pass --loki-url"),
        ({"mode": "Odd"}, None, "mode 'Odd' is not known"),
        ({}, "here:3100", "no URL of a Loki"),
        ({}, "http://", "no URL of a Loki"),
    ],
)
def test_no_way_to_loki_is_one_sentence(loki: dict[str, Any], url: str | None, says: str) -> None:
    with pytest.raises(InfrastructureError, match=says):
        find_loki(FakeCluster(), collector(**loki), url)


def test_a_refused_connection_is_told_in_the_socket_s_own_words() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    loki = Loki(reaching.direct(url, {}, verify=True), "Loki here", sleep=lambda _seconds: None)
    with pytest.raises(InfrastructureError, match=r"pods \(\[Errno \d+\] Connection refused\)\.$"):
        loki.flows('{app="x"}', 0, 1)
