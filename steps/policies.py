"""Ports: closed ones, and open ones that a policy closes."""

from __future__ import annotations

from pytest_bdd import given, then, when

from catalog.outcomes import Outcome
from kit.guarded import knock
from kit.outcomes import DENIED, ended_so
from steps.words import phrase, takes_open_port


@given("a client reaches both ports of the guarded server")
def reaches_both_ports(guarded):
    guarded.reach_all()


@given(phrase("a network policy that allows {port:Port} alone"))
@takes_open_port
def a_network_policy(guarded, port):
    guarded.put_policy(port)


@given(phrase("an admin network policy that denies {port:Port}"))
@takes_open_port
def an_admin_network_policy(guarded, port):
    guarded.put_admin_policy(port)


@when(
    phrase("a client {place:Place} connects to {port:Port} of the web server"),
    target_fixture="traffic",
)
def connects_to_the_web_server(stage, place, port):
    return knock(stage.web, place, port)


@when(
    phrase("a client {place:Place} connects to {port:Port} of the guarded server"),
    target_fixture="traffic",
)
@takes_open_port
def connects_to_the_guarded_server(guarded, place, port):
    return guarded.connect(port, place)


@then(phrase("{port:Port} of the guarded server is still reached"))
@takes_open_port
def the_port_is_still_reached(waiting, guarded, port):
    ended_so(waiting, guarded.connect(port, settled=True), {Outcome.CONNECTED})


@given(phrase("{port:Port} of the guarded server is no longer reached"))
@takes_open_port
def the_port_is_no_longer_reached(waiting, guarded, port):
    ended_so(waiting, guarded.connect(port), DENIED)
