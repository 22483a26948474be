"""Both IP families in the simulated world: who leaves under which address, and what flows show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selftest.world_stage import FAR, NEAR, SERVER, Stage, play
from simulation.world import Container, Endpoint, External, Node, Service, ServicePort
from simulation.world.dns.resolver import _preferred
from simulation.world.packet import mac_of

IPV6 = 34525
WEB6, SITE6 = "fd02::1", "2001:db8::7"
BACKEND = replace(SERVER, other_addresses=("fd01:0:0:1::5",), uid="web6", address="10.128.0.55")
CLIENT = replace(FAR, other_addresses=("fd01:0:0:2::9",), uid="far6", address="10.128.2.99")
HOST = Endpoint("demo", "h", "10.0.0.12", "node-2", True, uid="h", other_addresses=("fd00::12",))


async def both(stage: Stage) -> None:
    """The same nodes with a second address each, and ends that have two."""
    for number in range(3):
        name, slice_ = f"node-{number}", f"10.128.{2 * number}.0/23"
        node = Node(name, f"10.0.0.{10 + number}", slice_, other_addresses=(f"fd00::1{number}",))
        stage.world.add_node(node)
    for endpoint in (BACKEND, CLIENT, HOST):
        stage.world.place(endpoint)
    ports = (ServicePort("http", "TCP", 80, 8080),)
    service = Service("demo", "web6", "172.30.1.66", ports, (BACKEND.address,), (WEB6,))
    stage.world.set_service(service)
    stage.world.add_external(External("203.0.113.70", ("six",), (80,), other_addresses=(SITE6,)))
    for server in (BACKEND, HOST):
        stage.world.launch(server, Container("agnhost", ("/agnhost", "netexec")))
    await stage.world.clock.sleep(1)


@pytest.mark.parametrize(
    "url, address",
    [
        (f"http://[{SITE6}]", "fd00::11"),
        ("http://[fd00::12]:8080", "fd00::11"),
        ("http://[fd01:0:0:1::5]:8080", "fd01:0:0:2::9"),
        (f"http://[{WEB6}]", "fd01:0:0:2::9"),
        ("http://172.30.1.66", CLIENT.address),
        ("http://203.0.113.70", "10.0.0.11"),
    ],
)
def test_a_pod_is_seen_by_an_address_of_the_family_that_it_used(url, address):
    async def scene(stage: Stage) -> str:
        await both(stage)
        _, output = await stage.run(CLIENT, "curl", "-s", "-m", "2", f"{url}/clientip")
        return output.rpartition(":")[0].strip("[]")

    assert play(scene) == address


def test_flows_have_the_addresses_and_names_of_their_family():
    async def scene(stage: Stage) -> list[dict[str, Any]]:
        await both(stage)
        await stage.run(CLIENT, "curl", "-s", "-m", "2", f"http://[{WEB6}]/hostname")
        await stage.flows()
        return stage.between("fd01:0:0:2::9", WEB6)

    flows = play(scene)
    assert flows
    for flow in flows:
        assert flow["Etype"] == IPV6
        assert (flow["SrcK8S_Name"], flow["DstK8S_Name"]) == ("far", "web6")
        assert flow["AgentIP"] == "10.0.0.11"
        assert flow["SrcMac"] == mac_of(CLIENT.address)


def test_a_single_family_pod_has_no_way_to_the_other_one():
    async def scene(stage: Stage) -> tuple[int, str]:
        await both(stage)
        return await stage.run(NEAR, "curl", "-sS", "-m", "2", f"http://[{SITE6}]/")

    code, said = play(scene)
    assert code == 7
    assert "Network is unreachable" in said


def test_a_node_that_loses_an_address_is_nobody_there():
    async def scene(stage: Stage) -> list[object]:
        await both(stage)
        stage.world.add_node(Node("node-2", "10.0.0.12", "10.128.4.0/23"))
        places = stage.world.places
        return [places.node_at("fd00::12"), places.node_at("10.0.0.12") is not None]

    assert play(scene) == [None, True]


@pytest.mark.parametrize(
    "own, first",
    [
        (("10.128.2.99", "fd01::9"), ["fd02::1", "192.0.2.1", "2001:db8::1"]),
        (("10.128.2.99", "2001:db8:9::9"), ["2001:db8::1", "192.0.2.1", "fd02::1"]),
        (("10.128.2.99",), ["192.0.2.1", "2001:db8::1", "fd02::1"]),
    ],
)
def test_addresses_of_a_name_are_sorted_as_getaddrinfo_does(own, first):
    client = replace(FAR, address=own[0], other_addresses=own[1:])
    assert list(_preferred(client, ["192.0.2.1", "2001:db8::1", "fd02::1"])) == first
