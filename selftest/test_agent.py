"""The simulated eBPF agent sees what its hooks see, and keeps it as upstream's maps do."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from selftest.world_stage import CONFIG, DNS, FAR, NAMES, NEAR, SERVER, WEB, Stage, play
from simulation.agent import AgentConfig, Agents
from simulation.agent.decode import Decoder
from simulation.agent.dns import shortened
from simulation.agent.watcher import Watcher
from simulation.faults import Faults
from simulation.world import Container
from simulation.world.packet import ACK, SYN, TCP, Drop, Hop, Key, Packet

KEY = Key("10.128.0.9", "10.128.2.9", 40000, 80, TCP)
MACS = ("0a:58:0a:80:00:09", "0a:58:0a:80:02:09")
VETH, TUNNEL = Hop("n", "veth", 0, KEY, MACS, pod=True), Hop("n", "genev_sys_6081", 1, KEY, MACS)


def watcher(*, plugged: bool = True, **config: Any) -> Watcher:
    decoder = Decoder("10.0.0.10", lambda _: plugged, Faults(), random.Random(1))
    return Watcher(replace(CONFIG, **config), decoder, Faults(), random.Random(1))


def test_packets_are_counted_where_the_flow_was_seen_first() -> None:
    agent = watcher()
    for flag in (SYN, ACK):
        agent.seen(VETH, Packet(74, flag), 1.0)
        agent.seen(TUNNEL, Packet(74, flag), 1.0)
    record = agent.evict()[0].record
    assert (record["Packets"], record["Bytes"], record["Flags"]) == (2, 148, SYN | ACK)
    assert record["Interfaces"] == ["veth", "genev_sys_6081"]
    assert (record["IfDirections"], record["Udns"]) == ([0, 1], ["", ""])


def test_an_interface_crossed_both_ways_says_so() -> None:
    agent = watcher()
    for hop in (VETH, TUNNEL, replace(TUNNEL, direction=0)):
        agent.seen(hop, Packet(74), 1.0)
    assert agent.evict()[0].record["IfDirections"] == [0, 3]


def test_the_interface_of_a_pod_that_is_gone_is_unknown() -> None:
    agent = watcher(plugged=False)
    agent.seen(VETH, Packet(74), 1.0)
    assert agent.evict()[0].record["Interfaces"] == ["unknown"]


def test_eviction_empties_the_maps() -> None:
    agent = watcher()
    agent.seen(VETH, Packet(74), 1.0)
    assert [len(agent.evict()), len(agent.evict())] == [1, 0]


def test_what_outlives_the_main_entry_becomes_a_partial_record() -> None:
    agent = watcher()
    agent.round_trip(KEY, 120_000, 2.0)
    record = agent.evict()[0].record
    assert (record["SrcMac"], record["Interfaces"]) == ("00:00:00:00:00:00", ["unknown"])
    assert record["TimeFlowRttNs"] == 120_000
    assert "Bytes" not in record
    assert "Packets" not in record


def test_a_full_cache_drops_new_flows_and_counts_them() -> None:
    agent = watcher(cache_max_flows=1)
    for port in (1, 2, 3):
        agent.seen(replace(VETH, key=KEY._replace(sport=port)), Packet(74), 1.0)
    assert len(agent.evict()) == 1
    assert agent.counters.dropped["CannotCreateFlowsHashMap"] == 2


def test_sampling_keeps_about_one_packet_in_n_and_gates_the_other_hooks() -> None:
    agent = watcher(sampling=10)
    for number in range(5000):
        agent.seen(replace(VETH, key=KEY._replace(sport=number)), Packet(74), 1.0)
        agent.round_trip(KEY._replace(sport=number), 1000, 1.0)
    records = [exported.record for exported in agent.evict()]
    assert 400 < len(records) < 600
    assert all("TimeFlowRttNs" in record and record["Sampling"] == 10 for record in records)


@pytest.mark.parametrize("sampling", [0, 1])
def test_sampling_zero_takes_all_and_leaves_the_field_out(sampling: int) -> None:
    agent = watcher(sampling=sampling)
    agent.seen(VETH, Packet(74), 1.0)
    assert agent.evict()[0].record.get("Sampling", 0) == sampling


@pytest.mark.parametrize(("privileged", "told"), [(True, True), (False, False)])
def test_drops_need_a_privileged_agent(privileged: bool, told: bool) -> None:
    agent = watcher(privileged=privileged)
    agent.seen(VETH, Packet(74, SYN), 1.0)
    agent.dropped(KEY, Drop(40, SYN, "TCP_INVALID_STATE", "SKB_DROP_REASON_NO_SOCKET"), 1.0)
    assert ("PktDropPackets" in agent.evict()[0].record) is told


def asked(server: str, *options: str) -> list[dict[str, Any]]:
    async def scene(stage: Stage) -> list[dict[str, Any]]:
        await stage.run(FAR, "dig", f"@{server}", "a.slow.test", "+qid=77", *options)
        await stage.flows()
        return stage.between(server, FAR.address)

    return play(scene)


@pytest.mark.parametrize("options", [(), ("+tcp",)])
def test_behind_a_service_the_latency_is_true(options: tuple[str, ...]) -> None:
    (answer,) = asked(DNS, *options)
    assert 50 <= answer["DnsLatencyMs"] < 60
    assert (answer["DnsId"], answer["DnsFlagsResponseCode"]) == (77, "NoError")
    assert answer.get("DnsErrno") == (14 if options else None)


def test_seen_on_two_interfaces_an_answer_loses_its_latency() -> None:
    answers = asked(NAMES.address, "-p", "5353")
    assert all("DnsId" not in answer for answer in answers)

    async def scene(stage: Stage) -> list[dict[str, Any]]:
        names = replace(stage.world.places.services["demo", "names"], backends=())
        stage.world.set_service(names)
        files = {"/c": "slow.test { \n erratic {\n delay 1 50ms\n }\n}"}
        server = replace(NEAR, name="named", uid="named", address="10.128.0.40")
        stage.world.place(server)
        stage.world.launch(server, Container("x", ("coredns", "-conf", "/c"), files=files))
        await stage.world.clock.sleep(2)
        await stage.run(FAR, "dig", f"@{server.address}", "a.slow.test")
        await stage.flows()
        return stage.between(server.address, FAR.address) + stage.between(
            FAR.address, server.address
        )

    flows = play(scene)
    assert {f["DnsErrno"] for f in flows if f["SrcPort"] == 53} == {2}
    assert {f["DnsLatencyMs"] for f in flows if f["SrcPort"] == 53} == {0}
    assert {f["DnsErrno"] for f in flows if f["DstPort"] == 53} == {239}


def test_names_are_cut_between_labels() -> None:
    long = "kubernetes.default.svc.cluster.local"
    assert shortened(long) == "kubernetes.default.svc.cluster"
    assert shortened("www.example.org") == "www.example.org"


def test_each_node_reports_and_the_tunnel_shows_the_pod_behind_the_service() -> None:
    async def scene(stage: Stage) -> list[dict[str, Any]]:
        await stage.run(FAR, "curl", "-s", f"http://{WEB}/")
        return await stage.flows()

    flows = [f for f in play(scene) if f["Proto"] == TCP]
    asks = {(f["AgentIP"], f["DstAddr"], f["FlowDirection"]) for f in flows if f["SrcPort"] > 9000}
    assert asks == {
        ("10.0.0.11", WEB, "1"),
        ("10.0.0.11", SERVER.address, "1"),
        ("10.0.0.10", SERVER.address, "0"),
    }
    translated = [f for f in flows if f["DstAddr"] == WEB]
    assert [(f["XlatDstAddr"], f["XlatDstPort"]) for f in translated] == [(SERVER.address, 8080)]
    timed = {(f["SrcAddr"], f["AgentIP"]) for f in flows if "TimeFlowRttNs" in f}
    assert timed == {(FAR.address, "10.0.0.10"), (WEB, "10.0.0.11")}
    assert all(f["TimeFlowRttNs"] % 1000 == 0 for f in flows if "TimeFlowRttNs" in f)


def test_an_agent_needs_its_node() -> None:
    async def scene(stage: Stage) -> None:
        with pytest.raises(ValueError, match="no node called nowhere"):
            Agents(stage.world, lambda _: None).start("nowhere", AgentConfig())
        assert "netobserv_agent_evictions_total" in stage.agents.metrics("node-0")
        stage.agents.stop("node-0")
        assert stage.agents.metrics("node-0") == ""

    play(scene)
