"""Every form of a table cell: met, not met, missing, of the wrong type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.cells import MISSING
from kit.facts import FACTS
from selftest.conversation import BEGAN, cell, complaint, traffic

OF_SOME = {name for name in FACTS if name.startswith(("the policy", "the network", "the egress"))}
"""Known only where there is such a thing."""

FORMS = [
    ("user-defined networks", "with team/blue", ["", "team/blue"], ["", "default"]),
    ("user-defined networks", "nothing but default", ["", "default"], ["", "team/blue"]),
    ("user-defined networks", "empty", ["", ""], ["", "default"]),
    ("source type", "present", "Pod", ""),
    ("TCP flags", "present", ["SYN"], []),
    ("source type", "Pod", "Pod", "Service"),
    ("destination port", "80", 80, 8080),
    ("protocol", "TCP", 6, 17),
    ("direction", "egress", "1", "0"),
    ("source port", "as sent", 40000, 40001),
    ("source name", "the client's name", "probe-1", "probe-2"),
    ("destination port", "the server's port", 8080, 80),
    ("start time", "during the traffic", (BEGAN + 1) * 1000, (BEGAN + 60) * 1000),
    ("time received", "after the traffic", BEGAN + 10, BEGAN - 10),
    ("bytes", "at least 1 kB", 1000, 999),
    ("bytes", "at most 1 KiB", 1024, 1025),
    ("packets", "between 5 and 7", 7, 8),
    ("packets", "between 5 and 7", 5, 4),
    ("round-trip time", "a multiple of 1 µs", 5000, 5001),
    ("protocol", "one of TCP, UDP", 17, 132),
    ("TCP flags", "only SYN", ["SYN"], ["SYN", "ACK"]),
    ("TCP flags", "only SYN, ACK", ["ACK", "SYN"], ["SYN"]),
    ("TCP flags", "with SYN", ["ACK", "SYN"], ["ACK"]),
    ("interface directions", "with 0", [0, 1], [1]),
]


@pytest.mark.parametrize("phrase, text, good, bad", FORMS)
def test_each_form_is_met_by_one_value_and_not_by_another(phrase, text, good, bad):
    assert complaint(phrase, text, good) is None
    told = complaint(phrase, text, bad)
    assert told.startswith(f"{phrase} is {bad!r}")
    assert f"expected {text}" in told


@pytest.mark.parametrize("phrase, text, good, bad", FORMS)
def test_a_missing_field_meets_no_form(phrase, text, good, bad):
    told = complaint(phrase, text, MISSING)
    assert told.startswith(f"{phrase} is missing, expected {text}")


@pytest.mark.parametrize("phrase, text, good, bad", FORMS)
@pytest.mark.parametrize("wrong", [None, True, {}, [[]]])
def test_a_value_of_another_shape_meets_no_form(phrase, text, good, bad, wrong):
    assert "which is not a " in complaint(phrase, text, wrong)


@pytest.mark.parametrize("phrase, wrong", [("destination port", "80"), ("direction", 1)])
def test_numbers_in_quotes_and_labels_without_are_told_apart(phrase, wrong):
    text = {"destination port": "80", "direction": "egress"}[phrase]
    assert f"{phrase} is {wrong!r}, which is not a " in complaint(phrase, text, wrong)


def test_a_list_that_is_empty_is_not_present_and_never_only_something():
    assert complaint("TCP flags", "present", []) is not None
    assert complaint("TCP flags", "only SYN", []) is not None


def test_a_number_is_present_even_when_it_is_zero():
    assert complaint("DNS latency", "present", 0) is None


def test_absent_is_met_by_nothing_but_absence():
    assert complaint("DNS id", "absent", MISSING) is None
    assert complaint("DNS id", "absent", 0) == "DNS id is 0, expected absent"
    assert cell("DNS id", "absent").of_absence
    assert not cell("DNS id", "present").of_absence


def test_a_complaint_names_the_fact_that_was_expected():
    told = complaint("source name", "the client's name", "probe-2")
    assert told == "source name is 'probe-2', expected the client's name (probe-1)"
    assert complaint("source port", "as sent", 7).endswith("expected as sent (40000)")


def test_a_complaint_says_raw_values_in_words():
    assert complaint("protocol", "TCP", 17) == "protocol is 17 (UDP), expected TCP"


def test_what_was_never_sent_or_is_not_known_is_met_by_nothing():
    assert complaint("source port", "as sent", 40000, {}) is not None
    assert complaint("source name", "the client's name", "None", {}) is not None


def test_clocks_may_differ_by_two_seconds_and_the_times_of_pods_are_whole_ones():
    for inside in (BEGAN - 2, BEGAN + 6):
        assert complaint("start time", "during the traffic", inside * 1000) is None
    for outside in (BEGAN - 2.1, BEGAN + 6.1):
        assert complaint("start time", "during the traffic", outside * 1000) is not None


def test_a_round_trip_is_no_longer_than_the_request_that_it_is_part_of():
    form, took = "no longer than the request took", {"the request took": 0.002}
    assert complaint("round-trip time", form, 2_000_000, took) is None
    told = complaint("round-trip time", form, 2_000_001, took)
    assert told == f"round-trip time is 2000001, expected {form} (0.002)"
    assert complaint("round-trip time", form, 1, {}) is not None


@given(st.integers(1, 1000), st.sampled_from(["ns", "µs", "ms", "s", "min", "h"]))
def test_a_bound_that_is_met_exactly_is_met(number, unit):
    sizes = {"ns": 1, "µs": 10**3, "ms": 10**6, "s": 10**9, "min": 60 * 10**9, "h": 3600 * 10**9}
    wire, bound = number * sizes[unit], f"{number} {unit}"
    for form in ("at least", "at most", "a multiple of"):
        assert complaint("round-trip time", f"{form} {bound}", wire, {}) is None
    assert complaint("round-trip time", f"at most {bound}", wire + 1, {}) is not None
    assert complaint("round-trip time", f"at least {bound}", wire - 1, {}) is not None


@pytest.mark.parametrize("fact", sorted({*FACTS} - OF_SOME))
def test_every_fact_is_known_of_a_conversation_with_a_service(fact):
    phrase = "destination port" if fact.endswith(" port") else "destination name"
    value = traffic().facts()[fact]
    assert value not in (None, "")
    assert complaint(phrase, fact, value) is None
