"""Egress addresses: who a far end takes a client for, and by which node it came."""

from __future__ import annotations

from pytest_bdd import given, then, when

from catalog.outcomes import Outcome
from kit.callers import settle, settled_each_time, way_out
from kit.expectations import SomeFlow
from kit.firewall import await_applied
from kit.outcomes import ended_so
from kit.paths import path as as_path
from kit.rules import EVERY_ADDRESS, Rule, single
from kit.verdict import Unmet
from steps.words import cells, phrase, takes_cells

SELECTED = {"role": "caller"}


@given("an egress address for the namespace")
def an_egress_address(callers):
    callers.egress_ip.assign()


@given("an egress address that the namespace uses")
def an_egress_address_in_use(callers):
    callers.egress_ip.assign()
    callers.in_use()


@given("an egress address that some pods of the namespace use")
def an_egress_address_for_some(callers, selected_callers):
    callers.egress_ip.assign(pods=SELECTED)
    selected_callers(SELECTED).in_use()


@given("the label has moved to another node")
def the_label_has_moved(callers):
    callers.egress_ip.move()


@given("no node is labelled any more")
def no_node_is_labelled(callers):
    callers.egress_ip.make_homeless()


@given("the egress address was removed")
def the_address_was_removed(callers):
    callers.egress_ip.remove()


@given("an egress firewall that spares the echo alone")
def a_firewall_that_spares_the_echo(callers, outside_of_callers):
    outside_of_callers.control(outside_of_callers.connect(0))
    echo = {"type": "Allow", "to": {"cidrSelector": single(callers.echo.address)}}
    everybody = Rule("Deny", EVERY_ADDRESS).items(outside_of_callers.scene)
    outside_of_callers.apply([echo, *everybody])
    stage = callers.egress_ip.stage
    await_applied(stage.cluster, stage.waiting, callers.clients.namespace)


@when(phrase("a client {place:EgressPlace} asks the echo"), target_fixture="traffic")
def asks_the_echo(callers, place):
    return callers.ask(place)


@when(
    phrase("a client {place:EgressPlace} asks the echo {times:d} times"), target_fixture="traffic"
)
def asks_the_echo_often(callers, place, times):
    return callers.ask_often(place, times)


@when("a client of another namespace asks the echo", target_fixture="traffic")
def a_stranger_asks_the_echo(callers, stage):
    return callers.ask("another", stage.clients)


@when("a client that is not selected asks the echo", target_fixture="traffic")
def an_unselected_client_asks_the_echo(callers):
    return callers.ask("another")


@when("a client of the namespace asks the web server itself", target_fixture="traffic")
def asks_the_server(callers, stage):
    return callers.ask_inside(stage.web.server, stage.web.server)


@when("a client of the namespace asks the web service", target_fixture="traffic")
def asks_the_service(callers, stage):
    return callers.ask_inside(stage.web.service, stage.web.server)


@when("a client of the namespace asks the first responder", target_fixture="traffic")
def asks_the_responder(callers, responders):
    return callers.ask_inside(responders[0], responders[0])


@then(phrase("the far end sees {source:Source}"), target_fixture="traffic")
def the_far_end_sees(waiting, traffic, source):
    return settle(waiting, traffic, source)


@then(phrase("{times:d} times the far end sees {source:Source}"))
def the_far_end_sees_each_time(traffic, times, source):
    settled_each_time(traffic, source, times)


@then("what the extra hop costs is reported, not judged")
def the_extra_hop_is_told(callers, traffic, stage):
    callers.tell_extra_hop(traffic, stage.clients)


@then(phrase("some flow on the way out shows"))
@takes_cells
def some_flow_on_the_way_out(testimony, traffic, datatable):
    path = as_path("from the client to the responder")
    try:
        testimony.some(SomeFlow(way_out(traffic), path, cells(datatable)))
    except Unmet:
        # The far end cannot tell by which node it came: packets may have followed only just now.
        if traffic.again is None:
            raise
        testimony.some(SomeFlow(way_out(traffic.again()), path, cells(datatable)))


@then("the namespace still uses the egress address")
def still_in_use(callers):
    callers.still_in_use()


@then("the selected pods still use the egress address")
def selected_still_in_use(selected_callers):
    selected_callers(SELECTED).still_in_use()


@then(phrase('an event tells "{reason}"'))
def an_event_tells(callers, reason):
    callers.egress_ip.warned(reason)


@then("the first responder is not reached by the namespace")
def the_responder_is_not_reached(waiting, outside_of_callers):
    ended_so(waiting, outside_of_callers.connect(0), {o for o in Outcome if o.denied})
