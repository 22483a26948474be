"""Rights that are asked for because of where Loki is, before anything is touched."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from catalog.reading_rights import LOKI_FORWARDED, LOKI_READER
from kit import caller
from kit.loki.rights import reading
from kit.preflight import demand
from kit.verdict import Inconclusive

STACK = {"spec": {"namespace": "flows", "loki": {"mode": "LokiStack"}}}
BY_HAND = {"mode": "Manual", "manual": {"querierUrl": "https://q.obs:80", "authToken": "Forward"}}
FORWARD = ("pods", "portforward")


class Cluster:
    """One whose user may do what `grants` holds, a resource and a part of it each."""

    def __init__(self, *grants: tuple[str, str], route: str = "", server: str = "api.x") -> None:
        self.grants, self.route = grants, route
        self.target = SimpleNamespace(context="me", server=f"https://{server}")

    def can(self, _verb, _group, resource, _namespace, *, name="", subresource=""):
        return (resource, subresource) in self.grants

    def get(self, _api, kind, name, namespace):
        assert (kind, name, namespace) == ("Route", "loki", "flows")
        return {"spec": {"host": self.route}} if self.route else None


def test_a_loki_without_a_token_asks_for_nothing_more():
    assert reading(Cluster(), {"spec": {}}, None).doings == ()
    assert reading(Cluster(), STACK, "http://here").doings == ()
    assert reading(Cluster(), {"spec": {"loki": {"enable": False}}}, None).doings == ()


def test_a_lokistack_is_read_by_port_forward():
    found = reading(Cluster(), STACK, None)
    assert (found.doings, found.namespace) == ((LOKI_READER, LOKI_FORWARDED), "flows")


def test_somebody_elses_token_is_not_asked_about(monkeypatch):
    monkeypatch.setenv("LOKI_TOKEN", "of-another")
    assert reading(Cluster(), STACK, None).doings == (LOKI_FORWARDED,)


def test_a_gateway_of_ones_own_has_rules_of_its_own():
    found = reading(Cluster(), {"spec": {"loki": BY_HAND}}, None)
    assert (found.doings, found.namespace) == ((LOKI_FORWARDED,), "obs")


def test_where_there_is_a_route_no_port_forward_is_needed():
    assert reading(Cluster(route="loki.apps.x"), STACK, None).doings == (LOKI_READER,)
    both = Cluster(FORWARD, route="loki.apps.x")
    assert reading(both, STACK, None).doings == (LOKI_READER, LOKI_FORWARDED)


def test_a_pod_of_the_cluster_opens_no_port_forward(monkeypatch, tmp_path):
    (tmp_path / "token").write_text("mine")
    monkeypatch.setattr(caller, "SERVICE_ACCOUNT", tmp_path)
    inside = Cluster(server="kubernetes.default.svc")
    assert reading(inside, STACK, None).doings == (LOKI_READER,)


def test_all_that_is_missing_is_named_with_its_namespace():
    found = reading(Cluster(), STACK, None)
    with pytest.raises(Inconclusive) as refused:
        demand(Cluster(), found.doings, "flows", found.namespace)
    assert "get network.loki.grafana.com logs" in str(refused.value)
    assert "create, get pods/portforward in Loki's namespace" in str(refused.value)
