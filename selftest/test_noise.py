"""Strangers talk all the time, of every kind, and never to somebody else's pods."""

from __future__ import annotations

from typing import Any

from selftest.world_stage import FAR, NEAR, SERVER, Stage, play
from simulation.world import Endpoint, Noise, Service, ServicePort

HTTP = (ServicePort("http", "TCP", 80, 8080),)
LOKI = (ServicePort("http", "TCP", 3100, 3100),)


def stranger(number: int, namespace: str, owner: str) -> Endpoint:
    node = number % 3
    address = f"10.128.{2 * node}.{100 + number}"
    return Endpoint(
        namespace, f"{owner}-{number}", address, f"node-{node}", False, "Deployment", owner
    )


def settle(stage: Stage) -> None:
    for number in range(6):
        stage.world.place(stranger(number, "shop", "orders"))
    pipeline, loki = (
        stranger(7 + i, "netobserv", n) for i, n in enumerate(("flowlogs-pipeline", "loki"))
    )
    for endpoint in (pipeline, loki):
        stage.world.place(endpoint)
    backends = tuple(stranger(n, "shop", "orders").address for n in range(6))
    stage.world.set_service(Service("shop", "orders", "172.30.4.4", HTTP, backends))
    stage.world.set_service(Service("netobserv", "loki", "172.30.4.5", LOKI, (loki.address,)))


async def listen(stage: Stage) -> list[dict[str, Any]]:
    settle(stage)
    noise = Noise(stage.world, rate=2.0)
    noise.start()
    await stage.world.clock.sleep(90)
    noise.stop()
    return await stage.flows()


def test_strangers_make_flows_of_every_kind() -> None:
    flows = play(listen)
    assert {f.get("FlowDirection") for f in flows} >= {"0", "1", "2"}
    for key in ("TimeFlowRttNs", "DnsId", "XlatDstAddr", "PktDropPackets"):
        assert any(key in f for f in flows), key
    assert {"NoError", "NXDomain", "Refused"} & {f.get("DnsFlagsResponseCode") for f in flows}
    assert any(f["SrcMac"] == "00:00:00:00:00:00" for f in flows), "no partial flow"
    inside = [f for f in flows if f.get("SrcK8S_Namespace") == f.get("DstK8S_Namespace")]
    assert {f["K8S_FlowLayer"] for f in inside if f.get("SrcK8S_Namespace") == "netobserv"} == {
        "infra"
    }
    assert {f["K8S_FlowLayer"] for f in inside if f.get("SrcK8S_Namespace") == "shop"} == {"app"}


def test_nobody_else_is_spoken_to() -> None:
    mine = {SERVER.address, NEAR.address, FAR.address}
    flows = play(listen)
    assert len(flows) > 50
    assert not [f for f in flows if mine & {f["SrcAddr"], f["DstAddr"]}]


def test_noise_that_has_stopped_is_silent() -> None:
    async def scene(stage: Stage) -> tuple[int, int]:
        await listen(stage)
        before = len(stage.written)
        await stage.world.clock.sleep(60)
        return before, len(await stage.flows())

    before, after = play(scene)
    assert before == after > 0
