"""Which cluster this is: each fact with its evidence, and one that is missing hides no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kit.capability import State
from kit.encryption import encryption
from kit.errors import InfrastructureError
from kit.kubeconfig import Target
from kit.surroundings import surroundings
from selftest.fake_cluster import FakeCluster

CONFIG, OPERATOR = "config.openshift.io/v1", "operator.openshift.io/v1"


class Cluster(FakeCluster):
    target = Target(Path("kubeconfig"), None, 1.0, "https://api.example.com:6443")

    def version(self) -> dict[str, str]:
        return {"gitVersion": "v1.36.2"}


def thing(version: str, kind: str, name: str, **body: Any) -> dict[str, Any]:
    metadata = {"name": name, **body.pop("metadata", {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **body}


def node(name: str, machine: str, kernel: str) -> dict[str, Any]:
    info = {"architecture": machine, "kernelVersion": kernel}
    return thing("v1", "Node", name, status={"nodeInfo": info})


OPENSHIFT = (
    thing(CONFIG, "ClusterVersion", "version", status={"desired": {"version": "4.20.21"}}),
    thing(CONFIG, "Network", "cluster", status={"networkType": "OVNKubernetes"}),
    thing(CONFIG, "FeatureGate", "cluster", spec={"featureSet": "TechPreviewNoUpgrade"}),
    thing(CONFIG, "Proxy", "cluster", spec={"httpsProxy": "http://proxy:3128"}),
    thing("operators.coreos.com/v1alpha1", "ClusterServiceVersion", "netobserv-operator.v1.11.1"),
    node("a", "amd64", "5.14"),
    node("b", "arm64", "5.14"),
)


def test_an_openshift_cluster_tells_all_of_it():
    found = surroundings(Cluster(*OPENSHIFT))
    assert found["platform"].how == "OpenShift 4.20.21, Kubernetes v1.36.2"
    assert "Operator 1.11.1" in found["operator"].how
    assert found["network"].state is State.SUPPORTED
    assert "TechPreviewNoUpgrade" in found["feature gates"].how
    assert found["nodes"].how == "2 nodes, amd64 (1), arm64 (1); kernels: 5.14 (2)"
    assert found["proxy"].state is State.UNSUPPORTED
    assert "httpsProxy" in found["proxy"].how
    assert "3128" not in found["proxy"].how


def test_a_plain_cluster_says_what_it_cannot_tell():
    found = surroundings(Cluster())
    assert found["platform"].how == "Kubernetes v1.36.2"
    told = ("platform", "proxy of the runner")
    states = {name: known.state for name, known in found.items() if name not in told}
    assert {*states.values()} == {State.UNVERIFIABLE}
    assert all(known.how for known in found.values())


def test_an_operator_without_olm_is_found_by_its_deployment():
    labels = {"app": "netobserv-operator", "app.kubernetes.io/version": "1.12.0"}
    made = thing("apps/v1", "Deployment", "m", metadata={"namespace": "n", "labels": labels})
    assert "1.12.0 (Deployment n/m)" in surroundings(Cluster(made))["operator"].how


def test_another_network_is_no_ovn():
    other = thing(CONFIG, "Network", "cluster", status={"networkType": "Calico"})
    assert surroundings(Cluster(other))["network"].state is State.UNSUPPORTED


def test_what_may_not_be_read_hides_nothing_else():
    cluster = Cluster(*OPENSHIFT)

    def refused(version: str, kind: str, *_rest: Any, **_more: Any) -> list[Any]:
        raise InfrastructureError(f"{kind}s may not be listed")

    cluster.list = refused  # type: ignore[method-assign]  # a token with few rights
    found = surroundings(cluster)
    assert found["nodes"].state is State.UNVERIFIABLE
    assert found["nodes"].how == "Nodes may not be listed"
    assert found["platform"].state is State.SUPPORTED


def ipsec(config: object) -> dict[str, Any]:
    ovn = {} if config is None else {"ipsecConfig": config}
    spec = {"defaultNetwork": {"ovnKubernetesConfig": ovn}}
    return thing(OPERATOR, "Network", "cluster", spec=spec)


@pytest.mark.parametrize(
    "config, state, mode",
    [
        ({"mode": "Full"}, State.SUPPORTED, "Full"),
        ({"mode": "External"}, State.UNSUPPORTED, "External"),
        ({"mode": "Disabled"}, State.UNSUPPORTED, "Disabled"),
        ({}, State.UNSUPPORTED, "not set"),
        (None, State.UNSUPPORTED, "not set"),
    ],
)
def test_only_the_full_mode_encrypts_what_pods_say(config, state, mode):
    known = encryption(Cluster(ipsec(config)))
    assert known.state is state
    assert known.how == f"ipsecConfig.mode of {OPERATOR} Network cluster is {mode}"


@pytest.mark.parametrize("ready, state", [(3, State.SUPPORTED), (2, State.UNSUPPORTED)])
def test_without_openshift_the_daemonset_tells(ready, state):
    status = {"numberReady": ready, "desiredNumberScheduled": 3}
    place = {"namespace": "ovn-kubernetes"}
    daemonset = thing("apps/v1", "DaemonSet", "ovn-ipsec", metadata=place, status=status)
    assert encryption(Cluster(daemonset)).state is state


def test_nothing_at_all_is_not_a_no():
    assert encryption(Cluster()).state is State.UNVERIFIABLE


@pytest.mark.parametrize(
    "names, told",
    [
        ({}, "the environment names no proxy"),
        ({"https_proxy": "http://me:pw@proxy:3128"}, "api.example.com is reached through it"),
        (
            {"https_proxy": "http://me:pw@proxy:3128", "no_proxy": ".example.com"},
            "api.example.com is reached without it",
        ),
    ],
)
def test_a_proxy_of_the_runner_is_told_without_its_address(monkeypatch, names, told):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    found = surroundings(Cluster())["proxy of the runner"].how
    assert told in found
    assert "3128" not in found


INFRASTRUCTURE = "Infrastructure"


def placed(name: str, *addresses: str, role: str = "worker") -> dict[str, Any]:
    told = [{"type": "InternalIP", "address": address} for address in addresses]
    labels = {f"node-role.kubernetes.io/{role}": ""}
    return thing("v1", "Node", name, metadata={"labels": labels}, status={"addresses": told})


def test_a_hosted_control_plane_is_told_by_the_platform():
    told = {"controlPlaneTopology": "External"}
    hosted = thing(CONFIG, INFRASTRUCTURE, "cluster", status=told)
    found = surroundings(Cluster(hosted, placed("a", "10.0.0.1")))["control plane"]
    assert found.how.startswith("hosted, no node of this cluster runs it (")
    assert found.how.endswith("says External)")


@pytest.mark.parametrize(
    ("role", "how"),
    [
        ("master", "on a"),
        ("control-plane", "on a"),
        ("worker", "hosted or hidden: none of 1 nodes has the role"),
    ],
)
def test_a_control_plane_is_told_by_the_role_of_its_nodes(role, how):
    assert surroundings(Cluster(placed("a", "10.0.0.1", role=role)))["control plane"].how == how


@pytest.mark.parametrize(
    ("addresses", "how"),
    [
        ([["10.0.0.1"], ["10.0.0.2"]], "IPv4 alone"),
        ([["fd00::1"], ["fd00::2"]], "IPv6 alone, where this suite has not been tried"),
        ([["10.0.0.1", "fd00::1"]], "IPv4 and IPv6 on every node"),
        ([["10.0.0.1", "fd00::1"], ["10.0.0.2"]], "IPv4 and IPv6, not both on every node"),
    ],
)
def test_ip_families_are_those_of_the_nodes(addresses, how):
    nodes = [placed(f"node-{number}", *each) for number, each in enumerate(addresses)]
    assert surroundings(Cluster(*nodes))["IP families"].how == how


def test_no_object_of_ours_asks_for_an_architecture():
    manifests = [*Path(__file__).parents[1].joinpath("manifests").rglob("*.yaml")]
    assert len(manifests) > 20
    assert [str(file) for file in manifests if "kubernetes.io/arch" in file.read_text()] == []
