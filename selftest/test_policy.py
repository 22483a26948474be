"""The world's network policies: who gets in, which ACL says so, and what agents tell of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selftest.test_agent import KEY, VETH, watcher
from selftest.world_stage import CONFIG, EVERYTHING, FAR, OUTSIDE, SERVER, Stage, play
from simulation.faults import Faults
from simulation.world.drop_lies import make_known
from simulation.world.events import Event, Samples
from simulation.world.packet import TCP, UDP, Packet
from simulation.world.path import Verdict
from simulation.world.policy import ruling

make_known()
TELLING = replace(CONFIG, features=EVERYTHING | {"NetworkEvents"})
POD, STRANGER = SERVER, (FAR.address, FAR)
ISOLATED = Event("NetpolNamespace", "drop", "Ingress", "", "demo")
ALLOWED = Event("NetworkPolicy", "allow-related", "Ingress", "one-port", "demo")


def policy(*ports: tuple[str, int], **spec: Any) -> dict[str, Any]:
    listed = [{"protocol": protocol, "port": port} for protocol, port in ports]
    rules = [{"ports": listed}] if listed else []
    body = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": rules} | spec
    return {
        "kind": "NetworkPolicy",
        "metadata": {"name": "one-port", "namespace": "demo"},
        "spec": body,
    }


def admin(action: str, port: int, *, priority: int = 10, name: str = "admin") -> dict[str, Any]:
    everybody: dict[str, Any] = {"namespaces": {}}
    rule = {
        "action": action,
        "from": [everybody],
        "ports": [{"portNumber": {"protocol": "TCP", "port": port}}],
    }
    spec = {"priority": priority, "subject": everybody, "ingress": [rule]}
    return {"kind": "AdminNetworkPolicy", "metadata": {"name": name}, "spec": spec}


def rule(*policies: dict[str, Any], port: int = 9999, proto: int = TCP) -> tuple[Verdict, Any]:
    return ruling(policies, POD, STRANGER, (proto, port))


def test_without_a_policy_nobody_tells_of_anything():
    assert rule() == (Verdict.LET_BY, None)
    elsewhere = policy()
    elsewhere["metadata"]["namespace"] = "other"
    assert rule(elsewhere) == (Verdict.LET_BY, None)
    assert rule(policy(policyTypes=["Egress"])) == (Verdict.LET_BY, None)


def test_a_selected_pod_takes_what_some_rule_lets_in_and_nothing_else():
    one = policy(("TCP", 8080))
    assert rule(one, port=8080) == (Verdict.LET_BY, ALLOWED)
    assert rule(one, port=9999) == (Verdict.DROP, ISOLATED)
    assert rule(one, port=8080, proto=UDP) == (Verdict.DROP, ISOLATED)
    assert rule(one, policy(("TCP", 9999)), port=9999)[0] is Verdict.LET_BY


def test_an_admin_policy_comes_first():
    one = policy(("TCP", 8080))
    denied = Event("AdminNetworkPolicy", "drop", "Ingress", "admin")
    assert rule(one, admin("Deny", 8080), port=8080) == (Verdict.DROP, denied)
    assert rule(one, admin("Allow", 9999), port=9999)[0] is Verdict.LET_BY
    assert rule(one, admin("Pass", 9999), port=9999) == (Verdict.DROP, ISOLATED)
    assert rule(one, admin("Deny", 1), port=8080) == (Verdict.LET_BY, ALLOWED)


def test_of_two_admin_policies_the_lower_number_decides():
    weak, strong = admin("Allow", 9999, priority=50), admin("Deny", 9999, priority=5)
    assert rule(weak, strong)[0] is Verdict.DROP


def test_samples_of_what_is_gone_mean_nothing():
    samples = Samples()
    kept, gone = samples.cookie(ALLOWED), samples.cookie(ISOLATED)
    assert samples.cookie(ALLOWED) == kept != gone
    samples.forget("NetpolNamespace", namespace="demo")
    assert (samples.decode(kept), samples.decode(gone)) == (ALLOWED, None)
    assert samples.cookie(ISOLATED) not in (kept, gone)


def knocked(port: int, *faults: str, **config: Any) -> list[dict[str, Any]]:
    """The flows from a far client to a port of the server, of which 8080 alone is allowed."""

    async def scene(stage: Stage) -> list[dict[str, Any]]:
        await stage.world.clock.sleep(2)
        stage.world.set_network_policies([policy(("TCP", 8080))])
        url = f"http://{SERVER.address}:{port}/"
        await stage.run(FAR, "curl", "-s", "--connect-timeout", "3", "--local-port", "40001", url)
        await stage.flows()
        return stage.between(FAR.address, SERVER.address)

    found: list[dict[str, Any]] = play(scene, *faults, config=replace(TELLING, **config))
    assert {flow["SrcPort"] for flow in found} >= {40001}
    return found


def test_a_denial_is_dropped_and_told_on_the_destination_node_alone():
    flows = knocked(9999)
    assert {f["AgentIP"] for f in flows} == {"10.0.0.10", "10.0.0.11"}
    dropped = [f for f in flows if "PktDropPackets" in f]
    assert {f["AgentIP"] for f in dropped} == {"10.0.0.10"}
    assert sum(f["PktDropPackets"] for f in dropped) == 2
    causes = {f["PktDropLatestDropCause"] for f in dropped}
    assert causes < {"OVS_DROP_LAST_ACTION", "OVS_DROP_EXPLICIT"}
    assert dropped[0]["NetworkEvents"] == [
        {
            "Feature": "acl",
            "Type": "NetpolNamespace",
            "Action": "drop",
            "Name": "",
            "Namespace": "demo",
            "Direction": "Ingress",
        }
    ]


def test_from_1_11_4_on_the_event_names_the_cause_even_without_packet_drops():
    alone = frozenset({"NetworkEvents"})
    for features in (alone, alone | {"PacketDrop"}):
        flows = knocked(9999, version=(1, 11, 4), features=features)
        causes = {f.get("PktDropLatestDropCause") for f in flows if "NetworkEvents" in f}
        assert causes == {"NetworkEvent_NetpolNamespace"}
    assert not [f for f in knocked(9999, features=alone) if "PktDropPackets" in f]


def test_an_allowed_connection_tells_of_the_policy_and_drops_at_most_at_its_end():
    flows = knocked(8080)
    events = [event for f in flows for event in f.get("NetworkEvents", ())]
    assert {(e["Type"], e["Action"], e["Name"]) for e in events} == {
        ("NetworkPolicy", "allow-related", "one-port")
    }
    causes = {f["PktDropLatestDropCause"] for f in flows if "PktDropPackets" in f}
    assert causes <= {"SKB_DROP_UNKNOWN_CAUSE"}
    lied = [f for f in knocked(8080, "close-drop-says-denied") if "PktDropPackets" in f]
    assert all(f["PktDropLatestDropCause"].startswith("OVS_DROP") for f in lied)


@pytest.mark.parametrize("config", [{"privileged": False}, {"features": frozenset()}])
def test_without_privileges_or_features_nothing_is_told(config):
    flows = knocked(9999, **config)
    assert not [f for f in flows if {"PktDropPackets", "NetworkEvents"} & f.keys()]


@pytest.mark.parametrize(("sampling", "told"), [(1, 1), (1_000_000, 0)])
def test_sampling_gates_events_as_it_gates_drops(sampling, told):
    agent = watcher(sampling=sampling, features=TELLING.features)
    agent.seen(VETH, Packet(74), 1.0)
    agent.evict()
    agent.sampled(KEY, 7, 1.0)
    agent.sampled(KEY, 7, 1.0)
    assert len(agent.evict()) == told


def test_without_observability_nobody_samples():
    async def scene(stage: Stage) -> list[dict[str, Any]]:
        stage.world.network.samples.observes = False
        stage.world.set_network_policies([policy()])
        await stage.run(FAR, "curl", "-s", "-m", "2", f"http://{SERVER.address}:8080/")
        return await stage.flows()

    flows = play(scene, config=TELLING)
    assert [f for f in flows if "PktDropPackets" in f]
    assert not [f for f in flows if "NetworkEvents" in f]


@pytest.mark.parametrize(
    "rules, action",
    [
        ([{"type": "Deny", "to": {"cidrSelector": "0.0.0.0/0"}}], "drop"),
        ([{"type": "Allow", "to": {"cidrSelector": f"{OUTSIDE}/32"}}], "allow"),
        ([{"type": "Allow", "to": {"cidrSelector": "192.0.2.0/24"}}], None),
    ],
)
def test_an_egress_firewall_tells_of_the_rule_that_fits(rules, action):
    async def scene(stage: Stage) -> list[dict[str, Any]]:
        stage.world.set_egress_firewall("demo", rules)
        await stage.run(FAR, "curl", "-s", "-m", "2", f"http://{OUTSIDE}/")
        await stage.flows()
        return stage.between(FAR.address, OUTSIDE)

    found = [event for f in play(scene, config=TELLING) for event in f.get("NetworkEvents", ())]
    told = {(e["Type"], e["Action"], e["Namespace"], e["Direction"]) for e in found}
    assert told == ({("EgressFirewall", action, "demo", "Egress")} if action else set())


def test_the_faults_are_those_of_the_catalog():
    assert Faults(["policy-not-enforced", "events-undecodable"]).active("events-undecodable")
    (event,) = {
        str(f.get("NetworkEvents"))
        for f in knocked(9999, "events-undecodable")
        if "NetworkEvents" in f
    }
    assert "Message" in event
