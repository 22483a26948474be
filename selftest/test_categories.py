"""The categories of the report, held against the words that verdicts are really told in."""

from __future__ import annotations

import re

import pytest

from catalog.outcomes import Outcome
from kit.allure_files import CATEGORIES
from kit.block_list import _told
from kit.costing import Row
from kit.outcomes import DENIED, judge
from kit.trend import Rise
from kit.verdict import Inconclusive
from selftest.conversation import traffic

NOT_ENFORCED, OVER_BLOCKED, BUDGET, PRODUCT = (
    *("Egress not enforced", "Egress over-blocking"),
    *("Budget exceeded", "Product defect"),
)
ONE, OTHER = "Deny 192.0.2.0/24", "Deny 198.51.100.0/24"


def category(status: str, message: str) -> str:
    """As Allure finds it: the first that matches."""
    return next(
        name
        for name, statuses, pattern in CATEGORIES
        if status in statuses and re.fullmatch(pattern, message)
    )


def ended(outcome: Outcome, *wanted: Outcome) -> str:
    said = judge(traffic(outcome=outcome), set(wanted)).because
    return f"the way to web changes: not within 30 s; {said}"


WORDS = [
    (ended(Outcome.CONNECTED, Outcome.TIMED_OUT), NOT_ENFORCED),
    (ended(Outcome.CONNECTED, *DENIED), NOT_ENFORCED),
    ("3 of 20 connections got through while the rules were replaced", NOT_ENFORCED),
    ("no rule denies 192.0.2.1", NOT_ENFORCED),
    (_told([ONE], [ONE, OTHER])[0], NOT_ENFORCED),
    (ended(Outcome.TIMED_OUT, Outcome.CONNECTED), OVER_BLOCKED),
    (ended(Outcome.REFUSED, Outcome.CONNECTED), OVER_BLOCKED),
    (_told([ONE, OTHER], [ONE])[0], OVER_BLOCKED),
    ("a rule denies 192.0.2.1", OVER_BLOCKED),
    (Row("agent.cpu", "pod on node", 2.0, 1.0, "cores", "", "budgets.yaml:22").said(), BUDGET),
    (Row("agent.memory", "pod", 2e9, 1e9, "bytes", "", "mine.yaml:1").said(), BUDGET),
    (Rise("agent.cpu.light", 2.0, 1.0, "5 runs").said(), BUDGET),
    (Rise("agent.cpu.light", 2.0, 1.0, "the 10 oldest of 30 runs").said(), BUDGET),
    (ended(Outcome.TIMED_OUT, Outcome.REFUSED), PRODUCT),
    ("DNS latency is 0, expected between 50 ms and 500 ms", PRODUCT),
    ("", PRODUCT),
]


@pytest.mark.parametrize("message, name", WORDS)
def test_a_broken_promise_is_sorted_by_its_own_words(message, name):
    assert category("failed", message) == name


def test_what_proves_nothing_and_what_is_not_offered_have_their_own():
    assert category("broken", f"{Inconclusive.__name__}: Loki is down") == "Inconclusive"
    assert category("broken", "KeyError: 'x'") == "Set-up or suite fault"
    assert category("skipped", "needs IPsec") == "Cluster does not offer it"
    assert category("failed", "a left-over namespace") == "Left-overs found"


def test_every_category_is_reached_and_explained():
    told = {name for _, name in WORDS} | {"Left-overs found", "Inconclusive"}
    told |= {"Set-up or suite fault", "Cluster does not offer it"}
    assert told == {name for name, _, _ in CATEGORIES}


def test_a_reader_that_is_no_python_understands_the_patterns():
    """JavaScript knows no flags inside a pattern; the first is taken off by allurerc.mjs."""
    for _, _, pattern in CATEGORIES:
        assert pattern.startswith("(?s).*")
        assert not re.search(r"\(\?[a-zA-Z<P]", pattern[4:])
