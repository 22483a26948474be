"""The words of steps: what each placeholder takes, and the tables of cells and rules."""

from __future__ import annotations

import pytest

from catalog.features import BY_PHRASE, DNS_TRACKING
from catalog.outcomes import Outcome
from kit.nearest import nearest
from kit.paths import path
from kit.rules import EVERY_ADDRESS, Port, Rule, destination
from selftest.refusals import refusal
from steps.words import TYPES, cells, phrase, rules, takes_cells, takes_rules


@pytest.mark.parametrize(
    "kind, text, value",
    [
        ("Feature", "DNS tracking", DNS_TRACKING),
        ("Outcome", "times out", Outcome.TIMED_OUT),
        ("Path", "to the client", path("to the client")),
        ("Place", "on the same node", "same"),
        ("Responder", "the second responder", 1),
        ("ResponseCode", "NXDomain", "NXDomain"),
        ("Size", "8 kB", 8000),
        ("Size", "1.5 KiB", 1536),
    ],
)
def test_each_placeholder_takes_its_words(kind, text, value):
    assert TYPES[kind](text) == value


@pytest.mark.parametrize(
    "kind, text, says",
    [
        ("Feature", "DNS trakcing", "is no FlowCollector feature; the nearest known word is 'DNS"),
        ("Outcome", "time out", "is no way for a connection to end; the nearest known word is 'ti"),
        ("Path", "to client", "is not a path"),
        ("Place", "on this node", "is no place of a client; the nearest known word is 'on the sa"),
        ("Responder", "a third responder", "is no responder; the nearest known word is 'the"),
        ("ResponseCode", "NXDOMAIN", "is no DNS response code"),
        ("Size", "8 ms", "is not a size, such as 8 kB"),
        ("Size", "8", "is not a size, such as 8 kB"),
        ("Size", "8 kb", "the nearest known unit is kB"),
    ],
)
def test_each_placeholder_refuses_others_with_the_nearest_word(kind, text, says):
    assert says in refusal(TYPES[kind], text)


def test_a_phrase_hands_values_to_its_step():
    line = phrase("some flow {path:Path} of {feature:Feature}")
    read = line.parse_arguments("some flow to the client of DNS tracking")
    assert read == {"path": path("to the client"), "feature": DNS_TRACKING}


@pytest.mark.parametrize("word", sorted(BY_PHRASE))
def test_every_feature_can_be_said(word):
    assert TYPES["Feature"](word).phrase == word


def test_a_table_of_cells_has_a_field_and_its_expectation_a_row():
    first, second = cells([["protocol", "TCP"], [" DNS id ", "as sent"]])
    assert (first.field.key, first.text) == ("Proto", "TCP")
    assert (second.field.key, second.text) == ("DnsId", "as sent")


@pytest.mark.parametrize(
    "table, says",
    [
        ([], "the table is empty"),
        ([["protocol"]], "not 1 columns"),
        ([["protocol", "TCP"], ["protocol", "TCP", "x"]], "not 3 columns"),
        ([["protokol", "TCP"]], "'protokol' is no field of a flow; the nearest known word is 'pro"),
        ([["Proto", "TCP"]], "'Proto' is no field of a flow"),
        ([["protocol", "TCP"], ["bytes", "5 ms"]], "'bytes' takes a size"),
    ],
)
def test_a_table_of_cells_with_a_mistake_is_refused(table, says):
    assert says in refusal(cells, table)


def test_a_table_of_rules_keeps_their_order():
    table = [
        ["allows", "the first responder", "TCP 38080"],
        ["allows", "10.0.0.0/8"],
        ["denies", "every address", ""],
    ]
    assert rules(table) == [
        Rule("Allow", "the first responder", (Port("TCP", 38080),)),
        Rule("Allow", "10.0.0.0/8"),
        Rule("Deny", EVERY_ADDRESS),
    ]


@pytest.mark.parametrize(
    "table, says",
    [
        ([], "the table is empty"),
        ([["denies"]], "a rule has a permission, an address and perhaps a port"),
        ([["denies", "every address", "TCP 1", "x"]], "a rule has a permission"),
        ([["deny", "every address"]], "is no permission of a rule; the nearest known word is 'den"),
        ([["denies", "every adress"]], "the nearest known word is 'every address'"),
        ([["denies", "10.0.0.1/8"]], "is neither a CIDR nor a known destination"),
        ([["denies", "every address", "TCP"]], "is no port of a rule"),
    ],
)
def test_a_table_of_rules_with_a_mistake_is_refused(table, says):
    assert says in refusal(rules, table)


@pytest.mark.parametrize(
    "text, read",
    [("192.0.2.1", "192.0.2.1/32"), ("2001:db8::/32", "2001:db8::/32"), ("0.0.0.0/0", "0.0.0.0/0")],
)
def test_a_destination_may_be_any_network(text, read):
    assert destination(text) == read


@pytest.mark.parametrize(
    "mark, good, bad",
    [(takes_cells, [["protocol", "TCP"]], None), (takes_rules, [["denies", "::/0"]], [["x", "y"]])],
)
def test_tables_of_marked_steps_are_read_before_anything_runs(mark, good, bad):
    step = mark(lambda: None)
    step.__check__({}, good, None)
    assert len(refusal(step.__check__, {}, bad, None)) > 20


def test_the_nearest_word_is_told_or_all_when_they_are_few():
    assert nearest("egres", ["ingress", "egress"]) == "; the nearest known word is 'egress'"
    assert nearest("zzz", ["ingress", "egress"]) == "; known are ingress, egress"
    assert nearest("zzz", map(str, range(13))) == ""
    assert nearest("zzz", []) == ""
