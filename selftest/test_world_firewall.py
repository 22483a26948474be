"""Egress firewalls of the simulated world decide as OVN-Kubernetes does, flaws included."""

from __future__ import annotations

from typing import Any

import pytest

from selftest.world_stage import FAR, NEAR, OUTSIDE, SERVER, WEB, Stage, play
from simulation.world import Endpoint, Era, External, Settings

OPEN, DENIED = 0, 28
HOST = Endpoint("demo", "host", "10.0.0.11", "node-1", host_network=True, uid="host")
Rule = dict[str, Any]


def rule(kind: str, cidr: str, *ports: tuple[str, int]) -> Rule:
    made: Rule = {"type": kind, "to": {"cidrSelector": cidr}}
    if ports:
        made["ports"] = [{"protocol": name, "port": port} for name, port in ports]
    return made


async def reach(stage: Stage, url: str = f"http://{OUTSIDE}/", client: Endpoint = FAR) -> int:
    return (await stage.run(client, "curl", "-s", "--connect-timeout", "1", url))[0]


def verdict(rules: list[Rule], url: str = f"http://{OUTSIDE}/", client: Endpoint = FAR) -> int:
    async def scene(stage: Stage) -> int:
        assert stage.world.set_egress_firewall("demo", rules) == ""
        return await reach(stage, url, client)

    return play(scene)


EVERYTHING, TARGET = "0.0.0.0/0", "203.0.113.0/24"


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ([], OPEN),
        ([rule("Deny", TARGET)], DENIED),
        ([rule("Deny", "198.51.100.0/24")], OPEN),
        ([rule("Allow", TARGET), rule("Deny", EVERYTHING)], OPEN),
        ([rule("Deny", EVERYTHING), rule("Allow", TARGET)], DENIED),
        ([rule("Deny", TARGET, ("TCP", 81))], OPEN),
        ([rule("Deny", TARGET, ("TCP", 81), ("TCP", 80))], DENIED),
        ([rule("Deny", TARGET, ("UDP", 80))], OPEN),
        ([rule("Allowed", TARGET)], DENIED),
        ([rule("Deny", TARGET, ("TCPX", 80))], OPEN),
        ([rule("Deny", "203.0.113.9/24")], DENIED),
        ([{"type": "Deny", "to": {"dnsName": "WWW.Example.org."}}], DENIED),
        ([rule("Deny", "::/0")], OPEN),
    ],
)
def test_the_first_rule_that_matches_decides(rules: list[Rule], wanted: int) -> None:
    assert verdict(rules) == wanted


def test_pods_and_services_of_pods_are_not_its_business() -> None:
    rules = [rule("Deny", EVERYTHING), rule("Deny", "10.128.0.0/16")]
    assert verdict(rules, f"http://{SERVER.address}:8080/") == OPEN
    assert verdict(rules, f"http://{WEB}/") == OPEN


def test_host_network_pods_are_not_touched() -> None:
    assert verdict([rule("Deny", EVERYTHING)], client=HOST) == OPEN


def test_nodes_are_outside_and_can_be_selected_by_label() -> None:
    async def scene(stage: Stage) -> list[int]:
        stage.world.place(Endpoint("demo", "h", "10.0.0.12", "node-2", True, uid="h"))
        selector = {"nodeSelector": {"matchLabels": {"zone": "z2"}}}
        url, ends = "http://10.0.0.12:8080/", []
        ends.append(await reach(stage, url))
        stage.world.set_egress_firewall("demo", [{"type": "Deny", "to": selector}])
        ends.append(await reach(stage, url))
        return ends

    assert play(scene) == [7, DENIED]


def test_v6_has_rules_of_its_own() -> None:
    dual = Endpoint("demo", "dual", "10.128.2.20", "node-1", other_addresses=("fd01::14",), uid="d")

    async def scene(stage: Stage) -> list[int]:
        stage.world.place(dual)
        stage.world.add_external(External("2001:db8::7"))
        url, ends = "http://[2001:db8::7]/", []
        for cidr in ("0.0.0.0/0", "2001:db8::/32"):
            stage.world.set_egress_firewall("demo", [rule("Deny", cidr)])
            await stage.world.clock.sleep(1)
            ends.append(await reach(stage, url, dual))
        return ends

    assert play(scene) == [OPEN, DENIED]


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ([rule("Deny", "203.0.113.7")], "invalid CIDR address: 203.0.113.7"),
        ([rule("Deny", "203.0.113.0/99")], "invalid CIDR address"),
        ([{"type": "Deny", "to": {"dnsName": "*.example.org"}}], "wildcard dns name"),
        ([rule("Deny", TARGET)] * 8002, "too many rules, max allowed number is 8000"),
    ],
)
def test_one_bad_rule_refuses_the_whole_object(rules: list[Rule], error: str) -> None:
    async def scene(stage: Stage) -> tuple[str, int]:
        told = stage.world.set_egress_firewall("demo", [rule("Deny", TARGET), *rules])
        return told, await reach(stage)

    told, ended = play(scene)
    assert error in told
    assert ended == OPEN


@pytest.mark.parametrize(
    ("era", "after_bad", "after_shrink"),
    [(Era.BEFORE_2025_10, OPEN, OPEN), (Era.AFTER_2025_10, DENIED, DENIED)],
)
def test_the_two_controllers_differ_in_updates(era: Era, after_bad: int, after_shrink: int) -> None:
    """The old one opens on a bad update; the new one keeps one rule too many of a shorter list."""

    async def scene(stage: Stage) -> list[int]:
        world, ends = stage.world, []
        world.set_egress_firewall("demo", [rule("Deny", TARGET)])
        world.set_egress_firewall("demo", [rule("Deny", "1.2.3.4")])
        ends.append(await reach(stage))
        both = [rule("Allow", "198.51.100.0/24"), rule("Deny", EVERYTHING)]
        for rules in (both, both[:1]):
            world.set_egress_firewall("demo", rules)
            await world.clock.sleep(1)
        ends.append(await reach(stage))
        return ends

    assert play(scene, settings=Settings(era=era)) == [after_bad, after_shrink]


def test_an_update_of_the_old_controller_leaves_a_gap() -> None:
    async def scene(stage: Stage) -> list[str]:
        world, said = stage.world, []
        world.set_egress_firewall("demo", [rule("Deny", TARGET)])
        world.set_egress_firewall("demo", [rule("Deny", TARGET), rule("Deny", EVERYTHING)])
        for _ in range(2):
            said.append(world.acls.judge("demo", OUTSIDE, 6, 80).name)
            await world.clock.sleep(5)
        return said

    assert play(scene) == ["LET_BY", "DROP"]


def test_removing_it_opens_the_way() -> None:
    async def scene(stage: Stage) -> list[int]:
        ends = []
        for rules in ([rule("Deny", TARGET)], None):
            stage.world.set_egress_firewall("demo", rules)
            ends.append(await reach(stage))
        return ends

    assert play(scene) == [DENIED, OPEN]


def policy(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"namespace": "demo", "name": "p"}, "spec": {"podSelector": {}, **spec}}


@pytest.mark.parametrize(
    ("policies", "wanted"),
    [
        ([], OPEN),
        ([policy()], DENIED),
        ([policy(ingress=[{}])], OPEN),
        ([policy(ingress=[{"ports": [{"port": 8080}]}])], OPEN),
        ([policy(ingress=[{"ports": [{"port": 9999}]}])], DENIED),
        ([policy(ingress=[{"from": [{"podSelector": {}}]}])], OPEN),
        ([policy(ingress=[{"from": [{"ipBlock": {"cidr": "10.128.2.0/23"}}]}])], DENIED),
        ([policy(policyTypes=["Egress"])], OPEN),
    ],
)
def test_network_policies_guard_the_receiver(policies: list[Any], wanted: int) -> None:
    async def scene(stage: Stage) -> int:
        stage.world.set_network_policies(policies)
        return await reach(stage, f"http://{SERVER.address}:8080/", NEAR)

    assert play(scene) == wanted
