"""What is told of the way to the echo: it follows from who was seen, not from who was meant."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from catalog.outcomes import Outcome
from kit.callers import ADDRESS as EGRESS
from kit.callers import (
    AT_HOME,
    BY_ANOTHER_NODE,
    DIRECTLY,
    EXTRA_HOP,
    HANDSHAKES,
    Callers,
    settle,
)
from kit.clients import Clients
from kit.evidence import NOTES
from kit.node_labels import Home
from kit.traffic import End
from kit.verdict import Unmet
from kit.wait import Waiting
from selftest.conversation import traffic

ADDRESS, NODE = "10.0.0.240", "10.0.0.20"
HERE, THERE = (Home(name, name, NODE, True, None) for name in ("worker-0", "worker-1"))
SAID = "200 10.128.0.5 40000 198.51.100.80 8080 0.001500 0.002345\n"


def callers_of(home: Home | None) -> Callers:
    egress_ip: Any = SimpleNamespace(address=ADDRESS, home=home)
    return Callers(egress_ip, cast(Clients, None), End("the echo", "", "198.51.100.80", 8080))


def told(seen: str, node: Home, home: Home | None, output: str = SAID) -> dict[str, Any]:
    NOTES.take_scenario()
    answer = f"{seen}:40000" if seen else ""
    callers_of(home)._tell_round_trip(replace(traffic(), answer=answer, output=output), node)
    return handshake_facts()


def handshake_facts() -> dict[str, Any]:
    facts: dict[str, Any] = NOTES.take_scenario().get("facts", {})
    return {name: facts[name] for name in HANDSHAKES if name in facts}


@pytest.mark.parametrize(
    "seen, node, home, way",
    [
        (ADDRESS, HERE, HERE, AT_HOME),
        (ADDRESS, THERE, HERE, BY_ANOTHER_NODE),
        (NODE, THERE, HERE, DIRECTLY),
        (NODE, THERE, None, DIRECTLY),
    ],
)
def test_the_handshake_is_told_for_the_way_that_it_took(seen, node, home, way):
    assert told(seen, node, home) == {way: "1.5 ms"}


def test_nothing_is_told_of_a_way_that_nobody_saw():
    assert told("", THERE, HERE) == {}
    assert told(ADDRESS, THERE, HERE, output="curl: (28) timed out\n") == {}


def test_the_extra_hop_is_told_by_the_medians_of_as_many_connections(monkeypatch):
    NOTES.take_scenario()
    asked: list[tuple[Any, ...]] = []
    slow = SAID.replace("0.001500", "0.009900")

    def ask_often(_callers: Callers, *how: Any) -> Any:
        asked.append(how)
        return replace(traffic(), output=SAID * 2 + slow)

    monkeypatch.setattr(Callers, "ask_often", ask_often)
    others = cast(Clients, "others")
    callers_of(HERE).tell_extra_hop(replace(traffic(), output=SAID + slow * 2), others)
    assert asked == [("another", 3, others)]
    said = "9.9 ms with, 1.5 ms without (of 3 connections each)"
    assert handshake_facts() == {EXTRA_HOP: said}


def test_who_was_seen_counts_for_nothing_when_the_connection_was_not_made():
    seen = traffic(known={EGRESS: ADDRESS}, answer=f"{ADDRESS}:40000")
    assert settle(Waiting(), seen, EGRESS) is seen
    with pytest.raises(Unmet, match="times out, expected: is made"):
        settle(Waiting(), replace(seen, outcome=Outcome.TIMED_OUT), EGRESS)
