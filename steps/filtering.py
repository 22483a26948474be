"""Given flows are filtered; When clients use a filtered server; Then they leave flows or none."""

from __future__ import annotations

from functools import partial

from pytest_bdd import given, parsers, then, when

from catalog.flow_filter import COUNTERS
from catalog.outcomes import Outcome
from kit.expectations import NoFlow, SomeFlow
from kit.filter_rules import rule
from kit.filtered import Port
from kit.outcomes import ended_so
from kit.paths import path as as_path
from steps.words import TYPES, one_of

COUNTED = {"Counter": lambda text: one_of(COUNTERS, text, "count of the flow filter")}
phrase = partial(parsers.parse, extra_types={**TYPES, "Socket": Port.said, **COUNTED})
HEARD = {Outcome.CONNECTED, Outcome.REFUSED}
"""Packets went both ways: had anything listened, it would have been a conversation."""


def _takes_a_rule(step):
    vars(step)["__check__"] = lambda _arguments, table, _docstring: rule(table or [])
    return step


@given("flows are filtered by a rule for the server")
@_takes_a_rule
def filtered_by_a_rule(conversations, datatable):
    conversations.rules.append(rule(datatable))


@given("flows are filtered by a rule for the addresses around it")
@_takes_a_rule
def filtered_around_it(conversations, datatable):
    conversations.rules.append(rule(datatable, around=True))


@when(phrase("a client connects to {port:Socket} of the filtered server"), target_fixture="traffic")
def connects(conversations, port):
    return conversations.connect(port)


@when(
    phrase("a client {place:Place} connects to {port:Socket} of the filtered server"),
    target_fixture="traffic",
)
def connects_from(conversations, place, port):
    return conversations.connect(port, place)


@when(
    phrase("a client sends the filtered server as much as a sampling of {sampling:d} needs"),
    target_fixture="traffic",
)
def sends_enough(conversations, sampling):
    return conversations.send_enough(sampling)


@when("the filtered server connects to an accepted server", target_fixture="traffic")
def servers_connect(conversations):
    return conversations.between_servers()


@then("it leaves no flow")
def it_leaves_no_flow(waiting, testimony, conversations, traffic):
    _leaves_none(waiting, testimony, conversations, traffic)


@then(phrase("a client that connects to {port:Socket} of the filtered server leaves no flow"))
def another_leaves_none(waiting, testimony, conversations, port):
    _leaves_none(waiting, testimony, conversations, conversations.connect(port))


@then(
    phrase(
        "a client {place:Place} that connects to {port:Socket} of the filtered server "
        "leaves no flow"
    )
)
def another_from_there_leaves_none(waiting, testimony, conversations, place, port):
    _leaves_none(waiting, testimony, conversations, conversations.connect(port, place))


@then(phrase("a client that connects to {port:Socket} of the filtered server leaves flows"))
def another_leaves_flows(waiting, testimony, conversations, port):
    traffic = ended_so(waiting, conversations.connect(port), HEARD)
    testimony.some(SomeFlow(traffic, as_path("from the client to the server")))
    testimony.some(SomeFlow(traffic, as_path("from the server to the client")))


@then("no flow comes from the server to the client")
def no_flow_comes_back(testimony, traffic):
    testimony.none(NoFlow(traffic, as_path("from the server to the client")))


@then("no flow goes from the client to the server")
def no_flow_goes_there(testimony, traffic):
    testimony.none(NoFlow(traffic, as_path("from the client to the server")))


@then(
    phrase(
        "one more such connection adds at least {least:d} {counter:Counter} packets "
        "to the agents' counts"
    )
)
def adds_to_the_counts(conversations, counting, counter, least):
    counting.adds(conversations.repeat, conversations.server.node, counter, least)


def _leaves_none(waiting, testimony, conversations, traffic):
    """Two witnesses: its own end says that it took place, a control that flows arrive."""
    heard = ended_so(waiting, traffic, HEARD)
    testimony.nothing(heard, conversations.control())
