"""A mistake in a feature file stops the run before it starts: place, sentence, nearest word."""

import pytest

pytest_plugins = ["sample_suite"]

TITLED = "Feature: Sample\n  Scenario: One\n    "


@pytest.mark.parametrize(
    "text, told",
    [
        (
            "@dns_trackin\n" + TITLED + "Then all is well",
            ":1: unknown tag @dns_trackin; the nearest known word is 'dns_tracking'",
        ),
        (
            "@severity.criticl\n" + TITLED + "Then all is well",
            ":1: unknown tag @severity.criticl; the nearest known word is 'severity.critical'",
        ),
        (
            "@needs.ipsek\n" + TITLED + "Then all is well",
            ":1: unknown tag @needs.ipsek; the nearest known word is 'needs.ipsec'",
        ),
        (
            "@issue.12\n" + TITLED + "Then all is well",
            ":1: tag @issue.12 is not of the form @issue.NETOBSERV-1234",
        ),
        (
            TITLED + "Then all is wel",
            ":3: no step is defined for Then 'all is wel'; "
            "the nearest known phrase is 'all is well'",
        ),
        (
            TITLED + "Given all is well\n    Then all is well",
            ":3: 'all is well' is a then phrase, used here as given",
        ),
        (
            TITLED + "When it waits 3 min\n    Then all is well",
            ":3: unknown unit 'min'; known are s",
        ),
        (
            TITLED
            + "Given a cluster with\n      | pods | 1 |\n      | pds | 1 |\n    Then all is well",
            ":5: unknown field 'pds'; the nearest known word is 'pods'",
        ),
        (
            TITLED + "Given a cluster with\n    Then all is well",
            ":3: 'a cluster with' needs a table",
        ),
        (
            TITLED + "Given a note\n    Then all is well",
            ":3: 'a note' needs a doc string",
        ),
        (
            TITLED + "Then all is well\n      | pods | 1 |",
            ":3: 'all is well' takes no table",
        ),
        (
            TITLED + "When it waits forever\n    Then all is well",
            ":3: step function waits_forever is async: pytest-bdd would pass it without a run",
        ),
        (
            TITLED + "Then all is well\n  Scenario: One\n    Then one is two",
            ":4: the title 'One' is taken by sample.feature:2",
        ),
        (
            TITLED + "Givven a cluster",
            ":2: this scenario has no Then line, so it could never fail",
        ),
        ("Feature: Sample\n", ":1: this feature has no scenario"),
        (
            TITLED + "Then all is well\n    Whoops",
            ":4: this is not Gherkin: *",
        ),
        (
            "Feature: Sample\n  Scenario Outline: One\n    When it waits <n> h\n"
            "    Then all is well\n    Examples:\n      | n |\n      | 1 |",
            ":3: unknown unit 'h'; known are s",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(sample, text, told):
    sample.feature(text)
    result = sample.run()
    assert result.ret == 4
    said = [line for line in result.stderr.lines if line]
    assert len(said) == 1, said
    result.stderr.fnmatch_lines([f"ERROR: features/sample.feature{told}"])
    assert not (sample.build / "conformance.yaml").exists()


def test_titles_are_unique_among_all_files_even_when_one_is_run(sample):
    sample.feature(TITLED + "Then all is well")
    sample.feature("Feature: Other\n\n  Scenario: One\n    Then all is well", "other")
    result = sample.run("features/sample.feature")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*other.feature:3: the title 'One' is taken by sample.feature:2"])


def test_words_inside_doc_strings_are_neither_tags_nor_titles(sample):
    note = '      """\n      @nonsense\n      Scenario: One\n      """'
    sample.feature(TITLED + f"Given a note\n{note}\n    Then all is well")
    sample.run().assert_outcomes(passed=1)
