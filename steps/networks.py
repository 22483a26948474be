"""Networks of the user's own, and what nodes make of the traffic between them."""

from __future__ import annotations

from pytest_bdd import given, then, when

from kit.expectations import SomeFlow
from kit.outcomes import control
from kit.paths import path
from kit.traffic import between_nodes
from steps.words import cells, phrase, takes_cells


@given(phrase("a web server on {network:Network}"), target_fixture="served")
def a_web_server_on(networks, network):
    return networks.serve(network)


@given("a client of that network reaches it")
def a_client_reaches_it(served):
    control(served.request("another"), "inside the network,")


@when(phrase("a client of that network {place:Place} requests it"), target_fixture="traffic")
def a_client_of_that_network_requests_it(served, place):
    return served.request(place)


@when("a client of the default network requests it", target_fixture="traffic")
def a_client_of_the_default_network_requests_it(served, stage):
    return served.request_from(stage.clients)


@when("a client asks the API server over TLS", target_fixture="traffic")
def asks_the_api_server(stage):
    return stage.ask_the_api()


@then("some flow from node to node shows")
@takes_cells
def some_flow_between_nodes_shows(testimony, traffic, datatable):
    there = path("from the client to the server")
    testimony.some(SomeFlow(between_nodes(traffic), there, cells(datatable)))


@then("some flow back from node to node shows")
@takes_cells
def some_flow_back_between_nodes_shows(testimony, traffic, datatable):
    back = path("from the server to the client")
    testimony.some(SomeFlow(between_nodes(traffic), back, cells(datatable)))
