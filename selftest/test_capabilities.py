"""What a cluster offers: found by reading, told with its evidence, and never assumed."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.features import DNS_TRACKING, FEATURES, NETWORK_EVENTS, PACKET_DROP
from catalog.needs import Need
from kit.capabilities import Capabilities, State, detect, supported, unsupported
from selftest.fake_cluster import FakeCluster

OPERATOR = "flows.netobserv.io/v1beta2/FlowCollector"


def crd(*features: str, version: str = "v1beta2") -> dict[str, Any]:
    node: dict[str, Any] = {"items": {"enum": list(features)} if features else {}}
    for key in ("features", "ebpf", "agent", "spec"):
        node = {"properties": {key: node}}
    return {
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "flowcollectors.flows.netobserv.io"},
        "spec": {"versions": [{"name": version, "schema": {"openAPIV3Schema": node}}]},
    }


def node(name: str, *taints: str, ready: str = "True", **spec: object) -> dict[str, Any]:
    marks = [{"key": "x", "effect": effect} for effect in taints]
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "spec": ({"taints": marks} if marks else {}) | spec,
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


def detected(*objects: dict[str, Any], kinds: tuple[str, ...] = ()) -> Capabilities:
    cluster = FakeCluster(*objects)
    cluster.kinds = {*kinds}
    found = detect(cluster, {"kind": "FlowCollector"} if OPERATOR in kinds else None)
    assert cluster.written == []
    return found


BOTH = ("10.0.0.1", "fd00::1")


def stacked(name: str, addresses: tuple[str, ...], *slices: str) -> dict[str, Any]:
    found = node(name, podCIDRs=list(slices))
    found["status"]["addresses"] = [
        *({"type": "InternalIP", "address": address} for address in addresses),
        {"type": "ExternalIP", "address": "2001:db8::1"},
    ]
    return found


@pytest.mark.parametrize(
    "second, says",
    [
        (stacked("b", BOTH, "10.1.0.0/24", "fd01::/64"), "every node, and every pod there"),
        (stacked("b", BOTH), "every node, and every pod there"),
        (stacked("b", BOTH[:1], "10.1.0.0/24"), "these nodes have addresses of one family only: b"),
        (stacked("b", BOTH, "10.1.0.0/24"), "on these nodes pods have one family only: b"),
    ],
)
def test_dual_stack_means_every_node_and_its_pods(second, says):
    first = stacked("a", BOTH, "10.0.9.0/24", "fd02::/64")
    found = detected(first, second).needs[Need.DUAL_STACK]
    assert says in found.how
    assert found.met is says.startswith("every node")


def test_a_cluster_without_nodes_to_look_at_is_not_dual_stack():
    assert not detected().needs[Need.DUAL_STACK].met


@pytest.mark.parametrize(
    "need, kind",
    [
        (Need.FLOW_COLLECTOR, OPERATOR),
        (Need.EGRESS_FIREWALL, "k8s.ovn.org/v1/EgressFirewall"),
        (Need.EGRESS_IP, "k8s.ovn.org/v1/EgressIP"),
        (Need.USER_DEFINED_NETWORKS, "k8s.ovn.org/v1/UserDefinedNetwork"),
    ],
)
def test_a_kind_that_is_served_is_offered_and_no_other(need, kind):
    assert detected(kinds=(kind,)).needs[need].met
    assert detected().needs[need].state is State.UNSUPPORTED
    assert "does not serve" in detected().needs[need].how


def test_an_operator_without_a_flow_collector_is_not_enough():
    cluster = FakeCluster()
    cluster.kinds = {OPERATOR}
    known = detect(cluster, None).needs[Need.FLOW_COLLECTOR]
    assert (known.met, known.how) == (False, "there is no FlowCollector named cluster")


@pytest.mark.parametrize(
    "second, met",
    [
        (node("b"), True),
        (node("b", "PreferNoSchedule"), True),
        (node("b", "NoSchedule"), False),
        (node("b", "NoExecute"), False),
        (node("b", ready="Unknown"), False),
        (node("b", unschedulable=True), False),
    ],
)
def test_two_nodes_must_take_ordinary_pods(second, met):
    known = detected(node("a"), second).needs[Need.TWO_NODES]
    assert known.met is met
    told = "2 nodes take ordinary pods: a, b" if met else "1 node takes ordinary pods: a"
    assert known.how == told


def test_features_are_those_that_the_schema_lists():
    features = detected(crd("DNSTracking", "PacketDrop")).features
    assert features["DNSTracking"].met
    assert features["FlowRTT"].state is State.UNSUPPORTED
    assert "lists only DNSTracking, PacketDrop" in features["FlowRTT"].how
    assert features.keys() == {feature.name for feature in FEATURES}


@pytest.mark.parametrize("objects", [(), (crd(),), (crd("DNSTracking", version="v1beta1"),)])
def test_without_a_list_nobody_knows_about_features(objects):
    features = detected(*objects).features
    assert {known.state for known in features.values()} == {State.UNVERIFIABLE}


def test_what_is_lacking_is_told_once_and_in_sentences():
    known = Capabilities(
        {Need.EGRESS_FIREWALL: unsupported("no such kind"), Need.PRIVILEGED_AGENT: supported("x")},
        {"DNSTracking": supported("listed"), "PacketDrop": unsupported("not listed")},
    )
    assert known.lacking((), (DNS_TRACKING,)) == []
    needs = (Need.EGRESS_FIREWALL, Need.EGRESS_FIREWALL)
    assert known.lacking(needs, (PACKET_DROP,)) == [
        f"{Need.EGRESS_FIREWALL.value}: no such kind",
        "the FlowCollector feature PacketDrop: not listed",
    ]


def test_what_nobody_looked_for_is_lacking():
    lacking = Capabilities({}, {}).lacking((Need.IPSEC,), (NETWORK_EVENTS,))
    assert len(lacking) == 2 + len(NETWORK_EVENTS.needs)
    assert all("no way to find out yet" in sentence for sentence in lacking)
