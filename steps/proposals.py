"""When a FlowCollector is proposed; Then it is refused, or its status tells of it."""

from __future__ import annotations

from pytest_bdd import given, then, when

from kit import evidence
from kit.conditions import is_ready, warns_of
from kit.patience import STATUS_FOLLOWS
from kit.proposals import SCHEMA, WEBHOOK, feature, flow_filter, left_alone
from steps.words import phrase


def _takes_a_flaw(step):
    vars(step)["__check__"] = lambda arguments, _table, _docstring: flow_filter(arguments["flaw"])
    return step


@given(phrase("agents without privileges are asked for {feature:Feature}"))
def asked_without_privileges(collection, feature):
    collection.in_force()


@when(phrase('the feature "{name}" is proposed'), target_fixture="proposal")
def a_feature_is_proposed(unchanged, name):
    return feature(name)


@when(phrase("a flow filter with {flaw} is proposed"), target_fixture="proposal")
@_takes_a_flaw
def a_flow_filter_is_proposed(unchanged, flaw):
    return flow_filter(flaw)


@then("the schema refuses it")
def the_schema_refuses_it(proposing, proposal):
    proposing.refused_by(proposal, SCHEMA)


@then("the webhook refuses it")
def the_webhook_refuses_it(proposing, proposal):
    proposing.refused_by(proposal, WEBHOOK)


@then("without the flaw it is admitted")
def without_the_flaw(proposing, proposal):
    proposing.admitted(proposal)


@then("the FlowCollector has not changed")
def has_not_changed(unchanged, proposing, proposal):
    left_alone(proposal, unchanged, proposing.live())


@then("the FlowCollector is ready")
def is_ready_now(waiting, collector):
    waiting.eventually(
        collector.read, is_ready, within=STATUS_FOLLOWS, what="the FlowCollector is ready"
    )


@then(phrase("its status warns of {feature:Feature}"))
def its_status_warns(waiting, collector, feature):
    seen = waiting.eventually(
        collector.read,
        lambda found: warns_of(found, feature),
        within=STATUS_FOLLOWS,
        what=f"the status warns of {feature.name}",
    )
    evidence.attach("FlowCollector status", seen.get("status", {}), "json")
