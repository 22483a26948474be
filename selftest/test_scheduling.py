"""Scheduling: several workers take long scenarios first, and what only one can have together."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from fixtures.scheduling import OneByOne

if TYPE_CHECKING:
    from sample_suite import Sample

pytest_plugins = ["sample_suite"]

FEATURE = """
Feature: Sample
  Scenario: Short
    Then all is well

  Scenario: Seen
    Then some flow shows

  Scenario: Silent
    Then no flow shows

  Scenario: Short as well
    Then all is well
"""
SHARED = """
@needs.egress_address
Feature: Shared
  Scenario: One address
    Then all is well

  Scenario: The same address
    Then some flow shows

  Scenario: Once more that address
    Then all is well
"""
CONFTEST = """
pytest_plugins = ["fixtures.gherkin", "fixtures.scheduling", "sample_steps"]

import os, time
from pytest_bdd import then

@then("some flow shows")
@then("no flow shows")
def shows(): pass

def pytest_runtest_call(item):
    with open("plan", "a") as plan:
        plan.write(f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')} {item.name}\\n")
    time.sleep(0.05)
"""
ADDRESSES = ["The same address", "One address", "Once more that address"]


def order(sample: Sample, *arguments: str) -> list[tuple[str, str]]:
    sample.pytester.makeconftest(CONFTEST)
    sample.feature(FEATURE)
    sample.feature(SHARED, "shared")
    result = sample.run_aside(*arguments)
    assert result.ret == 0, result.stdout.str()
    lines = (sample.pytester.path / "plan").read_text().splitlines()
    return [tuple(line.split(" ", 1)) for line in lines]  # type: ignore[misc]  # two parts each


def test_alone_the_order_is_that_of_the_file(sample: Sample):
    titles = [title for _, title in order(sample)]
    assert titles[:4] == ["Short", "Seen", "Silent", "Short as well"]
    assert titles[4:] == ["One address", "The same address", "Once more that address"]


def test_with_workers_the_longest_come_first_and_one_worker_has_the_address(sample: Sample):
    ran = order(sample, "-n", "2")
    workers = {title: worker for worker, title in ran}
    assert len({workers[title] for title in ADDRESSES}) == 1
    first = workers[ADDRESSES[0]]
    assert [title for worker, title in ran if worker == first][:3] == ADDRESSES
    others = [title for _, title in ran if title not in ADDRESSES]
    assert others[:2] == ["Silent", "Seen"]


WATCHING = """
Feature: Sample
  Scenario: Watched for long
    Given flows are collected
    Then 8 samples are taken

  Scenario: Watched as long
    Given flows are collected
    Then 8 samples are taken

  Scenario: Asks
    Given flows are collected
    Then no flow shows

  Scenario: Asks as well
    Given flows are collected
    Then some flow shows

  Scenario: Free
    Then all is well

  Scenario: As free
    Then all is well

  @closing
  Scenario: The end
    Then all is well
"""


def test_behind_a_long_scenario_waits_only_what_needs_no_configuration(sample: Sample):
    sample.pytester.makeconftest(
        CONFTEST.replace("from pytest_bdd import then", "from pytest_bdd import given, then")
        + """
@given("flows are collected")
@then("8 samples are taken")
def nothing(): pass
"""
    )
    sample.feature(WATCHING)
    result = sample.run_aside("-n", "2")
    assert result.ret == 0, result.stdout.str()
    lines = (sample.pytester.path / "plan").read_text().splitlines()
    ran = [tuple(line.split(" ", 1)) for line in lines]
    for long in ("Watched for long", "Watched as long"):
        (worker,) = [worker for worker, title in ran if title == long]
        own = [title for who, title in ran if who == worker]
        assert own[own.index(long) + 1] in ("Free", "As free"), ran


@pytest.mark.parametrize(
    ("scope", "free"),
    [
        ("google_list_upkeep.feature::A second run of the updater changes nothing", True),
        ("flows.feature::A flow names who talked to whom", False),
        ("flow_schema.feature::Every record of the run fits the catalog", False),
        ("egress_ip.feature", False),
    ],
)
def test_free_is_who_asks_for_nothing_and_can_come_at_any_time(scope, free):
    scheduler = OneByOne.__new__(OneByOne)
    scheduler.config = SimpleNamespace(rootpath=Path(__file__).parent.parent)
    assert scheduler._is_free(f"features/{scope}") is free
