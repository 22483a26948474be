"""What pods of the simulated cluster are told of the API server, and by which right they speak."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from simulation.apiserver import Store
from simulation.controllers.podfiles import ACCOUNT, environment, files
from simulation.population import api_server

FOLDER = {f"{ACCOUNT}/{name}" for name in ("token", "ca.crt", "namespace")}


def store(automount: bool | None = None) -> Store:
    async def made() -> Store:
        found = Store()
        found.create("v1/Namespace", None, {"metadata": {"name": "home"}})
        account: dict[str, Any] = {"metadata": {"name": "worker", "namespace": "home"}}
        if automount is not None:
            account["automountServiceAccountToken"] = automount
        found.create("v1/ServiceAccount", "home", account)
        authority = {"metadata": {"name": "kube-root-ca.crt"}, "data": {"ca.crt": "PEM"}}
        found.create("v1/ConfigMap", "home", authority)
        return found

    return asyncio.run(made())


def pod(**spec: Any) -> dict[str, Any]:
    metadata = {"name": "one", "namespace": "home"}
    return {"metadata": metadata, "spec": {"serviceAccountName": "worker", **spec}}


def test_a_pod_gets_a_token_that_the_api_server_knows():
    cluster = store()
    found = files(cluster, pod(), {})
    assert {*found} == FOLDER
    assert found[f"{ACCOUNT}/namespace"] == "home"
    assert found[f"{ACCOUNT}/ca.crt"] == "PEM"
    user = cluster.access.user_of(found[f"{ACCOUNT}/token"])
    assert user is not None
    assert user.name == "system:serviceaccount:home:worker"


@pytest.mark.parametrize(
    ("account", "spec", "given"),
    [
        (None, {}, True),
        (False, {}, False),
        (False, {"automountServiceAccountToken": True}, True),
        (True, {"automountServiceAccountToken": False}, False),
        (None, {"serviceAccountName": "nobody"}, False),
    ],
)
def test_the_pod_decides_and_then_its_account(account, spec, given):
    assert bool(files(store(account), pod(**spec), {})) is given


def test_a_container_is_told_where_the_api_server_is():
    cluster = store()
    service = {"clusterIP": "172.30.0.1", "ports": [{"port": 443}]}
    cluster.create("v1/Service", "default", {"metadata": {"name": "kubernetes"}, "spec": service})
    told = environment(cluster, pod(), {})
    assert told["KUBERNETES_SERVICE_HOST"] == "172.30.0.1"
    assert told["KUBERNETES_SERVICE_PORT"] == "443"


def test_the_api_server_stands_behind_a_node():
    assert api_server() == ("172.30.0.1", "10.0.0.10")
