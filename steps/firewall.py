"""What may leave: egress firewalls, and what they let through."""

from __future__ import annotations

from pytest_bdd import given, then, when

from catalog.outcomes import Outcome
from kit import evidence
from kit.outcomes import DENIED, ended_so
from steps.words import phrase, rules, takes_rules


@given("a client reaches the first and the second responder")
def reaches_both(outside):
    outside.reach_both()


@given("an egress firewall that")
@takes_rules
def an_egress_firewall(outside, datatable):
    outside.put_firewall(rules(datatable))


@given("an egress firewall without rules")
def a_firewall_without_rules(outside):
    outside.put_firewall([])


@given("an egress firewall of a neighbouring namespace that")
@takes_rules
def a_neighbours_firewall(behind, datatable):
    behind.neighbour.put_firewall(rules(datatable))


@given(phrase("a client reaches {responder:Responder} over {protocol:Protocol}"))
def reaches_over(outside, responder, protocol):
    outside.control(outside.connect_by(protocol, responder))


@given(phrase("a client reaches {responder:Responder} by its other IP family"))
def reaches_by_the_other_family(outside, responder):
    outside.control(outside.connect_by_other_family(responder))


@given("a client reaches the API server by its name")
def reaches_by_name(outside):
    evidence.fact("API server", outside.api)


@given("a client on the host network reaches a server of the namespace")
def reached_from_the_host_network(outside, behind):
    outside.control(behind.request_from_host())


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


@when(
    phrase("a client connects to {responder:Responder} over {protocol:Protocol}"),
    target_fixture="traffic",
)
def connects_over(outside, responder, protocol):
    return outside.connect_by(protocol, responder)


@when(
    phrase("a client connects to {responder:Responder} by its other IP family"),
    target_fixture="traffic",
)
def connects_by_the_other_family(outside, responder):
    return outside.connect_by_other_family(responder)


@when(
    phrase("a client connects to {responder:Responder} from the same node"),
    target_fixture="traffic",
)
def connects_from_its_node(outside, responder):
    return outside.connect_from_its_node(responder)


@when(
    phrase("a client on the host network connects to {responder:Responder}"),
    target_fixture="traffic",
)
def connects_on_the_host_network(behind, responder):
    return behind.connect_on_host(responder)


@given(
    phrase("{responder:Responder} is no longer reached by its other IP family"),
    target_fixture="traffic",
)
@then(phrase("{responder:Responder} is no longer reached by its other IP family"))
def the_other_family_is_denied(waiting, outside, responder):
    return ended_so(waiting, outside.connect_by_other_family(responder), DENIED)


@then(phrase("{responder:Responder} is still reached by its other IP family"))
def the_other_family_is_reached(waiting, outside, responder):
    traffic = outside.connect_by_other_family(responder, settled=True)
    ended_so(waiting, traffic, {Outcome.CONNECTED})


@when("a client connects to the API server", target_fixture="traffic")
def connects_to_the_api_server(outside):
    return outside.connect_to_api()


@when("a client behind the firewall requests a server of its namespace", target_fixture="traffic")
def requests_in_its_namespace(behind):
    return behind.request_server()


@when(
    "a client on the host network requests a server behind the firewall", target_fixture="traffic"
)
def requests_from_the_host_network(behind):
    return behind.request_from_host()


@when("a client behind the firewall requests the web service", target_fixture="traffic")
def requests_from_behind(outside):
    return outside.request_service()


@when(
    "a client behind the firewall requests the web service by its other IP family",
    target_fixture="traffic",
)
def requests_by_the_other_family(outside):
    return outside.request_service_by_other_family()


@then(phrase("{responder:Responder} is still reached"), target_fixture="traffic")
def is_still_reached(waiting, outside, responder):
    return ended_so(waiting, outside.connect(responder, settled=True), {Outcome.CONNECTED})


@given(phrase("{responder:Responder} is no longer reached"), target_fixture="traffic")
@then(phrase("{responder:Responder} is no longer reached"), target_fixture="traffic")
def is_no_longer_reached(waiting, outside, responder):
    return ended_so(waiting, outside.connect(responder), DENIED)


@then(phrase("{responder:Responder} is reached once the firewall is gone"))
def is_reached_in_the_end(waiting, outside, responder):
    outside.remove_firewall()
    ended_so(waiting, outside.connect(responder), {Outcome.CONNECTED})


@then(phrase("{responder:Responder} is still reached from the neighbouring namespace"))
def the_neighbour_still_reaches(waiting, behind, responder):
    ended_so(waiting, behind.neighbour.connect(responder, settled=True), {Outcome.CONNECTED})


@then(phrase("{responder:Responder} is no longer reached from the neighbouring namespace"))
def the_neighbour_no_longer_reaches(waiting, behind, responder):
    ended_so(waiting, behind.neighbour.connect(responder), DENIED)


@then("how the connection ends is reported, not judged")
def is_reported(traffic):
    evidence.fact("the connection", traffic.outcome.value)
    evidence.attach("reported, not judged", traffic.told())
