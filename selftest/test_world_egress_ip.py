"""Egress addresses of the simulated world: who shows which address, and what agents see of it."""

from __future__ import annotations

from typing import Any

import pytest

from selftest.world_stage import FAR, NEAR, OUTSIDE, SERVER, WEB, Stage, play
from simulation.world import Container, Endpoint
from simulation.world.egress import Way

EGRESS_IP, HOME = "10.0.0.200", "10.0.0.10"
DEMO = frozenset({"demo"})
HOST = Endpoint("demo", "host", "10.0.0.11", "node-1", host_network=True, uid="host")
STRANGER = Endpoint("other", "strange", "10.128.2.77", "node-1", uid="strange")
RESPONDER = Endpoint("demo", "responder", "10.0.0.12", "node-2", host_network=True, uid="answers")


async def caller(stage: Stage, client: Endpoint, url: str = f"http://{OUTSIDE}") -> str:
    """The address that the far end sees; empty when nobody answers."""
    _, output = await stage.run(client, "curl", "-s", "-m", "2", f"{url}/clientip")
    return output.rpartition(":")[0]


def seen(client: Endpoint, *lies: str, url: str = f"http://{OUTSIDE}", **way: Any) -> str:
    async def scene(stage: Stage) -> str:
        for endpoint in (HOST, STRANGER, RESPONDER):
            stage.world.place(endpoint)
        stage.world.launch(RESPONDER, Container("agnhost", ("/agnhost", "netexec")))
        await stage.world.clock.sleep(1)
        stage.world.network.egress.set(
            [Way(EGRESS_IP, **({"node": "node-0", "namespaces": DEMO} | way))]
        )
        return await caller(stage, client, url)

    return play(scene, *lies)


@pytest.mark.parametrize(
    "client, address",
    [(NEAR, EGRESS_IP), (FAR, EGRESS_IP), (STRANGER, "10.0.0.11"), (HOST, "10.0.0.11")],
)
def test_pods_of_the_namespace_alone_leave_under_the_egress_address(client, address):
    assert seen(client) == address


@pytest.mark.parametrize(
    "url, address",
    [
        (f"http://{SERVER.address}:8080", FAR.address),
        (f"http://{WEB}", FAR.address),
        (f"http://{RESPONDER.address}:8080", "10.0.0.11"),
    ],
)
def test_what_stays_in_the_cluster_keeps_its_address(url, address):
    assert seen(FAR, url=url) == address


@pytest.mark.parametrize(
    "labels, address", [({"tier": "web"}, "10.0.0.11"), ({}, EGRESS_IP)], ids=["others", "all"]
)
def test_a_pod_selector_chooses_among_pods(labels, address):
    assert seen(FAR, pods={"matchLabels": labels}) == address


@pytest.mark.parametrize(
    "lie, client, url, address",
    [
        ("egress-ip-status-only", NEAR, f"http://{OUTSIDE}", HOME),
        ("egress-ip-not-used", FAR, f"http://{OUTSIDE}", "10.0.0.11"),
        ("egress-ip-not-used", NEAR, f"http://{OUTSIDE}", EGRESS_IP),
        ("egress-ip-for-every-namespace", STRANGER, f"http://{OUTSIDE}", EGRESS_IP),
        ("egress-ip-on-cluster-traffic", FAR, f"http://{WEB}", EGRESS_IP),
        ("egress-ip-on-cluster-traffic", FAR, f"http://{RESPONDER.address}:8080", "10.0.0.11"),
        ("egress-ip-on-node-traffic", FAR, f"http://{RESPONDER.address}:8080", EGRESS_IP),
    ],
)
def test_the_lies_change_who_is_seen(lie, client, url, address):
    assert seen(client, lie, url=url) == address


def test_a_pod_that_is_not_selected_uses_it_only_in_a_lie():
    other = {"pods": {"matchLabels": {"tier": "web"}}}
    assert seen(FAR, "egress-ip-for-every-pod", **other) == EGRESS_IP


def test_without_a_node_the_traffic_vanishes_only_in_a_lie():
    assert seen(FAR, node="") == ""


def flows_of(*lies: str) -> list[dict[str, Any]]:
    async def scene(stage: Stage) -> list[dict[str, Any]]:
        stage.world.network.egress.set([Way(EGRESS_IP, "node-0", DEMO)])
        await caller(stage, FAR)
        await stage.flows()
        return [flow for flow in await stage.flows() if flow["DstAddr"] == OUTSIDE]

    return play(scene, *lies)


def test_two_nodes_report_it_each_under_the_address_that_it_has_there():
    reports = {
        (flow["AgentIP"], flow["SrcAddr"]): flow["Interfaces"]
        for flow in flows_of()
        if flow["Interfaces"] != ["unknown"]
    }
    assert reports == {
        ("10.0.0.11", FAR.address): [reports["10.0.0.11", FAR.address][0], "genev_sys_6081"],
        (HOME, FAR.address): ["genev_sys_6081"],
        (HOME, EGRESS_IP): ["enp1s0"],
    }


def test_in_a_lie_nobody_reports_the_translated_flow():
    assert EGRESS_IP not in {flow["SrcAddr"] for flow in flows_of("egress-ip-flow-missing")}
    assert FAR.address in {flow["SrcAddr"] for flow in flows_of("egress-ip-flow-missing")}


def test_of_a_pods_connections_every_third_one_leaks():
    async def scene(stage: Stage) -> list[str]:
        stage.world.network.egress.set([Way(EGRESS_IP, node="node-0", namespaces=DEMO)])
        return [await caller(stage, FAR) for _ in range(4)]

    assert play(scene) == [EGRESS_IP] * 4
    leaking = [EGRESS_IP, EGRESS_IP, "10.0.0.11", EGRESS_IP]
    assert play(scene, "egress-ip-leaks-at-times") == leaking
