"""When samples are taken of what collecting costs; Then they stay within the budgets."""

from __future__ import annotations

import re
from datetime import date
from functools import partial

from pytest_bdd import given, parsers, then, when

from catalog.budget_keys import PHASES
from kit import evidence
from kit.bill import Rate
from kit.deltas import ADDED
from kit.quantity import quantity
from kit.sizing import as_configured
from kit.trend import judge, rises, table
from kit.verdict import Unmet
from steps.words import TYPES, one_of, size


def _rate(text: str) -> Rate:
    """`1 connection a second of 1 kB`, `5 connections a second of 32 kB`."""
    match = re.fullmatch(r"(\d+) connections? a second of (.+)", text)
    if match is None or not int(match[1]):
        raise ValueError(f"{text!r} is no rate, such as 5 connections a second of 32 kB")
    return Rate(int(match[1]), size(match[2]), text)


def _phase(text: str) -> str:
    found: str = one_of(dict.fromkeys(PHASES, text), text, "phase of a budget")
    return found


def _cores(text: str) -> float:
    value = quantity(text)
    if value.measures != "cpu":
        raise ValueError(f"{text!r} is no processor time, such as 5 millicores")
    return float(value.amount)


COSTS = {"Rate": _rate, "Phase": _phase, "Cores": _cores}
phrase = partial(parsers.parse, extra_types={**TYPES, **COSTS})


@given(phrase("every agent has run for {age:Duration}"))
def has_run_for(bill, age):
    bill.warm_up(age)


@when(phrase("{count:d} samples are taken"))
def samples_are_taken(bill, count):
    bill.measure(count)


@when(phrase("{count:d} samples are taken while a client makes {rate:Rate}"))
def samples_are_taken_meanwhile(bill, count, rate):
    bill.measure(count, rate)


@then(phrase("the {percent:d}th percentile of each stays within the budget for {phase:Phase}"))
def stays_within(bill, percent, phase):
    bill.within(percent, phase)


@then("nothing restarts, is killed or evicted, and no flow is dropped")
def nothing_is_disturbed(bill):
    bill.undisturbed()


@then(phrase("no agent's map of flows is filled beyond {percent:d} %"))
def has_room(bill, percent):
    bill.has_room(percent / 100)


@then(phrase("the agents' own count of processor time agrees within {percent:d} %"))
def own_count_agrees(bill, percent):
    bill.agrees(percent / 100)


@then(phrase("Prometheus, where there is one, tells the same within {percent:d} %"))
def prometheus_agrees(bill, percent):
    bill.agrees_with_prometheus(percent / 100)


@then(phrase("no agent's memory grows by more than {percent:d} % meanwhile"))
def does_not_grow(bill, percent):
    bill.steady(percent / 100)


@then("the requests and limits of all pods are those of the FlowCollector")
def as_the_flow_collector_says(cluster, collector):
    judged = as_configured(cluster, collector.read())
    if not judged.met:
        raise Unmet(judged.because)


@when("the costs of the run are compared with those of earlier runs", target_fixture="compared")
def costs_are_compared(earlier, measured_costs):
    return rises(measured_costs(), earlier)


@then(phrase("none has risen by more than {percent:d} % without a reason"))
def none_has_risen(compared, acknowledged, percent):
    judged = judge(compared, percent / 100, acknowledged, date.today())
    evidence.attach("trend.md", table(compared, percent / 100))
    if not judged.met:
        raise Unmet(judged.because, judged.detail)
    evidence.fact("trend", judged.because)


@then("this is the cost that single features are held against")
def the_cost_of_no_feature(bill):
    bill.reference()


@then(
    phrase(
        "it adds at most {cpu:Cores} and {memory:Size} to an agent, "
        "{pipeline:Cores} and {held:Size} to flowlogs-pipeline"
    )
)
def adds_at_most(bill, collection, cpu, memory, pipeline, held):
    (feature,) = collection.granted.features
    limits = (cpu, memory, pipeline, held)
    bill.adds(feature, dict(zip(ADDED, limits, strict=True)))
