"""The world in which the recordings were made: one node with a bridge CNI, and the same traffic."""

from __future__ import annotations

import random
from functools import cache

from selftest.timeless import timeless, timeless_clock
from selftest.world_stage import Stage, Written
from simulation.agent import AgentConfig, Agents
from simulation.pipeline import Pipeline, PipelineConfig
from simulation.world import (
    Container,
    Endpoint,
    Node,
    Service,
    ServicePort,
    Settings,
    Wiring,
    World,
)

ZONES = """
example.org {
    template IN A {
        answer "{{ .Name }} 60 IN A 192.0.2.1"
    }
}
nosuch.org {
    template ANY ANY {
        rcode NXDOMAIN
    }
}
"""
ADDRESSES = {
    "web-server": 3,
    "probe-1": 4,
    "probe-2": 5,
    "probe-3": 6,
    "dns-ok": 7,
    "dns-nx": 8,
    "dns-refused": 9,
    "dns-tcp": 10,
    "dropped": 11,
    "closed-udp": 12,
}
CURL = ("curl", "-s", "--connect-timeout", "4")
DIG = ("dig", "@10.133.1.1", "+tries=1")
TRAFFIC = {
    "probe-1": (*CURL, "http://172.30.51.149/"),
    "probe-2": (*CURL, "http://10.133.1.3:9999/"),
    "probe-3": (*CURL, "http://10.133.1.3:8080/"),
    "dns-ok": (*DIG, "www.example.org"),
    "dns-nx": (*DIG, "a.nosuch.org"),
    "dns-refused": (*DIG, "www.elsewhere.net"),
    "dns-tcp": (*DIG, "www.example.org", "+tcp"),
    "dropped": (*CURL, "http://10.133.1.3:9997/"),
    "closed-udp": (
        *("/agnhost", "connect", "10.133.1.3:5555"),
        *("--protocol=udp", "--udp-data=hi", "--timeout=2s"),
    ),
}
ADMITS = [{"port": 8080}, {"port": 9999}, {"port": 5555, "protocol": "UDP"}]
POLICY = {
    "metadata": {"namespace": "flows-demo", "name": "not-9997"},
    "spec": {"podSelector": {"matchLabels": {"app": "web"}}, "ingress": [{"ports": ADMITS}]},
}


def pod(name: str) -> Endpoint:
    address = f"10.133.1.{ADDRESSES[name]}"
    if name == "web-server":
        labels, full = {"app": "web"}, "web-server-5d88d7db7-2v94m"
        return Endpoint("flows-demo", full, address, "vm", False, "Deployment", name, labels, name)
    return Endpoint("flows-demo", name, address, "vm", owner_name=name, uid=name)


@cache
def simulated() -> list[Written]:
    return timeless(_simulate())


async def _simulate() -> list[Written]:
    settings = Settings(pod_networks=("10.133.0.0/16",), wiring=Wiring.BRIDGE)
    world = World(timeless_clock(), random.Random(3), settings=settings)
    written: list[Written] = []
    config = PipelineConfig(subnet_labels={})
    pipeline = Pipeline(world, config, lambda *entry: written.append(Written(*entry)))
    agents = Agents(world, pipeline.ingest)
    world.add_node(Node("vm", "192.0.2.2", "10.133.1.0/24", uplink="eth0"))
    features = frozenset({"PacketDrop", "DNSTracking"})
    agents.start("vm", AgentConfig(1, 5.0, features=features, privileged=True))
    await _serve(world)
    stage = Stage(world, agents, pipeline, written)
    for name, argv in TRAFFIC.items():
        world.place(pod(name))
        await stage.run(pod(name), *argv)
        world.withdraw(name)
    await stage.flows()
    return written


async def _serve(world: World) -> None:
    server = pod("web-server")
    resolver = Endpoint("", "", "10.133.1.1", "vm", host_network=True, uid="resolver")
    ports = (ServicePort("http", "TCP", 80, 8080),)
    for endpoint in (server, resolver):
        world.place(endpoint)
    address = server.address
    world.set_service(Service("flows-demo", "web-svc", "172.30.51.149", ports, (address,)))
    world.set_network_policies([POLICY])
    world.launch(server, Container("agnhost", ("/agnhost", "netexec", "--http-port=8080")))
    world.launch(resolver, Container("x", ("coredns", "-conf", "/c"), files={"/c": ZONES}))
    await world.clock.sleep(1)
