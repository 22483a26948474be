"""How scenarios end, and the exit code that says so."""

import pytest

pytest_plugins = ["sample_suite"]


@pytest.mark.parametrize(
    "last_step, exit_code, verdict",
    [
        ("Then all is well", 0, "conformant"),
        ("Then the promise is broken", 1, "not conformant"),
        ("Then the step has a bug", 1, "not conformant"),
        ("Then it is skipped", 10, "nothing was proved"),
        ("Then nobody can say", 10, "inconclusive"),
    ],
)
def test_an_ending_decides_the_exit_code(sample, last_step, exit_code, verdict):
    sample.scenario("Given a cluster", last_step)
    result = sample.run()
    assert result.ret == exit_code
    assert sample.report()["verdict"] == verdict
    assert sample.report()["run"]["exitCode"] == exit_code


def test_a_failure_beats_a_doubt_and_a_doubt_beats_left_overs(sample):
    messy = "Given a cluster that leaves things behind"
    sample.scenario(messy, "Then all is well")
    assert sample.run().ret == 11
    assert sample.report()["leftOvers"] == ["namespace probes-7"]
    sample.scenario(messy, "Then nobody can say")
    assert sample.run().ret == 10
    sample.feature(
        """
        Feature: Sample
          Scenario: Doubtful
            Then nobody can say
          Scenario: Wrong
            Then one is two
        """
    )
    assert sample.run().ret == 1


def test_a_dead_loki_is_told_once_and_ends_every_scenario(sample):
    sample.feature(
        """
        Feature: Sample
          Background:
            Given a dead Loki
          Scenario Outline: Row <n>
            Then all is well
            Examples:
              | n |
              | 1 |
              | 2 |
              | 3 |
        """
    )
    sample.feature("Feature: Other\n  Scenario: Needs no Loki\n    Then all is well\n", "zz_other")
    result = sample.run()
    text = result.stdout.str()
    assert result.ret == 10
    assert text.count("answers 503: look at its pods") == 2, "at its line, and in the summary"
    assert "and 3 more" in text
    assert "Traceback" not in text
    assert "secretpw" not in text
    assert sample.report()["statistics"]["inconclusive"] == 4


def test_a_dead_server_of_one_subject_ends_that_subject_alone(sample):
    dead = "  Scenario: {}\n    Given a dead list server\n    Then all is well\n"
    sample.feature("Feature: Lists\n" + dead.format("First one") + dead.format("Second one"))
    sample.feature("Feature: Other\n  Scenario: Needs no list\n    Then all is well\n", "zz_other")
    assert sample.run().ret == 10
    told = sample.report()["statistics"]
    assert (told["inconclusive"], told["passed"]) == (2, 1)


def test_a_usage_error_of_a_fixture_is_exit_4_in_one_sentence(sample):
    sample.scenario("Given a wrong kubeconfig", "Then all is well")
    result = sample.run()
    assert result.ret == 4
    result.stdout.fnmatch_lines(["*context 'prod' is not in the kubeconfig; it has: dev"])
    assert "Traceback" not in result.stdout.str()


def test_a_required_feature_that_is_skipped_is_a_failure(sample):
    sample.scenario("Then it is skipped", tags="@dns_tracking")
    assert sample.run("--require", "FlowRTT").ret == 10
    result = sample.run("--require", "DNSTracking")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*required (dns_tracking) and yet skipped: no feature gate"])


def test_reports_are_written_on_ctrl_c(sample):
    sample.feature(
        """
        Feature: Sample
          Scenario: First
            Then all is well
          Scenario: Second
            Then the user presses Ctrl-C
          Scenario: Third
            Then all is well
        """
    )
    result = sample.run_aside()
    assert result.ret == 2
    assert sample.report()["run"]["complete"] is False
    assert sample.report()["verdict"] == "inconclusive"
    assert sample.report()["statistics"]["passed"] == 1
    assert (sample.build / "junit.xml").is_file()
    assert (sample.build / "allure-results" / "environment.properties").is_file()


@pytest.mark.parametrize("error, exit_code", [("InfrastructureError", 10), ("UsageError", 4)])
def test_trouble_before_the_first_scenario_is_one_sentence(sample, error, exit_code):
    sample.pytester.makepyfile(
        sample_steps=f"""
        from kit.errors import {error}
        def pytest_sessionstart(): raise {error}("the API server at https://a:b@c is out of reach")
        """
    )
    sample.feature("Feature: Sample\n  Scenario: One\n    Then all is well\n")
    result = sample.run()
    assert result.ret == exit_code
    said = [line for line in result.stderr.lines if line]
    assert len(said) == 1
    assert said[0].endswith("the API server at https://<redacted>@c is out of reach")
    if exit_code == 10:
        assert sample.report()["verdict"] == "inconclusive"
        assert sample.report()["run"]["trouble"].startswith("the API server")
