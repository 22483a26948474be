"""Then the flows say so."""

from __future__ import annotations

from pytest_bdd import then

from kit.cells import parse
from kit.errors import UsageError
from kit.expectations import EveryFlow, NoFlow, SomeFlow, Together
from kit.paths import path as as_path
from steps.words import cells, event, phrase, takes_cells, takes_event


@then(phrase("some flow {path:Path} shows"))
@takes_cells
def some_flow_shows(testimony, traffic, path, datatable):
    testimony.some(SomeFlow(traffic, path, cells(datatable)))


@then(phrase("no flow {path:Path} shows"))
@takes_cells
def no_flow_shows(testimony, traffic, path, datatable):
    testimony.none(NoFlow(traffic, path, cells(datatable)))


@then(phrase("some flow {path:Path} has the network event"))
@takes_event
def some_flow_has_the_event(testimony, traffic, path, datatable):
    testimony.some(SomeFlow(traffic, path, [event(datatable)]))


@then(phrase("no flow {path:Path} has the network event"))
@takes_event
def no_flow_has_the_event(testimony, traffic, path, datatable):
    testimony.none(NoFlow(traffic, path, [event(datatable)]))


@then(phrase("there are flows {path:Path}, and every one shows"))
@takes_cells
def every_flow_shows(testimony, traffic, path, datatable):
    testimony.every(EveryFlow(traffic, path, cells(datatable)))


@then(phrase("there are flows {path:Path}, and none has a field of {feature:Feature}"))
def none_has_a_field_of(testimony, traffic, path, feature):
    absent = [parse(field, "absent") for field in feature.adds]
    absent += [parse(field, "empty") for field in feature.fills]
    if not absent:
        raise UsageError(f"{feature.phrase} adds no field: nothing of it could be absent")
    testimony.every(EveryFlow(traffic, path, absent))


@then(phrase("no flow comes from the responder to the client"))
def no_flow_comes_back(testimony, traffic):
    testimony.none(NoFlow(traffic, as_path("from the responder to the client")))


@then(phrase("the flows {path:Path} add up to"))
@takes_cells
def the_flows_add_up(testimony, traffic, path, datatable):
    testimony.some(Together(traffic, path, cells(datatable)))


@then("the flows inside the collector's namespace show")
@takes_cells
def inside_the_collectors_namespace(testimony, traffic, datatable):
    testimony.of_the_collector(traffic, cells(datatable))


@then("the flows of the client keep their labels out of the line")
def labels_out_of_the_line(testimony, traffic):
    testimony.labels_apart(traffic)
