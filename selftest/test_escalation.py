"""The simulated API server lets nobody give away more than they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kit.cluster import Cluster
from kit.errors import Refused
from kit.kubeconfig import load
from selftest.runner import kubeconfig_of
from simulation import Simulation

GROUP = "rbac.authorization.k8s.io"
API = f"{GROUP}/v1"
HOST_NETWORK = "system:openshift:scc:hostnetwork-v2"
RUNNER = {"kind": "ServiceAccount", "name": "runner", "namespace": "shop"}


def rule(verbs: list[str], group: str, *resources: str, names: Any = None) -> dict[str, Any]:
    made = {"verbs": verbs, "apiGroups": [group], "resources": list(resources)}
    return made | ({"resourceNames": names} if names else {})


def role(*rules: dict[str, Any], kind: str = "Role") -> dict[str, Any]:
    where = {"namespace": "shop"} if kind == "Role" else {}
    return {
        "apiVersion": API,
        "kind": kind,
        "metadata": {"name": "runner", **where},
        "rules": list(rules),
    }


def binding(name: str, kind: str = "RoleBinding") -> dict[str, Any]:
    where = {"namespace": "shop"} if kind == "RoleBinding" else {}
    reference = {"apiGroup": GROUP, "kind": "ClusterRole", "name": name}
    metadata = {"name": name[:9], **where}
    made = {"apiVersion": API, "kind": kind, "metadata": metadata}
    return made | {"roleRef": reference, "subjects": [RUNNER]}


RULES = (
    rule(["create", "patch"], GROUP, "roles", "rolebindings"),
    rule(["bind"], GROUP, "clusterroles", names=[HOST_NETWORK]),
    rule(["get"], "k8s.ovn.org", "egressfirewalls"),
    rule(["patch"], "", "configmaps"),
)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A cluster as a service account sees it whose only rights are these."""
    directory = tmp_path_factory.mktemp("cluster")
    simulation = Simulation(seed=1, directory=directory)
    try:
        admin = Cluster(load(simulation.start()))
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": dict(RUNNER)}
        del account["metadata"]["kind"]
        for item in (account, role(*RULES, kind="ClusterRole")):
            admin.create(item)
        admin.create(binding("runner", "ClusterRoleBinding"))
        token = kubeconfig_of(directory / "kubeconfig", "shop", "runner", directory / "runner")
        yield Cluster(load(token))
    finally:
        simulation.stop()


def refused(act: Callable[..., Any], item: dict[str, Any]) -> str:
    with pytest.raises(Refused) as error:
        act(item)
    assert error.value.code == 403
    return error.value.said


def test_a_role_grants_at_most_what_its_writer_has(runner):
    runner.create(role(rule(["get"], "k8s.ovn.org", "egressfirewalls")))
    more = role(rule(["get", "delete"], "k8s.ovn.org", "egressfirewalls"))
    told = refused(runner.apply, more)
    assert "attempting to grant RBAC permissions not currently held: delete egressf" in told


def test_a_binding_needs_the_rights_of_its_role_or_the_right_to_bind_it(runner):
    runner.create(binding(HOST_NETWORK))
    told = refused(runner.create, binding("view"))
    assert "attempting to grant RBAC permissions not currently held" in told


def test_applying_what_is_not_there_needs_the_right_to_create_it(runner):
    metadata = {"name": "new", "namespace": "shop"}
    item = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    assert 'cannot create resource "configmaps"' in refused(runner.apply, item)
