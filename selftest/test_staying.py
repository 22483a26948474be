"""Between two scenarios of one configuration nobody else can change it."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from fixtures.planning import GRANTED
from fixtures.sharing import Shared, State
from fixtures.staying import STAY, Stay, pytest_runtest_protocol
from fixtures.target import PLACE
from kit.configuration import Configuration
from kit.verdict import Inconclusive
from kit.wait import Waiting

RTT, DNS = Configuration(("FlowRTT",)), Configuration(("DNSTracking",))


def unchanged(_state: State) -> None:
    """Agents that need no time."""


@pytest.fixture
def stay(tmp_path: Path) -> Stay:
    return Stay(Shared(tmp_path, Waiting(), "one"))


def scenario(stay: Stay, granted: Configuration | None) -> SimpleNamespace:
    config, stash = SimpleNamespace(stash=pytest.Stash()), pytest.Stash()
    config.stash[STAY] = stay
    if granted:
        stash[GRANTED] = granted
    return SimpleNamespace(config=config, stash=stash)


def runs(item: SimpleNamespace, nextitem: SimpleNamespace | None, enters: bool = True) -> None:
    protocol = pytest_runtest_protocol(item, nextitem)
    next(protocol)
    if enters:
        item.config.stash[STAY].enter(item.stash[GRANTED], unchanged)
    with pytest.raises(StopIteration):
        protocol.send(None)


def readers(stay: Stay) -> int:
    return sum(stay.shared.read().readers.values())


def test_who_goes_on_with_the_same_stays(stay: Stay):
    first, second = scenario(stay, RTT), scenario(stay, RTT)
    runs(first, second)
    assert (stay.held, readers(stay)) == (RTT.said(), 1)
    runs(second, scenario(stay, DNS))
    assert (stay.held, readers(stay)) == ("", 0)


@pytest.mark.parametrize("then", [None, DNS])
def test_who_wants_another_or_has_done_lets_go(stay: Stay, then: Configuration | None):
    runs(scenario(stay, RTT), then and scenario(stay, then))
    assert readers(stay) == 0


def test_a_skipped_scenario_hands_the_stay_on(stay: Stay):
    one, skipped, two = (scenario(stay, RTT) for _ in range(3))
    runs(one, skipped)
    runs(skipped, two, enters=False)
    assert readers(stay) == 1
    runs(two, None)
    assert readers(stay) == 0


def test_a_scenario_that_asks_for_nothing_keeps_nothing(stay: Stay):
    free = scenario(stay, None)
    runs(scenario(stay, RTT), free)
    runs(free, scenario(stay, DNS), enters=False)
    assert readers(stay) == 0
    runs(scenario(stay, RTT), free)
    runs(free, None, enters=False)
    assert readers(stay) == 0
    runs(scenario(stay, None), scenario(stay, RTT), enters=False)
    assert readers(stay) == 0


def test_what_needs_none_may_stand_between_two_of_one_configuration(stay: Stay):
    free, again = scenario(stay, None), scenario(stay, RTT)
    runs(scenario(stay, RTT), free)
    assert (stay.held, readers(stay)) == (RTT.said(), 1), "what comes behind it is not known yet"
    runs(free, again, enters=False)
    assert readers(stay) == 1
    runs(again, None)
    assert readers(stay) == 0


def test_others_are_told_what_is_expected_until_it_is_entered(stay: Stay, tmp_path: Path):
    place, other = (
        SimpleNamespace(worker="gw0", directory=tmp_path),
        Shared(tmp_path, Waiting(), "x"),
    )
    stay.shared.worker = str(os.getpid())
    free, asks = scenario(stay, None), scenario(stay, RTT)
    for item in (free, asks):
        item.config.stash[PLACE] = place
    runs(free, asks, enters=False)
    assert other.expected() == {RTT.said()}
    protocol = pytest_runtest_protocol(asks, None)
    next(protocol)
    assert other.expected() == {RTT.said()}, "its first lines need no configuration"
    stay.enter(RTT, unchanged)
    assert other.expected() == set()
    with pytest.raises(StopIteration):
        protocol.send(None)
    assert readers(stay) == 0


def test_a_change_that_fails_holds_nothing(stay: Stay):
    def fails(_state: State) -> None:
        raise Inconclusive("the agents never came")

    with pytest.raises(Inconclusive):
        stay.enter(RTT, fails)
    assert (stay.held, readers(stay)) == ("", 0)
