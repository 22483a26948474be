"""Agents that run, are ready, and capture nothing: a state that only their counters show."""

from __future__ import annotations

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
    """Each agent has evicted flows since; one that is new since then has evicted some at all."""
    if not now.by_pod:
        return unmet("there is no agent")
    silent = [
        f"{pod} on {now.node_of.get(pod, 'an unknown node')} (evicted {now.of(pod, EVICTED):g} "
        "flows since it started)"
        for pod in now.by_pod
        if now.of(pod, EVICTED) <= (before.of(pod, EVICTED) if pod in before.by_pod else 0)
    ]
    if silent:
        told = f"{len(silent)} of {len(now.by_pod)} agents are ready and capture nothing although "
        return unmet(f"{told}their nodes have traffic: {'; '.join(silent)}. {REMEDY}")
    return met(f"{len(now.by_pod)} agents have evicted flows")
