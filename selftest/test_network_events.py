"""A table about a network event: one item must be all of it, and presence proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.drops import BY_EVENT, BY_OPEN_VSWITCH, causes_of_denial
from kit.cells import DENIAL
from kit.events import an_event
from kit.expectations import NoFlow, SomeFlow
from kit.paths import path
from selftest.conversation import cell, complaint, request, traffic
from selftest.refusals import refusal

ISOLATION = {
    "Feature": "acl",
    "Type": "NetpolNamespace",
    "Action": "drop",
    "Name": "",
    "Namespace": "tests",
    "Direction": "Ingress",
}
NODE = ISOLATION | {"Type": "NetpolNode", "Action": "allow-related", "Namespace": ""}
TABLE = [
    ["type", "NetpolNamespace"],
    ["action", "drop"],
    ["name", "absent"],
    ["namespace", "the server's namespace"],
    ["direction", "ingress"],
]
TO_SERVICE = path("from the client to the service")


def against(*items: dict[str, str], table: list[list[str]] = TABLE) -> str | None:
    return an_event(table).complaint(list(items), traffic().facts())


def test_one_item_that_is_all_of_it_is_enough():
    assert against(NODE, ISOLATION) is None
    assert against(ISOLATION | {"Direction": "INGRESS"}) is None


@pytest.mark.parametrize(
    "change, said",
    [
        ({"Type": "NetworkPolicy"}, "type is 'NetworkPolicy'"),
        ({"Action": "allow"}, "action is 'allow'"),
        ({"Name": "one-port"}, "name is 'one-port', expected absent"),
        ({"Namespace": "shop"}, "expected the server's namespace (tests)"),
        ({"Namespace": ""}, "namespace is missing"),
        ({"Direction": "Egress"}, "direction is 'egress'"),
    ],
)
def test_an_item_that_differs_in_one_thing_does_not_do(change, said):
    told = against(ISOLATION | change)
    assert told is not None
    assert said in told


def test_two_items_do_not_make_one():
    halves = ISOLATION | {"Action": "allow"}, ISOLATION | {"Type": "NetpolNode"}
    told = against(*halves)
    assert told is not None
    assert told.startswith("of 2 network events the nearest: ")


@pytest.mark.parametrize(
    "value, said",
    [
        ([], "is an empty list"),
        (["Dropped by network policies"], "not a list of objects"),
        ([{"Message": "sample of an unknown ACL"}], "is not decoded (sample of an unknown ACL)"),
        ([NODE], "type is 'NetpolNode'"),
    ],
)
def test_what_is_no_such_event_is_told(value, said):
    told = an_event(TABLE).complaint(value, traffic().facts())
    assert told is not None
    assert said in told


def test_claims_take_events_as_they_take_cells():
    hit, miss, none = request(NetworkEvents=[ISOLATION]), request(NetworkEvents=[NODE]), request()
    some = SomeFlow(traffic(), TO_SERVICE, [an_event(TABLE)])
    assert some.judge([miss, hit]).met
    assert "network events is missing" in some.judge([none]).because
    never = NoFlow(traffic(), TO_SERVICE, [an_event([["action", "drop"]])])
    assert never.judge([miss, none]).met
    assert not never.judge([miss, hit]).met


@pytest.mark.parametrize(
    "table, said",
    [
        ([["type", "NetpolNode"]], "names no action"),
        ([["action", "drops"]], "the nearest known word is 'drop'"),
        ([["kind", "drop"]], "no property of a network event"),
        ([["action", "drop", "x"]], "a row has a property"),
    ],
)
def test_a_table_that_proves_nothing_is_refused(table, said):
    assert said in refusal(an_event, table)


@pytest.mark.parametrize(
    "version, newer",
    [((1, 11, 3), False), ((1, 11, 4), True), ((1, 12, 0), True), (None, True)],
)
def test_the_causes_of_a_denial_follow_the_version(version, newer):
    assert causes_of_denial(version) == {*BY_OPEN_VSWITCH, *(BY_EVENT if newer else ())}


def test_a_cause_of_denial_is_one_that_the_agents_know():
    phrase, facts = "cause of the latest drop", {DENIAL: causes_of_denial((1, 11, 1))}
    assert complaint(phrase, DENIAL, "OVS_DROP_EXPLICIT", facts) is None
    told: Any = complaint(phrase, DENIAL, "SKB_DROP_UNKNOWN_CAUSE", facts)
    assert told.endswith("(OVS_DROP_EXPLICIT or OVS_DROP_LAST_ACTION)")
    assert complaint(phrase, DENIAL, "NetworkEvent_NetpolNamespace", facts)
    assert complaint(phrase, DENIAL, "OVS_DROP_EXPLICIT", {})
    assert "cannot be a cause of denial" in refusal(cell, "dropped packets", DENIAL)
