"""What Allure is given: Gherkin lines as steps, labels from tags, and nothing that is secret."""

import pytest

pytest_plugins = ["sample_suite"]


def only(results: list) -> dict:
    assert len(results) == 1
    return results[0]


def steps(result: dict) -> list[tuple[str, str]]:
    return [(step["status"], step["name"]) for step in result["steps"]]


def test_each_line_is_a_step_and_the_rest_of_a_failure_is_skipped(sample):
    sample.scenario(
        "Given a cluster", "When it waits 1 s", "Then the promise is broken", "And all is well"
    )
    sample.run()
    result = only(sample.allure())
    assert result["status"] == "failed"
    assert steps(result) == [
        ("passed", "Given a cluster"),
        ("passed", "When it waits 1 s"),
        ("failed", "Then the promise is broken"),
        ("skipped", "And all is well"),
    ]
    assert result["statusDetails"]["message"] == "closest of 3 flows has DNS id 7, expected 9"
    assert "site-packages" not in str(result)


@pytest.mark.parametrize(
    "line, status, message",
    [
        ("nobody can say", "broken", "inconclusive: Loki answered 503 for 30 s"),
        ("the step has a bug", "broken", "KeyError: 'nothing'"),
        ("it is skipped", "skipped", "no feature gate"),
        ("one is two", "failed", "assert 1 == 2"),
    ],
)
def test_an_ending_has_its_allure_status(sample, line, status, message):
    sample.scenario(f"Then {line}")
    sample.run()
    result = only(sample.allure())
    assert (result["status"], result["statusDetails"]["message"]) == (status, message)
    assert steps(result) == [(status, f"Then {line}")]


def test_tags_become_labels_and_links(sample):
    tags = (
        "@dns_tracking @epic.flow_collection @story.names @severity.critical "
        "@owner.net_team @issue.NETOBSERV-12"
    )
    sample.scenario("Then all is well", tags=tags)
    sample.run()
    result = only(sample.allure())
    labels = {(label["name"], label["value"]) for label in result["labels"]}
    assert {
        ("epic", "Flow collection"),
        ("feature", "Sample"),
        ("story", "Names"),
        ("severity", "critical"),
        ("owner", "net team"),
        ("tag", "dns_tracking"),
    } <= labels
    assert [value for name, value in labels if name == "tag"] == ["dns_tracking"]
    assert only(result["links"])["name"] == "NETOBSERV-12"
    assert result["titlePath"] == ["features", "Sample"]


def test_rows_are_parameters_and_identity_survives_edits(sample):
    text = (
        "Feature: Sample\n  {before}Scenario Outline: Row <n>\n    When it waits <n> s\n"
        "    Then all is well\n    Examples:\n      | n |\n      | 1 |\n      | 2 |\n"
    )
    seen = []
    for before in ("", "Scenario: New\n    Then all is well\n  "):
        sample.feature(text.format(before=before))
        sample.run()
        rows = {one["name"]: one for one in sample.allure() if one["name"].startswith("Row")}
        assert sorted(rows) == ["Row 1", "Row 2"]
        assert rows["Row 2"]["parameters"] == [{"name": "n", "value": "2"}]
        seen.append({name: one["historyId"] for name, one in rows.items()})
    assert seen[0] == seen[1]
    assert len(set(seen[0].values())) == 2


def test_tables_and_attachments_hang_on_their_step_without_secrets(sample):
    sample.scenario("Given a cluster with", "  | pods | 3 |", "Then all is well")
    sample.run()
    step = only(sample.allure())["steps"][0]
    named = {one["name"]: one["source"] for one in step["attachments"]}
    assert sorted(named) == ["secret.yaml", "table"]
    folder = sample.build / "allure-results"
    assert (folder / named["table"]).read_text().split() == ["pods,3"]
    assert "aHVudGVyMg" not in (folder / named["secret.yaml"]).read_text()
    everything = "".join(file.read_text() for file in sample.build.rglob("*") if file.is_file())
    for secret in ("hunter2", "aHVudGVyMg"):
        assert secret not in everything


def test_fixtures_are_shown_without_the_noise_of_steps(sample):
    sample.scenario("Given a cluster", "Then all is well")
    sample.run()
    container = only(sample.allure("container"))
    assert [one["name"] for one in container["befores"]] == ["cluster"]


def test_old_results_are_removed_unless_the_folder_is_the_users(sample):
    sample.scenario("Then all is well")
    for arguments, kept in (((), 1), (("--alluredir", "mine"), 2)):
        sample.run(*arguments)
        sample.run(*arguments)
        folder = sample.pytester.path / (arguments[-1] if arguments else "build/allure-results")
        assert len(list(folder.glob("*-result.json"))) == kept


def test_a_run_that_is_refused_keeps_the_results_of_the_last_one(sample):
    sample.scenario("Then all is well")
    sample.run()
    assert sample.run("--kubeconfig", "/nowhere").ret == 4
    folder = sample.pytester.path / "build/allure-results"
    assert len(list(folder.glob("*-result.json"))) == 1


def test_the_other_allure_plugin_is_never_loaded(pytestconfig):
    assert "no:allure_pytest_bdd" in pytestconfig.getini("addopts")
