"""Egress addresses: which node the simulated OVN-Kubernetes gives them to, and what it tells."""

from __future__ import annotations

from itertools import count

import pytest

from selftest.live_cluster import OVN, live_cluster

LABEL = "k8s.ovn.org/egress-assignable"
ADDRESS, OTHER = "10.0.0.240", "10.0.0.241"
FIRST, SECOND = "worker-0", "worker-1"
NAMES = count(1)


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with live_cluster(tmp_path_factory.mktemp("egress")) as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def bare(live):
    """No node is labelled and no address wanted, before and after."""
    yield
    for node in (FIRST, SECOND):
        label(live, node, None)
    for egress_ip in live.custom.list_cluster_custom_object(*OVN, "egressips")["items"]:
        live.custom.delete_cluster_custom_object(*OVN, "egressips", egress_ip["metadata"]["name"])


def label(live, node, value=""):
    live.core.patch_node(node, {"metadata": {"labels": {LABEL: value}}})


def want(live, *addresses):
    name = f"address-{next(NAMES)}"
    spec = {"egressIPs": [*addresses], "namespaceSelector": {"matchLabels": {"team": "retail"}}}
    body = {"apiVersion": "k8s.ovn.org/v1", "kind": "EgressIP"}
    body |= {"metadata": {"name": name}, "spec": spec}
    live.custom.create_cluster_custom_object(*OVN, "egressips", body)
    return name


def homes(live, name):
    found = live.custom.get_cluster_custom_object(*OVN, "egressips", name).get("status", {})
    return [(item["egressIP"], item["node"]) for item in found.get("items", [])]


def warned(live, name):
    chosen = f"involvedObject.name={name}"
    events = live.core.list_namespaced_event("default", field_selector=chosen).items
    return {event.reason for event in events}


def test_an_address_goes_to_the_labelled_node_whatever_the_labels_value(live):
    label(live, SECOND, "whatever")
    name = want(live, ADDRESS)
    assert live.await_that(lambda: homes(live, name)) == [(ADDRESS, SECOND)]


def test_it_moves_when_the_label_does_and_goes_nowhere_without_one(live):
    label(live, FIRST)
    name = want(live, ADDRESS)
    live.await_that(lambda: homes(live, name) == [(ADDRESS, FIRST)])
    label(live, SECOND)
    label(live, FIRST, None)
    live.await_that(lambda: homes(live, name) == [(ADDRESS, SECOND)])
    label(live, SECOND, None)
    live.await_that(lambda: homes(live, name) == [])
    live.await_that(lambda: warned(live, name) == {"NoMatchingNodeFound"})


def test_a_node_that_is_not_ready_gives_it_up(live):
    label(live, FIRST)
    name = want(live, ADDRESS)
    live.await_that(lambda: homes(live, name))
    conditions = [{"type": "Ready", "status": "False"}]
    live.core.patch_node_status(FIRST, {"status": {"conditions": conditions}})
    live.await_that(lambda: not homes(live, name))
    live.core.patch_node_status(
        FIRST, {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    )
    live.await_that(lambda: homes(live, name) == [(ADDRESS, FIRST)])


def test_two_addresses_never_share_a_node_and_load_is_spread(live):
    for node in (FIRST, SECOND):
        label(live, node)
    name = want(live, ADDRESS, OTHER)
    found = live.await_that(lambda: len(homes(live, name)) == 2 and homes(live, name))
    assert {node for _, node in found} == {FIRST, SECOND}


@pytest.mark.parametrize(
    "address, reason",
    [
        ("no-address", "InvalidEgressIP"),
        ("10.0.0.20", "EgressIPConflict"),
        ("192.0.2.1", "UnassignedRequest"),
    ],
)
def test_an_address_that_cannot_be_had_is_told_by_an_event_alone(live, address, reason):
    label(live, FIRST)
    name = want(live, address)
    live.await_that(lambda: warned(live, name) == {reason})
    assert homes(live, name) == []


def test_an_address_is_held_for_one_object_only(live):
    for node in (FIRST, SECOND):
        label(live, node)
    first = want(live, ADDRESS)
    live.await_that(lambda: homes(live, first))
    second = want(live, ADDRESS)
    live.await_that(lambda: warned(live, second) == {"UnsupportedRequest"})
    assert homes(live, second) == []


def ways(live):
    return {(way.address, way.node) for way in live.hub.world.network.egress._ways}


def test_packets_follow_the_status_and_forget_an_address_that_is_gone(live):
    label(live, FIRST)
    name = want(live, ADDRESS)
    live.await_that(lambda: ways(live) == {(ADDRESS, FIRST)})
    (way,) = live.hub.world.network.egress._ways
    assert way.namespaces == {"shop"}
    live.custom.delete_cluster_custom_object(*OVN, "egressips", name)
    live.await_that(lambda: not ways(live))


def test_a_label_that_goes_changes_nothing_only_in_a_lie(tmp_path):
    with live_cluster(tmp_path, "egress-ip-no-failover") as live:
        label(live, FIRST)
        name = want(live, ADDRESS)
        live.await_that(lambda: homes(live, name))
        label(live, FIRST, None)
        label(live, SECOND)
        other = want(live, OTHER)
        live.await_that(lambda: homes(live, other) == [(OTHER, SECOND)])
        assert homes(live, name) == [(ADDRESS, FIRST)]
