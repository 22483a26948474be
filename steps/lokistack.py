"""When the LokiStack of the FlowCollector is looked up; Then it is in order."""

from __future__ import annotations

from datetime import UTC, datetime

from pytest_bdd import then, when

from kit import evidence
from kit.health.lokistack import stack_of
from kit.patience import STATUS_FOLLOWS, WORKLOAD_READY
from kit.verdict import Unmet
from steps.words import phrase


@when("the LokiStack of the FlowCollector is looked up", target_fixture="stack")
def stack_is_looked_up(cluster, collector):
    stack = stack_of(cluster, collector.read())
    evidence.attach(stack.where, stack.read().get("status", {}), "json")
    return stack


@then("every component of the LokiStack is ready")
def every_component(stack, waiting):
    what = "every component of the LokiStack is ready"
    waiting.eventually(stack.read, stack.ready, within=STATUS_FOLLOWS, what=what)


@then(phrase('the LokiStack writes in schema "{schema}"'))
def it_writes_in(stack, schema):
    _met(stack.writes(stack.read(), schema, datetime.now(UTC).date()))


@then(phrase('its tenants have the mode "{mode}"'))
def tenants_have(stack, mode):
    _met(stack.tenants(stack.read(), mode))


@then("its secret has every key that its kind of store needs")
def secret_has_every_key(stack):
    _met(stack.keys(stack.read()))


@then("the components that open its bucket first are ready")
def bucket_opens(stack, waiting):
    what = "the LokiStack is let into its bucket"
    waiting.eventually(stack.pods, stack.bucket, within=WORKLOAD_READY, what=what)


def _met(verdict):
    if not verdict.met:
        raise Unmet(verdict.because, verdict.detail)
    evidence.fact("because", verdict.because)
