"""Given flows are collected so and so."""

from __future__ import annotations

from pytest_bdd import given

from steps.words import phrase

# What these lines ask for is read at collection, when the configurations of a run are planned
# (kit.configuration); here it only comes into force.


@given("flows are collected")
def flows_are_collected(collection):
    collection.in_force()


@given(phrase("flows are collected with {feature:Feature}"))
def flows_are_collected_with(collection, feature):
    collection.in_force()


@given(phrase("flows are collected without {feature:Feature}"))
def flows_are_collected_without(collection, feature):
    collection.in_force()


@given("flows are collected with every feature")
def flows_are_collected_with_every_feature(collection):
    collection.in_force()


@given("flows are collected without any feature")
def flows_are_collected_without_any_feature(collection):
    collection.in_force()


@given(phrase("flows are collected with {feature:Feature} alone"))
def flows_are_collected_with_one_alone(collection, feature):
    collection.in_force()
