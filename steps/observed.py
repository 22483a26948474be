"""What the cluster's own traffic shows; nothing is sent for it."""

from __future__ import annotations

from pytest_bdd import given, then, when

from kit import evidence
from kit.verdict import Unmet
from steps.words import phrase


@given(phrase("{feature:Feature} is on"))
def feature_is_on(only_where, feature):
    only_where(feature, on=True)


@given(phrase("{feature:Feature} is off"))
def feature_is_off(only_where, feature):
    only_where(feature, on=False)


@when(phrase("the flows of the last {age:Duration} are read"), target_fixture="observed")
def flows_are_read(observed_for, age):
    observed = observed_for(age)
    evidence.fact("flows read", len(observed.flows))
    return observed


@then("there are flows of every node")
def flows_of_every_node(observed):
    _need(observed.of_every_node())


@then("every one of them fits the catalog")
def every_one_fits(observed):
    _need(observed.fits())


@then(phrase("some of them have a field of {feature:Feature}"))
def some_have_a_field(observed, feature):
    _need(observed.shows(feature))


@then(phrase("none of them has a field of {feature:Feature}"))
def none_has_a_field(observed, feature):
    _need(observed.lacks(feature))


def _need(verdict):
    if not verdict.met:
        raise Unmet(verdict.because, verdict.detail)
