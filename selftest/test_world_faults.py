"""Every fault of the world, the agents and flowlogs-pipeline changes what it says it changes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from catalog.enforcement import BOUND_KINDS, lie
from selftest.world_stage import CONFIG, DNS, FAR, NAMES, NEAR, OUTSIDE, SERVER, WEB, Stage, play
from simulation import faults
from simulation.faults import Faults, UnknownFault
from simulation.world import External

DENIED, ALLOWED = "203.0.113.7", "198.51.100.7"
RULES = [
    {"type": "Allow", "to": {"cidrSelector": f"{ALLOWED}/32"}},
    {
        "type": "Deny",
        "to": {"cidrSelector": "0.0.0.0/0"},
        "ports": [{"protocol": "TCP", "port": 80}],
    },
]
Flow = dict[str, Any]


@dataclass
class Evidence:
    """What came of one round of traffic."""

    flows: list[Flow] = field(default_factory=list)
    lines: list[Flow] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)
    dug: dict[str, str] = field(default_factory=dict)

    def some(self, **wanted: Any) -> list[Flow]:
        return [f for f in self.flows if all(f.get(k) == v for k, v in wanted.items())]

    @property
    def asked(self) -> Flow:
        """The request to the service as the client's node saw it."""
        return next(iter(self.some(DstAddr=WEB, DstPort=80)), {})

    @property
    def got(self) -> Flow:
        return next(iter(self.some(SrcAddr=WEB, SrcPort=80)), {})

    def dns(self, name: str) -> Flow:
        ids = {"found": 11, "missing": 12, "broken": 13, "slow": 14, "tcp": 15}
        return next(iter(self.some(DnsId=ids[name])), {})


async def round_of_traffic(stage: Stage) -> Evidence:
    seen = Evidence()
    curl = ("curl", "-s", "--connect-timeout", "2")

    async def get(name: str, url: str) -> None:
        seen.ends[name] = (await stage.run(FAR, *curl, url))[0]

    async def dig(name: str, number: int, *options: str) -> None:
        argv = ("dig", f"@{DNS}", f"a.{name}.test", f"+qid={number}", *options)
        seen.dug[name] = (await stage.run(FAR, *argv))[1]

    stage.world.add_external(External(ALLOWED, (), (80,)))
    await get("web", f"http://{WEB}/")
    await dig("found", 11)
    await dig("missing", 12)
    await dig("broken", 13)
    await dig("slow", 14)
    await dig("found", 15, "+tcp")
    stage.world.set_egress_firewall("demo", RULES)
    await get("denied", f"http://{DENIED}/")
    await get("allowed", f"http://{ALLOWED}/")
    await get("other port", f"http://{OUTSIDE}:8080/")
    stage.world.set_egress_firewall("demo", None)
    await get("removed", f"http://{DENIED}/")
    await stage.run(NEAR, *curl, f"http://{NAMES.address}/")
    await stage.flows()
    seen.flows = [entry.fields for entry in stage.written]
    seen.lines = [json.loads(entry.line) for entry in stage.written]
    return seen


@cache
def truth(off: bool = False) -> Evidence:
    return play(round_of_traffic, config=configuration(off))


def configuration(off: bool) -> Any:
    return replace(CONFIG, features=frozenset()) if off else CONFIG


def denied(e: Evidence) -> list[Flow]:
    """Denied SYNs leave before the firewall is lifted: they have no answer."""
    return [f for f in e.some(DstAddr=DENIED, DstPort=80) if f.get("Flags") == ["SYN"]]


def answered_denied(e: Evidence) -> bool:
    ports = {f["SrcPort"] for f in denied(e)}
    return any(f["DstPort"] in ports for f in e.some(SrcAddr=DENIED))


def within(e: Evidence) -> list[Flow]:
    return e.some(SrcAddr=NEAR.address, DstAddr=NAMES.address)


Wrong = Callable[[Evidence], bool]
WRONG: dict[str, Wrong] = {
    "flows-never-arrive": lambda e: not e.flows,
    "flows-lost-one-direction": lambda e: bool(e.asked) and not e.got,
    "source-and-destination-swapped": lambda e: e.asked.get("SrcK8S_Name") == "web",
    "bytes-are-zero": lambda e: e.asked["Bytes"] == 0,
    "packets-are-zero": lambda e: e.asked["Packets"] == 0,
    "owner-missing": lambda e: "DstK8S_OwnerName" not in e.asked,
    "namespace-of-other-workload": lambda e: e.asked["DstK8S_Namespace"] != "demo",
    "layer-wrong": lambda e: e.asked["K8S_FlowLayer"] == "infra",
    "direction-wrong": lambda e: e.asked["FlowDirection"] == "0",
    "within-node-is-egress": lambda e: bool(within(e)) and not e.some(FlowDirection="2"),
    "hosts-missing": lambda e: bool(e.asked) and "SrcK8S_HostName" not in e.asked,
    "only-one-node-reports": lambda e: not e.some(DstAddr=SERVER.address, AgentIP="10.0.0.10"),
    "labels-in-line": lambda e: any("K8S_FlowLayer" in line for line in e.lines),
    "timestamps-in-seconds": lambda e: e.asked["TimeFlowEndMs"] < 10**11,
    "foreign-workload-labels": lambda e: e.asked["DstK8S_OwnerName"] != "web",
    "rtt-missing": lambda e: not any("TimeFlowRttNs" in f for f in e.flows),
    "rtt-is-zero": lambda e: e.got.get("TimeFlowRttNs") == 0,
    "rtt-in-microseconds": lambda e: e.got["TimeFlowRttNs"] < 20_000,
    "dns-fields-missing": lambda e: not any("DnsId" in f for f in e.flows),
    "dns-rcode-upper-case": lambda e: e.dns("found")["DnsFlagsResponseCode"] == "NOERROR",
    "dns-every-name-resolves": lambda e: "NOERROR" in e.dug["missing"],
    "dns-latency-in-seconds": lambda e: 0 < e.dns("slow")["DnsLatencyMs"] < 1,
    "dns-latency-zero": lambda e: e.dns("slow")["DnsLatencyMs"] == 0,
    "dns-id-wrong": lambda e: bool(e.some(DnsId=15)) and e.some(DnsId=15)[0]["Proto"] == 17,
    "dns-fields-on-queries": lambda e: e.dns("found").get("DstPort") == 53,
    "servfail-as-noerror": lambda e: e.dns("broken")["DnsFlagsResponseCode"] == "NoError",
    "tcp-dns-untracked": lambda e: not e.some(DnsId=15),
    "xlat-missing": lambda e: not any("XlatDstAddr" in f for f in e.flows),
    "xlat-pre-nat": lambda e: e.asked["XlatDstAddr"] == WEB,
    "xlat-wrong-backend": lambda e: e.asked["XlatDstAddr"] not in (SERVER.address, WEB),
    "xlat-not-enriched": lambda e: "XlatDstK8S_Name" not in e.asked,
    "firewall-allows-all": lambda e: e.ends["denied"] == 0,
    "firewall-denies-all": lambda e: e.ends["allowed"] == 28,
    "firewall-order-reversed": lambda e: e.ends["allowed"] == 28,
    "firewall-rejects": lambda e: e.ends["denied"] == 7,
    "firewall-keeps-removed-rule": lambda e: e.ends["removed"] == 28,
    "firewall-ignores-ports": lambda e: e.ends["other port"] == 28,
    "denied-traffic-leaves-no-flow": lambda e: not denied(e),
    "reply-seen-for-denied": answered_denied,
}
WRONG_WHEN_OFF: dict[str, Wrong] = {
    "rtt-on-when-off": lambda e: any("TimeFlowRttNs" in f for f in e.flows),
    "dns-on-when-off": lambda e: any("DnsId" in f for f in e.flows),
    "xlat-on-when-off": lambda e: any("XlatDstAddr" in f for f in e.flows),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_makes_the_cluster_wrong(name: str) -> None:
    assert not WRONG[name](truth())
    assert WRONG[name](play(round_of_traffic, name))


@pytest.mark.parametrize("name", WRONG_WHEN_OFF)
def test_a_leaking_feature_shows_although_it_is_off(name: str) -> None:
    wrong = WRONG_WHEN_OFF[name]
    assert not wrong(truth(off=True))
    assert wrong(play(round_of_traffic, name, config=configuration(off=True)))


def test_ignored_sampling_keeps_every_packet() -> None:
    async def scene(stage: Stage) -> list[Flow]:
        for _ in range(5):
            await stage.run(FAR, "curl", "-s", f"http://{WEB}/")
        return [f for f in await stage.flows() if f["DstAddr"] == WEB]

    rare = replace(CONFIG, sampling=50)
    honest = play(scene, config=rare)
    ignoring = play(scene, "sampling-ignored", config=rare)
    assert len({f["SrcPort"] for f in ignoring}) == 5
    assert sum(f.get("Packets", 0) for f in honest) < 15
    assert sum(f["Packets"] for f in ignoring) > 25
    assert {f["Sampling"] for f in ignoring} == {1}


def test_every_fault_of_the_registry_is_written_somewhere() -> None:
    root = Path(faults.__file__).parent
    sources = [p.read_text() for p in root.rglob("*.py") if p.name != "faults.py"]
    text = "\n".join(sources)
    named = set(re.findall(r'"([a-z0-9-]+)"', text))
    for prefix in ("rtt", "dns", "xlat", "ipsec", "drops", "events"):
        named |= {f"{prefix}-on-when-off", f"{prefix}-missing"}
    named |= {lie(kind, way) for kind, ways in BOUND_KINDS.items() for way in ways}
    assert len(faults.known()) >= 41
    assert set(faults.known()) <= named


def test_every_fault_of_the_world_is_on_trial_here() -> None:
    ours = {*WRONG, *WRONG_WHEN_OFF, "sampling-ignored"}
    assert ours == set(faults.OF_THE_WORLD)


def test_an_unknown_fault_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownFault, match="did you mean rtt-missing"):
        Faults(["rtt-mising"])


def test_asking_for_a_fault_that_nobody_wrote_is_an_error() -> None:
    with pytest.raises(UnknownFault):
        Faults().active("no-such-lie")


def test_faults_are_a_set_of_names() -> None:
    active = Faults(["rtt-missing", "bytes-are-zero"])
    assert list(active) == ["bytes-are-zero", "rtt-missing"]
    assert ("rtt-missing" in active, active.active("rtt-is-zero"), len(active)) == (True, False, 2)
