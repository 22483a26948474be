"""Granting: who could have any configuration goes where least is to be done."""

from __future__ import annotations

import itertools

from fixtures.granting import Asking, granted
from kit.configuration import Configuration, Wish

RTT, NONE, ANY = Wish(on=frozenset({"FlowRTT"})), Wish(off=frozenset({"FlowRTT"})), Wish()
RICH, LEAN = Configuration(("FlowRTT",)), Configuration()
FIXED = [Asking("rtt", RTT, 100), Asking("none", NONE, 20), Asking("none", NONE, 20)]


def test_files_that_do_not_care_even_out_the_configurations():
    free = [Asking("long", ANY, 50), Asking("short", ANY, 20), Asking("short", ANY, 20)]
    found = granted([*FIXED, *free])
    assert found["rtt", RTT] == RICH
    assert found["none", NONE] == LEAN
    assert found["long", ANY] == LEAN, "40 there, 100 with round-trip times"
    assert found["short", ANY] == LEAN, "90 there by now, and both of the file together"
    assert granted([*FIXED, *free, Asking("more", ANY, 15)])["more", ANY] == RICH


def test_the_order_plays_no_part():
    asking = [*FIXED, Asking("one", ANY, 70), Asking("two", ANY, 70)]
    found = [granted(each) for each in itertools.permutations(asking)]
    assert all(each == found[0] for each in found)
    assert {found[0]["one", ANY], found[0]["two", ANY]} == {RICH, LEAN}


def test_nobody_adds_a_configuration_that_no_other_needs():
    assert granted([Asking("rtt", RTT, 1), Asking("one", ANY, 99)])["one", ANY] == RICH
    assert granted([Asking("one", ANY, 99)]) == {("one", ANY): LEAN}
    assert granted([]) == {}
