"""Planning: what a scenario's lines ask of the FlowCollector, and the order that costs least."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sample_suite import Sample

pytest_plugins = ["sample_suite"]

FEATURE = """
Feature: Sample
  Scenario: Plain
    Given flows are collected
    Then all is well

  Scenario: No DNS
    Given flows are collected without DNS tracking
    Then all is well

  Scenario: Times
    Given flows are collected with round-trip times
    Then all is well

  Scenario Outline: Row of <feature>
    Given flows are collected with <feature>
    Then all is well

    Examples:
      | feature            |
      | DNS tracking       |
      | packet translation |
"""

CONFTEST = """
pytest_plugins = {plugins!r}

import pytest
from pytest_bdd import given
from fixtures.planning import GRANTED
from steps.words import phrase

@given("flows are collected")
@given(phrase("flows are collected with {{feature:Feature}}"))
@given(phrase("flows are collected without {{feature:Feature}}"))
@given("flows are filtered by a rule for the server")
@given("flows are filtered by a rule for the addresses around it")
@given(phrase("agents without privileges are asked for {{feature:Feature}}"))
def collected(): pass

def pytest_runtest_call(item):
    with open("plan", "a") as plan:
        granted = item.stash[GRANTED].said() if GRANTED in item.stash else "nothing"
        plan.write(f"{{item.name.split('[')[0]}}: {{granted}}\\n")
"""
EVERYTHING = "DNSTracking, FlowRTT, PacketTranslation at sampling 1"


@pytest.fixture
def planned(sample: Sample) -> Sample:
    plugins = ["fixtures.gherkin", "fixtures.planning", "sample_steps"]
    sample.pytester.makeconftest(CONFTEST.format(plugins=plugins))
    return sample


def plan(sample: Sample, *arguments: str) -> list[str]:
    """A line for each scenario in the order of the run: its title and what it was granted."""
    result = sample.run("-p", "no:xdist", *arguments)
    assert result.ret == 0, result.stdout.str()
    return (sample.pytester.path / "plan").read_text().splitlines()


def test_scenarios_of_one_configuration_are_neighbours(planned: Sample):
    planned.feature(FEATURE)
    assert plan(planned) == [
        f"Plain: {EVERYTHING}",
        f"Times: {EVERYTHING}",
        f"Row of <feature>: {EVERYTHING}",
        f"Row of <feature>: {EVERYTHING}",
        "No DNS: no feature at sampling 1",
    ]


def test_who_does_not_care_needs_no_configuration_of_its_own(planned: Sample):
    planned.feature(FEATURE)
    assert plan(planned, "-k", "Plain or Times") == [
        "Plain: FlowRTT at sampling 1",
        "Times: FlowRTT at sampling 1",
    ]


MANY = FEATURE.replace(
    "Scenario: No DNS",
    """@closing
  Scenario: The end
    Then all is well

  Scenario: No times
    Given flows are collected without DNS tracking
    Then all is well

  Scenario: No DNS""",
)


def shuffled(sample: Sample, seed: int) -> list[str]:
    (sample.pytester.path / "plan").unlink(missing_ok=True)
    chance = ("-p", "random_order", "--random-order-bucket=global", f"--random-order-seed={seed}")
    return plan(sample, *chance)


def test_a_random_order_shuffles_within_configurations_and_ends_with_the_end(planned: Sample):
    planned.feature(MANY)
    orders = [shuffled(planned, seed) for seed in (1, 2, 3)]
    assert len({*map(tuple, orders)}) == 3, "no two of them are the same"
    for order in orders:
        assert sorted(order) == sorted(orders[0]), "nobody's configuration depends on the order"
        granted = [line.partition(": ")[2] for line in order]
        changes = sum(one != other for one, other in itertools.pairwise(granted))
        assert changes == 2, "two configurations, and the end that wants none"
        assert order[-1] == "The end: nothing"


def test_the_same_seed_gives_the_same_order(planned: Sample):
    planned.feature(MANY)
    assert shuffled(planned, 4) == shuffled(planned, 4)


def test_only_what_is_selected_is_planned_for(planned: Sample):
    planned.feature(FEATURE)
    assert plan(planned, "-k", "Times or DNS and not Row") == [
        "No DNS: FlowRTT at sampling 1",
        "Times: FlowRTT at sampling 1",
    ]


def test_a_background_speaks_for_all_its_scenarios(planned: Sample):
    planned.feature(
        """
        Feature: Sample
          Background:
            Given flows are collected with IPsec tracking
          Scenario: One
            Then all is well
          Scenario: Two
            Given flows are collected with round-trip times
            Then all is well
        """
    )
    assert plan(planned) == [
        "One: FlowRTT, IPSec at sampling 1",
        "Two: FlowRTT, IPSec at sampling 1",
    ]


def test_tests_that_are_no_scenarios_get_nothing_and_go_first(planned: Sample):
    planned.feature(FEATURE)
    planned.pytester.makepyfile(test_unit="def test_unit(): pass")
    lines = plan(planned, "features", "test_unit.py")
    assert lines[0] == "test_unit: nothing"
    assert len(lines) == 6


FILTERED = """
Feature: Filtered
  Scenario: Port
    Given flows are filtered by a rule for the server
      | action | Accept |
      | ports  | 8080   |
    Then all is well

  Scenario: Plain
    Given flows are collected
    Then all is well

  Scenario: Prefix
    Given flows are filtered by a rule for the server
      | action | Accept |
    And flows are filtered by a rule for the addresses around it
      | action | Reject |
    And agents without privileges are asked for packet drops
    Then all is well

  Scenario: Nothing
    Then all is well
"""
FILTER = (
    "no feature at sampling 1, PacketDrop without privileges, filtered by: action Accept; "
    "action Accept and action Reject around it; action Accept, ports 8080"
)


def test_filters_share_a_configuration_that_no_other_scenario_gets(planned: Sample):
    planned.feature(FILTERED)
    assert plan(planned) == [
        "Nothing: nothing",
        f"Port: {FILTER}",
        f"Prefix: {FILTER}",
        "Plain: no feature at sampling 1",
    ]


def test_a_selection_gets_only_its_own_rules(planned: Sample):
    planned.feature(FILTERED)
    assert plan(planned, "-k", "Port") == [
        "Port: no feature at sampling 1, filtered by: action Accept; action Accept, ports 8080"
    ]
