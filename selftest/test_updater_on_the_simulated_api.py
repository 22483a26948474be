"""The updater, with the rights that its manifests grant and no others, on the simulated API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from selftest.updater_stage import APPLIED, HOME, environment
from simulation.apiserver import Server, Store, serve

import updater  # isort: skip

WINTER, APRIL = "2026-01-07", "2026-04-12"
FIREWALL = "k8s.ovn.org/v1/EgressFirewall"
HOME_NAMESPACE = "egress-firewall-updater"
CRD = {
    "metadata": {"name": "egressfirewalls.k8s.ovn.org"},
    "spec": {
        "group": "k8s.ovn.org",
        "scope": "Namespaced",
        "names": {"kind": "EgressFirewall", "plural": "egressfirewalls"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "properties": {
                                    "egress": {
                                        "type": "array",
                                        "x-kubernetes-list-type": "atomic",
                                        "items": {
                                            "type": "object",
                                            "x-kubernetes-preserve-unknown-fields": True,
                                        },
                                    }
                                },
                            },
                            "status": {
                                "type": "object",
                                "x-kubernetes-preserve-unknown-fields": True,
                            },
                        },
                    }
                },
            }
        ],
    },
}


class Cluster:
    """A store behind HTTPS, in which one namespace is a target of the updater and one is not."""

    def __init__(self, store: Store, server: Server, home: Path) -> None:
        self.store, self.server, self.home = store, server, home

    def prepare(self) -> None:
        self.store.create("apiextensions.k8s.io/v1/CustomResourceDefinition", None, CRD)
        for name in (HOME_NAMESPACE, "restricted", "elsewhere"):
            self.store.create("v1/Namespace", None, {"metadata": {"name": name}})
        for name in ("role", "rolebinding"):
            found = yaml.safe_load((HOME / "access" / f"{name}.yaml").read_text())
            kind = f"{found['apiVersion']}/{found['kind']}"
            self.store.create(kind, "restricted", found)
        self.store.subscribe(self._report, "EgressFirewall")
        token = self.store.access.add_service_account(HOME_NAMESPACE, HOME_NAMESPACE)
        (self.home / "token").write_text(token)
        (self.home / "ca.crt").write_bytes(self.server.ca_pem)

    def _report(self, _event: str, firewall: dict[str, Any]) -> None:
        if not firewall.get("status"):
            namespace = firewall["metadata"]["namespace"]
            self.store.set_status(FIREWALL, namespace, "default", {"status": APPLIED})

    async def run(self, date: str = APRIL, **others: str) -> int:
        told = environment(self.server.url, self.home, date, **others)
        return await asyncio.to_thread(updater.main, told)

    def firewall(self) -> dict[str, Any]:
        return self.store.get(FIREWALL, "restricted", "default")


def on(home: Path, story: Callable[[Cluster], Awaitable[None]]) -> None:
    async def staged() -> None:
        store = Store()
        server = await serve(store)
        try:
            cluster = Cluster(store, server, home)
            cluster.prepare()
            await story(cluster)
        finally:
            await server.close()

    asyncio.run(staged())


def test_the_shipped_role_is_enough_to_create_follow_and_read_back(tmp_path: Path) -> None:
    async def story(cluster: Cluster) -> None:
        assert await cluster.run(WINTER) == 0
        first = cluster.firewall()
        assert await cluster.run(APRIL) == 0
        second = cluster.firewall()
        assert await cluster.run(APRIL) == 0
        assert len(second["spec"]["egress"]) == 335
        assert second["spec"] != first["spec"]
        assert cluster.firewall()["metadata"] == second["metadata"]

    on(tmp_path, story)


def test_it_owns_the_rules_and_takes_them_back_from_another_hand(tmp_path: Path) -> None:
    async def story(cluster: Cluster) -> None:
        assert await cluster.run() == 0
        edited = cluster.firewall()
        edited["spec"]["egress"] = []
        cluster.store.update(FIREWALL, "restricted", edited, manager="a-hand")
        assert await cluster.run() == 0
        found = cluster.firewall()
        owners = {
            entry["manager"]: entry["operation"]
            for entry in found["metadata"]["managedFields"]
            if "f:spec" in entry["fieldsV1"]
        }
        assert owners == {"egress-firewall-updater": "Apply"}
        assert len(found["spec"]["egress"]) == 335

    on(tmp_path, story)


def test_a_namespace_without_the_role_is_out_of_its_reach(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(cluster: Cluster) -> None:
        assert await cluster.run(TARGET_NAMESPACES="elsewhere") == 8
        assert cluster.store.find(FIREWALL, "elsewhere", "default") is None

    on(tmp_path, story)
    assert "the namespace needs the Role and RoleBinding in access/" in caplog.text


def test_a_namespace_that_is_gone_is_said_to_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(cluster: Cluster) -> None:
        token = cluster.store.access.add_user("root", "system:masters")
        (cluster.home / "token").write_text(token)
        assert await cluster.run(TARGET_NAMESPACES="gone") == 8

    on(tmp_path, story)
    assert "the namespace does not exist" in caplog.text
