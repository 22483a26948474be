"""What agents say of user-defined networks and of IPsec, in a small world of packets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selftest.world_stage import CONFIG, FAR, NEAR, SERVER, WEB, Stage, play
from simulation.world import Container, Endpoint

TRACKING = replace(CONFIG, features=frozenset({"UDNMapping", "IPSec", "PacketTranslation"}))
BLUE = Endpoint(
    "team",
    "web-2",
    "10.251.0.5",
    "node-0",
    other_addresses=("10.128.0.77",),
    owner_name="web-2",
    uid="blue-server",
    network="team/blue",
)
INSIDER = replace(
    BLUE,
    name="probe",
    address="10.251.1.6",
    node="node-1",
    owner_name="probe",
    uid="blue-probe",
    other_addresses=("10.128.2.78",),
)
NODES = ("10.0.0.10", "10.0.0.11")


async def blue(stage: Stage) -> None:
    for endpoint in (BLUE, INSIDER):
        stage.world.place(endpoint)
    web = ("/agnhost", "netexec", "--http-port=8080")
    stage.world.launch(BLUE, Container("agnhost", web))
    await stage.world.clock.sleep(1)


async def inside(stage: Stage) -> list[dict[str, Any]]:
    """A request within the network, and the flows that both nodes report of it."""
    await blue(stage)
    code, _ = await stage.run(INSIDER, "curl", "-s", f"http://{BLUE.address}:8080/")
    assert code == 0
    await stage.flows()
    return stage.between(INSIDER.address, BLUE.address)


async def plain(stage: Stage) -> list[dict[str, Any]]:
    await stage.run(FAR, "curl", "-s", f"http://{SERVER.address}:8080/")
    await stage.flows()
    return stage.between(FAR.address, SERVER.address)


def of(flows: list[dict[str, Any]], agent: str) -> dict[str, Any]:
    (flow,) = [flow for flow in flows if flow["AgentIP"] == agent]
    return flow


def test_the_servers_node_names_the_network_and_both_pods():
    flow = of(play(inside, config=TRACKING), NODES[0])
    assert dict(zip(flow["Interfaces"], flow["Udns"], strict=True))["genev_sys_6081"] == ""
    assert sorted(flow["Udns"]) == ["", "team/blue"]
    assert (flow["SrcK8S_Name"], flow["DstK8S_Name"]) == ("probe", "web-2")
    assert flow["DstK8S_NetworkName"] == "team/blue"


def test_a_finished_pods_own_node_no_longer_knows_its_network():
    """Its interface is long gone when the flows are taken from the maps."""
    late = replace(TRACKING, cache_active_timeout=60.0)
    flow = of(play(inside, config=late), NODES[1])
    assert {*flow["Udns"]} == {""}
    assert "SrcK8S_Name" not in flow
    assert "FlowDirection" not in flow


def test_without_the_feature_nothing_is_named_and_nobody_is_found():
    for flow in play(inside, config=replace(TRACKING, features=frozenset())):
        assert {*flow["Udns"]} == {""}
        assert "DstK8S_Name" not in flow


@pytest.mark.parametrize(
    "fault, udns",
    [
        ("udn-name-missing", ["", ""]),
        ("udn-says-default", ["", "default"]),
        ("udn-on-default-network", ["", "team/blue"]),
    ],
)
def test_lies_about_names(fault, udns):
    assert sorted(of(play(inside, fault, config=TRACKING), NODES[0])["Udns"]) == udns


def test_pods_of_the_default_network_are_called_so():
    honest = of(play(plain, config=TRACKING), NODES[0])
    lying = of(play(plain, "udn-on-default-network", config=TRACKING), NODES[0])
    assert sorted(honest["Udns"]) == ["", "default"]
    assert honest["DstK8S_NetworkName"] == "primary"
    assert "default" not in lying["Udns"]


@pytest.mark.parametrize("client, address", [(NEAR, 1), (INSIDER, 0)])
def test_nobody_crosses_a_border(client, address):
    """Neither to the default address of a pod that has another one, nor out of its network."""

    async def scene(stage: Stage) -> int:
        await blue(stage)
        target = BLUE.other_addresses[0] if address else SERVER.address
        url = f"http://{target}:8080/"
        return (await stage.run(client, "curl", "-s", "--connect-timeout", "2", url))[0]

    assert play(scene) == 28
    assert play(scene, "udn-border-open") == 0


async def encrypted(stage: Stage) -> list[dict[str, Any]]:
    stage.world.network.routes.encrypted = True
    await stage.run(FAR, "curl", "-s", f"http://{WEB}/")
    await stage.run(NEAR, "curl", "-s", f"http://{WEB}/")
    flows = await stage.flows()
    return [flow for flow in flows if "IPSecStatus" in flow]


def test_only_flows_of_nodes_say_whether_ipsec_succeeded():
    flows = play(encrypted, config=TRACKING)
    assert {(flow["IPSecStatus"], flow["IPSecRetCode"]) for flow in flows} == {("success", 0)}
    assert {(flow["SrcAddr"], flow["DstAddr"]) for flow in flows} == {NODES, NODES[::-1]}
    arrived = [flow for flow in flows if flow["Proto"] == 50]
    assert {flow["AgentIP"] for flow in arrived} == {*NODES}
    assert all(flow["Bytes"] > 0 and "SrcPort" not in flow for flow in arrived)


def test_what_is_sent_is_a_partial_record_of_the_packet_inside():
    """Before agents wrote it under the packet on the wire (NETOBSERV-2343)."""
    flows = [flow for flow in play(encrypted, config=TRACKING) if flow["Proto"] == 17]
    assert {flow["DstPort"] for flow in flows} == {6081}
    assert {flow["DstMac"] for flow in flows} == {"00:00:00:00:00:00"}


@pytest.mark.parametrize(
    "fault, told",
    [
        ("ipsec-missing", set()),
        ("ipsec-error", {("error", -22)}),
        ("ipsec-code-missing", {("success", None)}),
    ],
)
def test_lies_about_ipsec(fault, told):
    flows = play(encrypted, fault, config=TRACKING)
    assert {(flow["IPSecStatus"], flow.get("IPSecRetCode")) for flow in flows} == told


def test_a_cluster_without_ipsec_says_nothing_of_it():
    async def scene(stage: Stage) -> list[dict[str, Any]]:
        await stage.run(FAR, "curl", "-s", f"http://{WEB}/")
        return await stage.flows()

    flows = play(scene, config=TRACKING)
    assert flows
    assert not any("IPSecStatus" in flow for flow in flows)
