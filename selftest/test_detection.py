"""Observability, privileges and versions: what a cluster says of them, with the evidence."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.features import BY_NAME
from catalog.needs import Need
from kit.capabilities import Capabilities, State, supported, unsupported
from kit.configuration import Configuration
from kit.observability import observability
from kit.privileges import privileges
from kit.versions import agent_version
from selftest.fake_cluster import FakeCluster

GATES = "config.openshift.io/v1/FeatureGate"


def gates(enabled: list[str], disabled: list[str], chosen: str = "") -> dict[str, Any]:
    listed = {
        word: [{"name": name} for name in names]
        for word, names in (("enabled", enabled), ("disabled", disabled))
    }
    return {
        "kind": "FeatureGate",
        "metadata": {"name": "cluster"},
        "spec": {"featureSet": chosen} if chosen else {},
        "status": {"featureGates": [{"version": "4.20.21", **listed}]},
    }


def workload(name: str, namespace: str, **container: object) -> dict[str, Any]:
    template = {"spec": {"containers": [container]}}
    metadata = {"name": name, "namespace": namespace}
    return {"kind": "DaemonSet", "metadata": metadata, "spec": {"template": template}}


def cluster(*objects: dict[str, Any], kinds: tuple[str, ...] = ()) -> FakeCluster:
    found = FakeCluster(*objects)
    found.kinds = {*kinds}
    return found


@pytest.mark.parametrize(
    "found, state, said",
    [
        (gates(["OVNObservability"], [], "TechPreviewNoUpgrade"), State.SUPPORTED, "TechPreview"),
        (gates([], ["OVNObservability"]), State.UNSUPPORTED, "feature set Default"),
        (gates(["Other"], []), State.UNVERIFIABLE, "is not among the gates"),
    ],
)
def test_openshift_says_it_by_a_gate(found, state, said):
    known = observability(cluster(found, kinds=(GATES,)))
    assert known.state is state
    assert said in known.how


@pytest.mark.parametrize("value, state", [("true", State.SUPPORTED), ("false", State.UNSUPPORTED)])
def test_elsewhere_the_node_daemonset_says_it(value, state):
    env = [{"name": "OVN_OBSERVABILITY_ENABLE", "value": value}]
    known = observability(cluster(workload("ovnkube-node", "ovn-kubernetes", env=env)))
    assert known.state is state
    assert known.how == (
        f"DaemonSet ovn-kubernetes/ovnkube-node has OVN_OBSERVABILITY_ENABLE={value}"
    )


def test_without_either_nobody_knows():
    assert observability(cluster(kinds=())).state is State.UNVERIFIABLE


def namespace(level: str = "") -> dict[str, Any]:
    labels = {"pod-security.kubernetes.io/enforce": level} if level else {}
    return {"kind": "Namespace", "metadata": {"name": "flows-privileged", "labels": labels}}


@pytest.mark.parametrize(
    "privileged, objects, state",
    [
        (True, (), State.SUPPORTED),
        (False, (namespace("privileged"),), State.SUPPORTED),
        (False, (namespace(),), State.SUPPORTED),
        (False, (namespace("baseline"),), State.UNSUPPORTED),
        (False, (), State.UNVERIFIABLE),
    ],
)
def test_pod_security_decides_about_privileged_agents(privileged, objects, state):
    spec = {"namespace": "flows", "agent": {"ebpf": {"privileged": privileged}}}
    known = privileges(cluster(*objects), {"spec": spec})
    assert known.state is state
    assert known.how


def test_without_a_flow_collector_there_are_no_agents_to_judge():
    assert privileges(cluster(), None).state is State.UNVERIFIABLE


OLM = "operators.coreos.com/v1alpha1/ClusterServiceVersion"


def installed(name: str) -> dict[str, Any]:
    return {"kind": "ClusterServiceVersion", "metadata": {"name": name, "namespace": "x"}}


@pytest.mark.parametrize(
    "image, operators, version",
    [
        ("quay.io/netobserv/netobserv-ebpf-agent:v1.11.4", (), (1, 11, 4)),
        ("reg:5000/agent:1.12.0-community", ("netobserv-operator.v1.9.0",), (1, 12, 0)),
        ("reg/agent@sha256:00", ("netobserv-operator.v1.11.1",), (1, 11, 1)),
        ("reg/agent@sha256:00", ("network-observability-operator.v1.10.2",), (1, 10, 2)),
        ("reg/agent@sha256:00", ("loki-operator.v6.3.0",), None),
        ("reg/agent:main", (), None),
    ],
)
def test_the_version_is_that_of_the_image_or_of_the_operator(image, operators, version):
    agents = workload("netobserv-ebpf-agent", "netobserv-privileged", image=image)
    found = cluster(agents, *map(installed, operators), kinds=(OLM,))
    assert agent_version(found, "netobserv-privileged") == version


def test_nothing_is_known_of_agents_that_are_not_there():
    assert agent_version(cluster(), "netobserv-privileged") is None


def test_a_feature_that_is_not_offered_is_not_asked_for():
    known = Capabilities(
        {Need.PRIVILEGED_AGENT: supported("x"), Need.OVN_OBSERVABILITY: unsupported("no gate")},
        {name: supported("listed") for name in BY_NAME},
    )
    assert "PacketDrop" in known.offered
    assert "NetworkEvents" not in known.offered
    asked = Configuration(("DNSTracking", "NetworkEvents", "PacketDrop"))
    assert asked.limited_to(known.offered).features == ("DNSTracking", "PacketDrop")
