"""When the FlowCollector is removed for a while; Then nothing of its agents stays on nodes."""

from __future__ import annotations

from pytest_bdd import given, then, when

from kit import evidence
from kit.removal import empty, held
from kit.verdict import Unmet
from steps.words import phrase


@given("the kernels of all nodes hold what the agents need")
def kernels_hold(removal):
    _judged(held(removal.before()))


@when(
    phrase(
        "the FlowCollector is removed, and the kernels are read for {limit:Duration} after its "
        "last agent"
    ),
    target_fixture="kernels",
)
def is_removed(removal, limit):
    return removal.emptied(limit)


@then("the kernels of all nodes hold nothing of the agents")
def kernels_are_empty(kernels):
    _judged(empty(kernels))


def _judged(verdict):
    if not verdict.met:
        raise Unmet(verdict.because, verdict.detail)
    evidence.fact("because", verdict.because)
