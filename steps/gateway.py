"""When the gateway of the LokiStack is asked; Then it hands out flows to those alone who may."""

from __future__ import annotations

from pytest_bdd import then, when

from kit import evidence
from kit.health.gateway import MADE_UP, a_flow, gateway_of, nothing
from kit.verdict import Unmet
from steps.words import phrase


@when("the gateway is asked for a flow without a token", target_fixture="handed")
def without_a_token(cluster, collector):
    return gateway_of(cluster, collector.read()).asked("without a token", token="")


@when(
    "the gateway is asked for a flow with a token that nobody has issued", target_fixture="handed"
)
def with_a_made_up_token(cluster, collector):
    return gateway_of(cluster, collector.read()).asked("with a made-up token", token=MADE_UP)


@when(phrase('the gateway is asked for a flow of the tenant "{tenant}"'), target_fixture="handed")
def for_another_tenant(cluster, collector, tenant):
    asked = f"for the tenant {tenant} with the caller's own token"
    return gateway_of(cluster, collector.read()).asked(asked, tenant=tenant)


@then("it hands out nothing")
def it_hands_out_nothing(handed):
    _met(nothing(handed))


@then("it hands out a flow for the caller's own token")
def it_hands_out_a_flow(cluster, collector):
    _met(a_flow(gateway_of(cluster, collector.read()).asked("with the caller's own token")))


def _met(verdict):
    if not verdict.met:
        raise Unmet(verdict.because)
    evidence.attach("gateway", verdict.because, "text")
