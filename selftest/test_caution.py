"""Clusters that a run is not meant for are refused in one sentence, before anything is touched."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kit.caution import claims, refuse_production, refuse_strangers
from kit.errors import Refused, UsageError
from selftest.fake_cluster import FakeCluster

URL = "https://api.dev.example.com:6443"


def item(kind: str, name: str, api: str = "v1", **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **metadata}}


def cluster(*items: dict[str, Any]) -> FakeCluster:
    found = FakeCluster(*items)
    found.target = SimpleNamespace(server="https://127.0.0.1:6443")  # type: ignore[attr-defined]
    return found


INFRASTRUCTURE = item("Infrastructure", "cluster", "config.openshift.io/v1") | {
    "status": {"infrastructureName": "dev-x7k2p", "apiServerURL": URL}
}


@pytest.mark.parametrize(
    "marked, said",
    [
        (item("Node", "a", labels={"env": "prod"}), "Node a: env=prod"),
        (
            item("Namespace", "kube-system", annotations={"example.com/environment": "Production"}),
            "Namespace kube-system: example.com/environment=Production",
        ),
        (item("Namespace", "flows", labels={"stage": "live"}), "Namespace flows: stage=live"),
        (
            item("ClusterVersion", "version", "config.openshift.io/v1", labels={"env": "prod"}),
            "ClusterVersion version: env=prod",
        ),
    ],
)
def test_a_cluster_that_calls_itself_production_is_refused(marked, said):
    with pytest.raises(UsageError) as refused:
        refuse_production(cluster(marked), "flows")
    assert f"calls itself production ({said}): nothing was touched" in str(refused.value)


@pytest.mark.parametrize(
    "marked",
    [
        item("Node", "a", labels={"env": "staging", "production": "yes"}),
        item("Namespace", "shop", labels={"env": "prod"}),  # an application's, not the cluster's
        item("Node", "a", labels={"environments": "prod"}),
    ],
)
def test_other_words_and_other_places_say_nothing(marked):
    assert list(claims(cluster(marked), "flows")) == []


def test_a_place_that_may_not_be_read_hides_no_other_one():
    class Closed(FakeCluster):
        def get(self, *_: Any) -> Any:
            raise Refused("no", code=403, reason="Forbidden", said="no")

    found = Closed(item("Node", "a", labels={"env": "prod"}))
    assert list(claims(found, "flows")) == ["Node a: env=prod"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "allowed", [[], ["dev-x7k2p"], [f"{URL}/"], ["x", "https://127.0.0.1:6443"]]
)
def test_a_cluster_of_the_list_is_taken(allowed):
    refuse_strangers(cluster(INFRASTRUCTURE), allowed)


def test_a_cluster_that_is_not_on_the_list_is_refused_by_its_own_names():
    with pytest.raises(UsageError) as refused:
        refuse_strangers(cluster(INFRASTRUCTURE), ["staging"])
    told = "not among --allow-cluster staging: it is dev-x7k2p or https://127.0.0.1:6443 or https"
    assert told in str(refused.value)
