"""Feature files as modules: selection by path, title and tag, and node ids a person can type."""

import pytest

pytest_plugins = ["sample_suite"]

FEATURE = """
@dns_tracking
Feature: Sample

  @quick
  Scenario: First of all
    Then all is well

  Scenario Outline: Waiting <n> seconds
    When it waits <n> s
    Then all is well
    Examples:
      | n |
      | 1 |
      | 2 |
"""


@pytest.mark.parametrize(
    "arguments, passed",
    [
        ((), 4),
        (("features/sample.feature",), 3),
        (("features/sample.feature::First of all",), 1),
        (("features/sample.feature::Waiting <n> seconds",), 2),
        (("features/sample.feature::Waiting <n> seconds[2]",), 1),
        (("-k", "Waiting"), 2),
        (("-m", "quick"), 1),
        (("-m", "dns_tracking and not quick"), 2),
        (("--allure-severities", "critical"), 1),
    ],
)
def test_scenarios_are_selected(sample, arguments, passed):
    sample.feature(FEATURE)
    sample.feature(
        "@severity.critical\nFeature: Other\n  Scenario: Alone\n    Then all is well\n", "other"
    )
    by_option = str(arguments[:1]).startswith("('-")
    deselected = 4 - passed if by_option else 0
    sample.run(*arguments).assert_outcomes(passed=passed, deselected=deselected)


def test_node_ids_name_the_file_and_the_title(sample):
    sample.feature(FEATURE)
    result = sample.run("--collect-only", "-q")
    result.stdout.fnmatch_lines(["features/sample.feature::First of all"])
    result.stdout.fnmatch_lines(["features/sample.feature::Waiting <n> seconds?1?"])
    assert not sample.build.exists(), "collecting writes no report"


def test_two_workers_report_what_one_does(sample):
    sample.feature(FEATURE)
    result = sample.run_aside("-n", "2")
    result.assert_outcomes(passed=3)
    assert sample.report()["statistics"]["passed"] == 3
    assert len(sample.allure()) == 3
    result.stdout.fnmatch_lines(["passed * Sample: Waiting 2 seconds *flow seen after 2.0 s*"])


def test_workers_do_not_start_on_a_mistake(sample):
    sample.scenario("Then all is wel")
    result = sample.run_aside("-n", "2")
    assert result.ret == 4
    assert "Traceback" not in result.stderr.str()
    result.stderr.fnmatch_lines(["*sample.feature:3: no step is defined for Then*'all is well'"])
