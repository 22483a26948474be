"""The simulated agent's flow filter decides as upstream's eBPF program was seen to decide."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.filter_faults import FILTER_FAULTS
from simulation.agent.filter import FlowFilter
from simulation.agent.filter_criteria import Look
from simulation.faults import Faults, known
from simulation.world.packet import ACK, ICMP, SYN, SYN_ACK, TCP, UDP, Key

POD, PEER, OUTSIDE = "10.132.0.5", "10.132.2.9", "203.0.113.7"
KEPT_AS = {True: "kept", False: "gone"}


def judged(rules: list[dict[str, Any]], look: Look, *faults: str) -> tuple[str, str]:
    found = FlowFilter(rules, Faults(faults)).judge(look)
    return KEPT_AS[found.kept], found.counter.removeprefix("Filter")


def to(port: int, source: str = PEER, proto: int = TCP, **more: Any) -> Look:
    return Look(Key(source, POD, 40000, port, proto), **more)


def back(port: int, **more: Any) -> Look:
    return Look(Key(POD, PEER, port, 40000, TCP), **more)


ACCEPT = {"ip_cidr": f"{POD}/32", "action": "Accept"}
REJECT = {"ip_cidr": f"{POD}/32", "action": "Reject"}
DOCUMENTED = [
    {
        **{"ip_cidr": "10.132.0.0/14", "action": "Accept", "protocol": "TCP", "port": 8080},
        "direction": "Ingress",
    },
    {"ip_cidr": "0.0.0.0/0", "action": "Reject"},
]


@pytest.mark.parametrize(
    ("rules", "look", "result"),
    [
        ([ACCEPT], to(80), ("kept", "Accept")),
        ([ACCEPT], back(80), ("kept", "Accept")),
        ([ACCEPT], Look(Key(PEER, OUTSIDE, 1, 2, TCP)), ("gone", "NoMatch")),
        ([REJECT], to(80), ("gone", "Reject")),
        ([ACCEPT | {"port": 8080}], to(9090), ("gone", "NoMatch")),
        ([REJECT | {"port": 8080}], to(9090), ("kept", "NoMatch")),
        ([{"ip_cidr": f"{POD}/32"}], to(80), ("gone", "NoMatch")),
        ([{}], to(80), ("gone", "NoMatch")),
        ([ACCEPT | {"port_range": "8080-8085"}], to(8085), ("kept", "Accept")),
        ([ACCEPT | {"port_range": "8080-8085"}], to(8086), ("gone", "NoMatch")),
        ([ACCEPT | {"ports": "8080,9090"}], back(9090), ("kept", "Accept")),
        ([ACCEPT | {"destination_port": 8080}], to(8080), ("kept", "Accept")),
        ([ACCEPT | {"destination_port": 8080}], back(8080), ("gone", "NoMatch")),
        ([ACCEPT | {"port": 8080}], to(0, proto=ICMP), ("kept", "Accept")),
        ([ACCEPT | {"protocol": "UDP"}], to(80, proto=UDP), ("kept", "Accept")),
        ([ACCEPT | {"protocol": "UDP"}], to(80), ("gone", "NoMatch")),
        ([ACCEPT | {"direction": "Ingress"}], to(80, direction=1), ("gone", "NoMatch")),
        ([ACCEPT | {"tcp_flags": "SYN"}], to(80, flag=SYN), ("kept", "Accept")),
        ([ACCEPT | {"tcp_flags": "SYN"}], back(80, flag=SYN_ACK), ("gone", "NoMatch")),
        ([ACCEPT | {"drops": True}], to(80), ("gone", "NoMatch")),
        ([ACCEPT | {"drops": True}], to(80, dropped=True), ("kept", "Accept")),
        ([ACCEPT | {"peer_cidr": "10.132.2.0/23"}], to(80), ("kept", "Accept")),
        ([ACCEPT | {"peer_cidr": "10.132.2.0/23"}], back(80), ("kept", "Accept")),
        ([ACCEPT | {"peer_ip": OUTSIDE}], to(80), ("gone", "NoMatch")),
        ([REJECT | {"peer_ip": OUTSIDE}], to(80), ("gone", "NoMatch")),
        ([ACCEPT, {"ip_cidr": "10.132.0.0/31", "action": "Reject"}], to(80), ("kept", "Accept")),
        ([ACCEPT, REJECT], to(80), ("gone", "Reject")),
        ([REJECT, ACCEPT], to(80), ("kept", "Accept")),
        ([ACCEPT, {"ip_cidr": f"{PEER}/32", "action": "Reject"}], to(80), ("gone", "Reject")),
        (DOCUMENTED, to(8080), ("kept", "Accept")),
        (DOCUMENTED, to(8080, direction=1), ("gone", "NoMatch")),
        (DOCUMENTED, to(8080, source=OUTSIDE), ("gone", "Reject")),
        (DOCUMENTED[:1], to(8080, source=OUTSIDE), ("kept", "Accept")),
    ],
)
def test_a_packet_is_judged_as_upstream_judges_it(rules, look, result) -> None:
    assert judged(rules, look) == result


def test_peers_of_any_rule_are_peers_of_every_rule() -> None:
    other = {"ip_cidr": "192.0.2.1/32", "action": "Accept", "peer_ip": PEER}
    assert judged([ACCEPT | {"peer_ip": OUTSIDE}, other], to(80)) == ("kept", "Accept")


def test_both_families_share_one_trie() -> None:
    look = Look(Key("2001:db8::1", "2001:db8::2", 1, 2, TCP))
    assert judged([{"ip_cidr": "32.1.0.0/16", "action": "Accept"}], look) == ("kept", "Accept")


def test_a_rule_brings_its_own_sampling() -> None:
    sampled = FlowFilter([ACCEPT | {"sample": 50}], Faults())
    assert (sampled.samples, sampled.judge(to(80)).sampling) == (True, 50)
    assert FlowFilter([ACCEPT], Faults()).samples is False


@pytest.mark.parametrize(
    ("fault", "rules", "look", "result"),
    [
        ("filter-ports-ignored", [ACCEPT | {"port": 8080}], to(9090), "kept"),
        ("filter-range-off-by-one", [ACCEPT | {"port_range": "80-85"}], to(85), "gone"),
        ("filter-second-port-lost", [ACCEPT | {"ports": "80,90"}], to(90), "gone"),
        ("filter-protocol-ignored", [ACCEPT | {"protocol": "UDP"}], to(80), "kept"),
        ("filter-direction-ignored", [ACCEPT | {"direction": "Egress"}], to(80), "kept"),
        ("filter-flags-ignored", [ACCEPT | {"tcp_flags": "SYN"}], to(80, flag=ACK), "kept"),
        ("filter-peer-ignored", [ACCEPT | {"peer_ip": OUTSIDE}], to(80), "kept"),
        ("filter-drops-ignored", [ACCEPT | {"drops": True}], to(80), "kept"),
        ("filter-rejects-nothing", [REJECT], to(80), "kept"),
        ("filter-reject-spares-nothing", [REJECT | {"port": 8080}], to(80), "gone"),
        ("filter-rule-without-action-accepts", [{}], to(80), "kept"),
        ("filter-accepts-nothing", [ACCEPT], to(80), "gone"),
        (
            "filter-shortest-prefix",
            [ACCEPT, {"ip_cidr": "10.132.0.4/31", "action": "Reject"}],
            to(80),
            "gone",
        ),
        (
            "filter-destination-first",
            [ACCEPT, {"ip_cidr": f"{PEER}/32", "action": "Reject"}],
            to(80),
            "kept",
        ),
    ],
)
def test_a_lie_turns_the_judgement_round(fault, rules, look, result) -> None:
    assert judged(rules, look, fault)[0] == result
    assert judged(rules, look)[0] != result


def test_every_lie_is_known_to_the_simulation() -> None:
    assert {fault.name for fault in FILTER_FAULTS} <= known().keys()
