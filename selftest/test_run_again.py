"""A scenario that lost a witness is run again, and only such a one."""

from __future__ import annotations

import pytest

pytest_plugins = ["sample_suite"]

CODES = {"passed": 0, "failed": 1, "inconclusive": 10}

PLUGIN = """
import pytest
from fixtures import again
from fixtures.target import PLACE, Place
from kit.verdict import Inconclusive, NodeGone, Unmet
from pytest_bdd import given, then

LOST = {losses}
TRIED = []

class Stage:
    def lost(self):
        return ["the server web was moved"] if len(TRIED) in LOST else []

@pytest.fixture(scope="session")
def session_wide():
    print("SET UP ONCE")
    yield

@pytest.fixture
def own():
    TRIED.append(1)

def pytest_configure(config):
    from pathlib import Path
    from fixtures.stage import STAGE
    config.stash[PLACE] = Place(Path(), "x", Path())
    config.stash[STAGE] = Stage()

@given("a stage")
def a_stage(session_wide, own): pass

@then("attempts break")
def attempts_break():
    if len(TRIED) in {breaks}:
        raise Unmet(f"no flow in attempt {{len(TRIED)}}")

@then("a node goes away")
def a_node_goes_away():
    raise NodeGone("node worker-1 went away while its pods were measured")

def pytest_unconfigure(config):
    print(f"TRIED {{len(TRIED)}} TIMES")
"""


@pytest.mark.parametrize(
    "losses, breaks, tried, ending",
    [
        ((), (), 1, "passed"),
        ((1,), (), 1, "passed"),
        ((1,), (1,), 2, "passed"),
        ((1, 2), (1, 2), 3, "passed"),
        ((), (1, 2, 3), 1, "failed"),
        ((1,), (1, 2, 3), 2, "failed"),
        ((1, 2, 3), (1, 2, 3), 3, "inconclusive"),
    ],
)
def test_what_is_lost_is_tried_again(sample, losses, breaks, tried, ending):
    sample.pytester.makepyfile(loser=PLUGIN.format(losses=losses, breaks=breaks))
    sample.scenario("Given a stage", "Then attempts break")
    result = sample.run("-p", "fixtures.again", "-p", "loser", "-s")
    assert result.ret == CODES[ending]
    assert f"TRIED {tried} TIMES" in result.stdout.str()
    assert result.stdout.str().count("SET UP ONCE") == 1
    (scenario,) = sample.report()["features"][0]["scenarios"]
    assert scenario["verdict"] == ending
    assert ("run again" in scenario.get("facts", {})) == (tried > 1)
    if ending == "inconclusive":
        assert "a witness was lost (the server web was moved)" in scenario["reason"]


def test_what_lost_a_node_is_not_tried_on_those_that_are_left(sample):
    sample.pytester.makepyfile(loser=PLUGIN.format(losses=(1, 2, 3), breaks=()))
    sample.scenario("Given a stage", "Then a node goes away")
    result = sample.run("-p", "fixtures.again", "-p", "loser", "-s")
    assert result.ret == CODES["inconclusive"]
    assert "TRIED 1 TIMES" in result.stdout.str()
    (scenario,) = sample.report()["features"][0]["scenarios"]
    assert "node worker-1 went away while its pods were measured" in scenario["reason"]


def test_ctrl_c_in_the_middle_is_still_reported(sample):
    sample.pytester.makepyfile(loser=PLUGIN.format(losses=(), breaks=()))
    sample.scenario("Given a stage", "Then the user presses Ctrl-C")
    result = sample.run_aside("-p", "fixtures.again", "-p", "loser")
    assert result.ret == 2
    (scenario,) = sample.report()["features"][0]["scenarios"]
    assert (scenario["verdict"], scenario["reason"]) == (
        "inconclusive",
        "the run ended in the middle of it",
    )
