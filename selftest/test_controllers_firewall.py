"""Egress firewalls: status as OVN-Kubernetes writes it, and packets that obey."""

from __future__ import annotations

import pytest

from selftest.live_cluster import OVN, deny, exit_code, live_cluster

APPLIED = "EgressFirewall Rules applied"
NOT_APPLIED = "EgressFirewall Rules not correctly applied"
OUTSIDE = "198.51.100.10"


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with live_cluster(tmp_path_factory.mktemp("firewall")) as cluster:
        yield cluster


@pytest.fixture
def walled(live, request):
    return live.namespace(request.node.name.replace("_", "-")[:40].rstrip("-"))


def reach(live, namespace, name, address=OUTSIDE):
    return exit_code(live.run(namespace, name, "curl", "-sS", "-m", "3", f"http://{address}/"))


def test_denied_traffic_times_out_and_the_rest_goes_on(live, walled):
    assert reach(live, walled, "before") == 0
    live.firewall(walled, deny("198.51.100.0/24"))
    live.await_that(lambda: live.firewall_status(walled).get("status") == APPLIED)
    assert reach(live, walled, "denied") == 28
    assert reach(live, walled, "other", "203.0.113.20") == 0


def test_every_node_says_so_before_the_roll_up_does(live, walled):
    live.firewall(walled, deny("192.0.2.0/24"))
    seen = []

    def rolled_up():
        status = live.firewall_status(walled)
        seen.append((status.get("status", ""), len(status.get("messages") or [])))
        return status.get("status") and status

    status = live.await_that(rolled_up)
    assert status["messages"] == [
        f"{node}: {APPLIED}" for node in ("master-0", "worker-0", "worker-1")
    ]
    assert all(text == "" for text, messages in seen if messages < 3)


def test_the_status_does_not_move_on_an_update_though_the_packets_do(live, walled):
    live.firewall(walled, deny("192.0.2.0/24"))
    before = live.await_that(
        lambda: live.firewall_status(walled).get("status") and found(live, walled)
    )
    live.firewall(walled, deny("198.51.100.0/24"))
    live.await_that(lambda: reach(live, walled, f"n{live.now():.0f}") == 28)
    after = found(live, walled)
    assert after["status"] == before["status"]
    times = [stamps(each) for each in (before, after)]
    assert times[0] == times[1]


def found(live, namespace):
    place = (*OVN, namespace, "egressfirewalls", "default")
    return live.custom.get_namespaced_custom_object(*place)


def stamps(firewall):
    fields = firewall["metadata"]["managedFields"]
    return [f["time"] for f in fields if f.get("subresource") == "status"]


def test_a_bad_address_is_accepted_and_then_complained_of(live, walled):
    live.firewall(walled, deny("1.2.3.4"))
    status = live.await_that(
        lambda: live.firewall_status(walled).get("status") and live.firewall_status(walled)
    )
    assert status["status"] == NOT_APPLIED
    assert len(status["messages"]) == 3
    assert all("invalid CIDR address: 1.2.3.4" in each for each in status["messages"])


def test_a_bad_update_leaves_the_namespace_open_as_up_to_4_20(live, walled):
    live.firewall(walled, deny("198.51.100.0/24"))
    live.await_that(lambda: live.firewall_status(walled).get("status") == APPLIED)
    live.firewall(walled, deny("1.2.3.4"))
    live.await_that(lambda: live.firewall_status(walled).get("status") == NOT_APPLIED)
    assert reach(live, walled, "open") == 0


def test_a_removed_firewall_lets_traffic_through_again(live, walled):
    live.firewall(walled, deny("198.51.100.0/24"))
    live.await_that(lambda: live.firewall_status(walled).get("status") == APPLIED)
    assert reach(live, walled, "denied") == 28
    live.custom.delete_namespaced_custom_object(*OVN, walled, "egressfirewalls", "default")
    live.await_that(lambda: reach(live, walled, f"n{live.now():.0f}") == 0)


def test_a_network_policy_reaches_the_packets(live, walled):
    policies = live.simulation.parts.world.network.guards
    body = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    body |= {"metadata": {"name": "shut"}, "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}
    live.custom.create_namespaced_custom_object(
        "networking.k8s.io", "v1", walled, "networkpolicies", body
    )
    live.await_that(lambda: [p["metadata"]["name"] for p in policies.policies] == ["shut"])
