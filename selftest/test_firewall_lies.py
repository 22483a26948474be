"""Each lie about egress firewalls changes the one verdict that it is about, the truth none."""

from __future__ import annotations

from typing import Any

import pytest

from selftest.test_world_firewall import TARGET, reach, rule
from selftest.world_stage import FAR, OUTSIDE, SERVER, WEB, Stage, play
from simulation.world import Endpoint, Era, Settings

OPEN, DENIED, KILLED = 0, 28, 137
ALL = "0.0.0.0/0"
HOST = Endpoint("demo", "host", "10.0.0.11", "node-1", host_network=True, uid="host")
TWO_PORTS = rule("Deny", TARGET, ("TCP", 81), ("TCP", 80))
EVERY_NODE = {"type": "Deny", "to": {"nodeSelector": {}}}
NO_NODE = {"type": "Deny", "to": {"nodeSelector": {"matchLabels": {"no": "such"}}}}
NO_PROTOCOL = rule("Deny", TARGET, ("UDPX", 80))
ONE_PORT = [rule("Allow", TARGET, ("TCP", 81)), rule("Deny", ALL)]
NAMED = {"type": "Deny", "to": {"dnsName": "www.example.org"}}
PAGE = f"http://{OUTSIDE}/"


@pytest.mark.parametrize(
    ("lie", "rules", "url", "client", "ends"),
    [
        ("firewall-ignores-protocols", [rule("Deny", TARGET, ("UDP", 80))], PAGE, FAR, (0, 28)),
        ("firewall-takes-first-port-only", [TWO_PORTS], PAGE, FAR, (28, 0)),
        ("firewall-ignores-node-selectors", [EVERY_NODE], "http://10.0.0.12:9/", FAR, (28, 7)),
        ("firewall-takes-no-node-for-all", [NO_NODE], PAGE, FAR, (0, 28)),
        ("firewall-widens-unknown-protocol", [NO_PROTOCOL], PAGE, FAR, (0, 28)),
        ("firewall-ignores-ports-of-permissions", ONE_PORT, PAGE, FAR, (28, 0)),
        ("firewall-denies-by-default", [rule("Deny", "198.18.0.0/15")], PAGE, FAR, (0, 28)),
        ("firewall-ignores-names", [NAMED], PAGE, FAR, (28, 0)),
        ("firewall-shrinks-host-bits", [rule("Deny", "203.0.113.9/24")], PAGE, FAR, (28, 0)),
        ("firewall-takes-v6-for-v4", [rule("Deny", "::/0")], PAGE, FAR, (0, 28)),
        ("firewall-empty-list-denies", [], PAGE, FAR, (0, 28)),
        ("firewall-judges-pods", [rule("Deny", ALL)], f"http://{WEB}/", FAR, (0, 28)),
        ("firewall-judges-services", [rule("Deny", ALL)], f"http://{WEB}/", FAR, (0, 28)),
        ("firewall-binds-host-network", [rule("Deny", ALL)], PAGE, HOST, (0, 28)),
        ("firewall-spares-own-node", [EVERY_NODE], "http://10.0.0.11:9/", FAR, (28, 7)),
        ("firewall-allows-loose-type", [rule("Allowed", TARGET)], PAGE, FAR, (28, 0)),
        ("proxy-in-the-way", [rule("Deny", ALL)], PAGE, FAR, (28, 0)),
        ("probe-killed", [], PAGE, FAR, (0, 137)),
    ],
)
def test_a_lie_turns_one_verdict(
    lie: str, rules: list[Any], url: str, client: Endpoint, ends: tuple[int, int]
) -> None:
    async def scene(stage: Stage) -> int:
        assert stage.world.set_egress_firewall("demo", rules) == ""
        return await reach(stage, url, client)

    assert (play(scene), play(scene, lie)) == ends


def test_answers_of_a_denied_namespace_get_lost() -> None:
    async def scene(stage: Stage) -> int:
        stage.world.set_egress_firewall("demo", [rule("Deny", ALL)])
        host = Endpoint("other", "host", "10.0.0.11", "node-1", host_network=True, uid="host")
        return await reach(stage, f"http://{SERVER.address}:8080/", host)

    assert (play(scene), play(scene, "firewall-blocks-answers")) == (OPEN, DENIED)


def test_the_newest_firewall_is_taken_for_all() -> None:
    async def scene(stage: Stage) -> int:
        stage.world.set_egress_firewall("demo", [rule("Deny", "198.51.100.0/24")])
        stage.world.set_egress_firewall("other", [rule("Deny", TARGET)])
        return await reach(stage)

    assert (play(scene), play(scene, "firewall-newest-holds-for-all")) == (OPEN, DENIED)


@pytest.mark.parametrize(("protocol", "lie"), [("udp", "udp"), ("sctp", "sctp")])
def test_one_protocol_is_let_by(protocol: str, lie: str) -> None:
    async def scene(stage: Stage) -> str:
        stage.world.set_egress_firewall("demo", [rule("Deny", TARGET)])
        where = f"{OUTSIDE}:7", f"--protocol={protocol}", "--timeout=1s"
        return (await stage.run(FAR, "/agnhost", "connect", *where))[1].strip()

    assert play(scene).startswith("TIMEOUT")
    assert not play(scene, f"firewall-lets-{lie}-by").startswith("TIMEOUT")


@pytest.mark.parametrize(
    ("era", "lie", "wanted"),
    [
        (Era.AFTER_2025_10, "", [DENIED, DENIED]),
        (Era.AFTER_2025_10, "firewall-opens-on-bad-update", [OPEN, DENIED]),
        (Era.BEFORE_2025_10, "", [OPEN, OPEN]),
        (Era.BEFORE_2025_10, "firewall-keeps-last-rule", [OPEN, DENIED]),
    ],
)
def test_updates_go_wrong_in_the_era_that_promises_better(
    era: Era, lie: str, wanted: list[int]
) -> None:
    async def scene(stage: Stage) -> list[int]:
        world, ends = stage.world, []
        world.set_egress_firewall("demo", [rule("Deny", TARGET)])
        world.set_egress_firewall("demo", [rule("Deny", "1.2.3.4")])
        ends.append(await reach(stage))
        both = [rule("Allow", "198.51.100.0/24"), rule("Deny", ALL)]
        for rules in (both, both[:1]):
            world.set_egress_firewall("demo", rules)
            await world.clock.sleep(1)
        ends.append(await reach(stage))
        return ends

    assert play(scene, *filter(None, [lie]), settings=Settings(era=era)) == wanted


def test_bad_rules_close_the_way() -> None:
    async def scene(stage: Stage) -> int:
        assert "invalid CIDR" in stage.world.set_egress_firewall("demo", [rule("Deny", "1.2.3.4")])
        return await reach(stage)

    assert (play(scene), play(scene, "firewall-closes-on-bad-rules")) == (OPEN, DENIED)


@pytest.mark.parametrize(
    ("lie", "said"), [("", ["LET_BY", "DROP"]), ("firewall-gap-on-update", ["LET_BY", "LET_BY"])]
)
def test_a_gap_is_short_or_wide(lie: str, said: list[str]) -> None:
    async def scene(stage: Stage) -> list[str]:
        world, seen = stage.world, []
        world.set_egress_firewall("demo", [rule("Deny", TARGET)])
        world.set_egress_firewall("demo", [rule("Deny", TARGET), rule("Deny", ALL)])
        for _ in range(2):
            seen.append(world.acls.judge("demo", OUTSIDE, 6, 80).name)
            await world.clock.sleep(1)
        return seen

    assert play(scene, *filter(None, [lie])) == said


def test_a_firewall_that_is_deleted_in_its_gap_stays_deleted() -> None:
    async def scene(stage: Stage) -> str:
        world = stage.world
        world.set_egress_firewall("demo", [rule("Deny", TARGET)])
        world.set_egress_firewall("demo", [rule("Deny", ALL)])
        world.set_egress_firewall("demo", None)
        await world.clock.sleep(5)
        return str(world.acls.judge("demo", OUTSIDE, 6, 80).name)

    assert play(scene) == "LET_BY"


def test_8002_rules_are_taken_only_in_the_lie() -> None:
    async def scene(stage: Stage) -> str:
        return stage.world.set_egress_firewall("demo", [rule("Deny", TARGET)] * 8002)

    assert "max allowed number is 8000" in play(scene)
    assert play(scene, "firewall-takes-8002-rules") == ""
