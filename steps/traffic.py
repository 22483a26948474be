"""When somebody sends something; Then it ended so."""

from __future__ import annotations

from pytest_bdd import then, when

from kit.outcomes import ended_so
from kit.verdict import Unmet
from steps.words import phrase


@when(phrase("a client {place:Place} requests the web service"), target_fixture="traffic")
def requests_the_service(stage, place):
    return stage.web.request(place)


@when(phrase("a client {place:Place} requests the web server itself"), target_fixture="traffic")
def requests_the_server(stage, place):
    return stage.web.request_pod(place)


@when(
    phrase("a client {place:Place} sends {size:Size} to the web service"),
    target_fixture="traffic",
)
def sends(stage, place, size):
    return stage.web.send(place, size)


@when(
    phrase("a client {place:Place} has {size:Size} echoed by the web service"),
    target_fixture="traffic",
)
def has_it_echoed(stage, place, size):
    return stage.web.echo(place, size)


@when(
    phrase('a client {place:Place} asks the name service for "{name}"'),
    target_fixture="traffic",
)
def asks(stage, place, name):
    return stage.names.ask(place, name)


@when(
    phrase('a client {place:Place} asks the name service over TCP for "{name}"'),
    target_fixture="traffic",
)
def asks_over_tcp(stage, place, name):
    return stage.names.ask(place, name, tcp=True)


@when(
    phrase("a client sends the traffic that {feature:Feature} is about"), target_fixture="traffic"
)
def sends_what_it_is_about(about, feature):
    return about(feature)


@then(phrase("the connection {outcome:Outcome}"), target_fixture="traffic")
def the_connection_ends(waiting, traffic, outcome):
    return ended_so(waiting, traffic, {outcome})


@then(phrase("the answer is {code:ResponseCode}"))
def the_answer_is(traffic, code):
    if traffic.answer != code:
        said = traffic.answer or f"none: the lookup {traffic.outcome.value}"
        raise Unmet(f"the answer is {said}, expected {code}", traffic.told())
