"""What a soak takes for alike, and what it prints when it is not."""

from __future__ import annotations

from dataclasses import replace

from selftest.soak.comparison import compare
from selftest.trial.runs import Outcome

CALM = Outcome({"It is": "passed", "It is not": "skipped"}, {"It is": "dns.feature"}, 60.0)
OPTIONS = ["--seed", "7", "--weather", "rough"]


def hard(**endings: str) -> Outcome:
    return Outcome(
        {title.replace("_", " "): how for title, how in endings.items()}, CALM.files, 70.4
    )


def test_the_same_verdicts_are_one_line():
    seen = compare(CALM, hard(It_is="passed", It_is_not="skipped"), "seed 7", OPTIONS)
    assert seen.alike
    assert seen.told() == "seed 7: 1 passed, 1 skipped in 70 s"


def test_a_flipped_verdict_is_told_with_the_command_that_repeats_it():
    seen = compare(CALM, hard(It_is="failed", It_is_not="skipped"), "seed 7", OPTIONS)
    assert not seen.alike
    assert seen.told().splitlines()[1:] == [
        "    It is: failed, in calm weather passed",
        "    repeat: python -m pytest --seed 7 --weather rough features/dns.feature",
    ]


def test_why_it_failed_is_told_in_its_first_line():
    failed = replace(hard(It_is="failed"), reasons={"It is": "no flow came\nat all"})
    told = compare(CALM, failed, "seed 7", OPTIONS).told().splitlines()
    assert "    It is: failed, in calm weather passed: no flow came" in told


def test_a_doubt_is_a_difference_except_under_trouble():
    doubted = hard(It_is="inconclusive", It_is_not="skipped")
    assert not compare(CALM, doubted, "seed 7", OPTIONS).alike
    assert compare(CALM, doubted, "api-fails", OPTIONS, doubt=True).alike
    failed = hard(It_is="failed", It_is_not="skipped")
    assert not compare(CALM, failed, "api-fails", OPTIONS, doubt=True).alike


def test_no_weather_hides_a_fault():
    broken = replace(CALM, endings={"It is": "failed", "It is not": "skipped"})
    doubted = hard(It_is="inconclusive", It_is_not="skipped")
    assert not compare(broken, doubted, "crowded", OPTIONS).alike
    assert compare(broken, doubted, "api-fails", OPTIONS, doubt=True).alike
    hidden = hard(It_is="passed", It_is_not="skipped")
    assert not compare(broken, hidden, "api-fails", OPTIONS, doubt=True).alike


def test_a_scenario_that_vanishes_is_a_difference():
    assert not compare(CALM, hard(It_is="passed"), "seed 7", OPTIONS, doubt=True).alike


def test_a_run_that_hangs_is_a_difference():
    seen = compare(CALM, Outcome(trouble="hangs: not over after 900 s"), "seed 7", OPTIONS)
    assert not seen.alike
    assert "hangs: not over after 900 s" in seen.told()
