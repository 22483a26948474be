"""Firewalls that change, that are refused, that are long; and how soon they are enforced."""

from __future__ import annotations

from pytest_bdd import given, then, when

from catalog.outcomes import Outcome
from kit import evidence
from kit.outcomes import DENIED, ended_so
from kit.rules import Rule
from kit.updates import (
    apply_long,
    falls_silent,
    none_slips_through,
    reached_again,
    refused_for,
    replace_often,
    share_made,
    stays_out,
    try_name,
    try_rules,
)
from steps.words import phrase, rules, takes_rules

FIRST = Rule("Deny", "the first responder")


@given("a client that never pauses connects to both responders")
def a_client_that_never_pauses(train):
    train.grow(1)


@given("a client keeps a connection to the first responder open")
def keeps_a_connection_open(held):
    evidence.attach("the client that keeps its connection", held.pod["metadata"], "json")


@when("the client uses its open connection again", target_fixture="fate")
def uses_it_again(held):
    return held.ask_again()


@when("the rules are replaced by")
@takes_rules
def are_replaced(outside, datatable):
    outside.replace_rules(rules(datatable))


@when(phrase("the rules are replaced {times:d} times, each time with the same denial"))
def are_replaced_often(outside, train, times):
    replace_often(outside, train, FIRST, times)


@when("rules that may be refused are applied", target_fixture="refusal")
@takes_rules
def may_be_refused(outside, datatable):
    return try_rules(outside, rules(datatable))


@when(phrase('an egress firewall named "{name}" is applied'), target_fixture="refusal")
def is_named(outside, name):
    return try_name(outside, name)


@when(
    phrase("a list of {count:Rules} is applied, whose last rule denies the first responder"),
    target_fixture="applied",
)
def many_are_applied(outside, count):
    return apply_long(outside, FIRST, count)


@then(phrase('the API server refuses it because of "{field}"'))
def refuses_it(refusal, field):
    refused_for(refusal, field)


@then(phrase("they are refused, or {responder:Responder} is no longer reached"))
def refused_or_denied(waiting, outside, refusal, responder):
    if refusal is None:
        ended_so(waiting, outside.connect(responder), DENIED)


@then(phrase('the status of the firewall says "{sentence}"'))
def the_status_says(outside, sentence):
    outside.status_says(sentence)


@then(phrase("{responder:Responder} stays out of reach, as far as this version promises"))
def stays_out_of_reach(outside, responder):
    stays_out(outside, responder)


@then(phrase("{responder:Responder} is reached again"))
def is_reached_again_now(waiting, outside, responder):
    ended_so(waiting, outside.connect(responder), {Outcome.CONNECTED})


@then(phrase("{responder:Responder} is reached again, as far as this version promises"))
def is_reached_again(outside, responder):
    reached_again(outside, responder)


@then(phrase("no connection to {responder:Responder} slips through, as far as it promises"))
def none_slips(outside, train, responder):
    none_slips_through(outside, train, responder)


@then(phrase("at least {percent:d} % of its connections to {responder:Responder} are made"))
def most_are_made(train, percent, responder):
    share_made(train, responder, percent)


@then(phrase("within {limit:Duration} its connections to {responder:Responder} end in silence"))
def fall_silent(outside, train, applied, limit, responder):
    falls_silent(outside, train, responder, applied, limit)


@then("what became of the open connection is reported, not judged")
def its_fate_is_reported(fate):
    evidence.fact("the open connection after the rule", fate)
