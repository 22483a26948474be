"""What a person reads while the suite runs and when it is over."""

pytest_plugins = ["sample_suite"]

MIXED = """
Feature: Sample
  Scenario: It works
    When it waits 3 s
    Then all is well
  Scenario: It breaks
    Given a cluster
    Then the promise is broken
    And all is well
  Scenario: It is unknown
    Then nobody can say
  Scenario: It is skipped
    Then it is skipped
"""


def test_a_line_a_scenario_with_verdict_and_latency(sample):
    sample.feature(MIXED)
    result = sample.run()
    result.stdout.fnmatch_lines(
        [
            "passed       Sample: It works  (flow seen after 3.0 s, took * s)",
            "failed       Sample: It breaks  (took * s)",
            "inconclusive Sample: It is unknown  (took * s)",
            "             Loki answered 503 for 30 s",
            "skipped      Sample: It is skipped  (took * s)",
            "             no feature gate",
        ],
        consecutive=True,
    )


def test_a_failure_begins_with_its_line_and_its_reason(sample):
    sample.feature(MIXED)
    result = sample.run()
    result.stdout.fnmatch_lines(
        [
            "*_ It breaks _*",
            "features/sample.feature:7",
            "  Given a cluster",
            "> Then  the promise is broken",
            "    closest of 3 flows has DNS id 7, expected 9",
            "",
            "    token: <redacted>",
        ],
        consecutive=True,
    )
    assert "site-packages" not in result.stdout.str()


def test_totals_reports_and_the_meaning_of_the_exit_code(sample):
    sample.feature(MIXED)
    result = sample.run()
    result.stdout.fnmatch_lines(
        [
            "Sample       1       1        1             1  3.0 s, 3.0 s",
            "report    build/allure-results*",
            "exit 1    a promise is broken*",
            "*1 failed, 1 passed, 1 skipped, 1 inconclusive in*",
        ]
    )


def test_a_bug_in_the_suite_shows_our_frames_only(sample):
    sample.scenario("Then the step has a bug")
    result = sample.run()
    result.stdout.fnmatch_lines(
        ["    KeyError: 'nothing'", "", "  sample_steps.py:* in the_step_has_a_bug"],
        consecutive=True,
    )
    assert "site-packages" not in result.stdout.str()


def test_quiet_runs_keep_pytests_dots(sample):
    sample.feature(MIXED)
    result = sample.run("-q")
    result.stdout.fnmatch_lines([".F?s*"])
    result.stdout.no_fnmatch_line("passed       Sample: *")
