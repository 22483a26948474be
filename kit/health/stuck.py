"""Agents that run, are ready, and capture nothing: a state that only their counters show."""

from __future__ import annotations

from catalog.flow_filter import COUNTER_METRIC
from catalog.pipeline import EVICTED
from kit.health.counters import Counters
from kit.verdict import Verdict, met, unmet

REMEDY = (
    "This is known as agents that are stuck after installation: the pod runs and no hook of it "
    "fires. Look at its log for failed attachments (tc, tcx, netns) and at its mount "
    "/var/run/netns; delete the pod, so that a new one attaches anew; if that one captures "
    "nothing either, drain and restart the node."
)
"""The last step is what people report to have helped; upstream documents none of this."""


def none_is_stuck(before: Counters, now: Counters) -> Verdict:
    """Each agent has seen packets since; one that is new since then has seen some at all.

    Those that a flow filter hides leave no flow: whoever set one must not be told of stuck agents.
    """
    if not now.by_pod:
        return unmet("there is no agent")
    silent = [
        f"{pod} on {now.node_of.get(pod, 'an unknown node')} (evicted {now.of(pod, EVICTED):g} "
        "flows since it started)"
        for pod in now.by_pod
        if _seen(now, pod) <= (_seen(before, pod) if pod in before.by_pod else 0)
    ]
    if silent:
        told = f"{len(silent)} of {len(now.by_pod)} agents are ready and capture nothing although "
        return unmet(f"{told}their nodes have traffic: {'; '.join(silent)}. {REMEDY}")
    return met(f"{len(now.by_pod)} agents have evicted flows, or packets that their filter judged")


def _seen(counters: Counters, pod: str) -> float:
    """Flows that it evicted and packets that its flow filter has judged, since it started."""
    return counters.of(pod, EVICTED) + counters.of(pod, COUNTER_METRIC)
