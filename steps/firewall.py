"""What may leave: egress firewalls, and what they let through."""

from __future__ import annotations

from pytest_bdd import given, then, when

from catalog.outcomes import Outcome
from kit.outcomes import DENIED, ended_so
from steps.words import phrase, rules, takes_rules


@given("a client reaches the first and the second responder")
def reaches_both(outside):
    outside.reach_both()


@given("an egress firewall that")
@takes_rules
def an_egress_firewall(outside, datatable):
    outside.put_firewall(rules(datatable))


@given("the egress firewall was removed")
def the_firewall_was_removed(outside):
    outside.remove_firewall()


@when(phrase("a client connects to {responder:Responder}"), target_fixture="traffic")
def connects(outside, responder):
    return outside.connect(responder)


@when(
    phrase("a client of another namespace connects to {responder:Responder}"),
    target_fixture="traffic",
)
def connects_from_elsewhere(outside, responder):
    return outside.connect_from_elsewhere(responder)


@when("a client behind the firewall requests the web service", target_fixture="traffic")
def requests_from_behind(outside):
    return outside.request_service()


@then(phrase("{responder:Responder} is still reached"))
def is_still_reached(waiting, outside, responder):
    ended_so(waiting, outside.connect(responder, settled=True), {Outcome.CONNECTED})


@given(phrase("{responder:Responder} is no longer reached"))
@then(phrase("{responder:Responder} is no longer reached"))
def is_no_longer_reached(waiting, outside, responder):
    ended_so(waiting, outside.connect(responder), DENIED)
