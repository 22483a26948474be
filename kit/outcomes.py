"""Holding how traffic ended against how it should have ended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from catalog.outcomes import Outcome
from kit.patience import FIREWALL_ENFORCED
from kit.traffic import Traffic
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting

NO_WITNESS = (
    Outcome.BROKEN_PROBE,
    Outcome.NAME_NOT_RESOLVED,
    Outcome.PROXY_FAILED,
    Outcome.TLS_FAILED,
    Outcome.INTERCEPTED,
)
"""Endings that say nothing about the way to the target: the traffic never was between the two."""

DENIED = frozenset(outcome for outcome in Outcome if outcome.denied)


def ended_so(waiting: Waiting, traffic: Traffic, wanted: Collection[Outcome]) -> Traffic:
    """The traffic that ended as wanted, sent once more where the way there has just changed."""
    verdict = judge(traffic, wanted)
    if verdict.met:
        return replace(traffic, claimed=True)
    if traffic.again is None:
        raise Unmet(verdict.because, verdict.detail)
    newer = waiting.eventually(
        traffic.again,
        lambda newer: judge(newer, wanted),
        within=FIREWALL_ENFORCED,
        what=f"the way to {traffic.target.name} changes",
    )
    return replace(newer, claimed=True)


def made(traffic: Traffic) -> Traffic:
    """The same; Inconclusive when nothing was sent after all, which no scenario has claimed."""
    return traffic if traffic.claimed else control(traffic, "there is nothing to judge flows by:")


def control(traffic: Traffic, when: str) -> Traffic:
    """The same, which was made; else Inconclusive, in a sentence that begins with `when`."""
    verdict = judge(traffic, {Outcome.CONNECTED})
    if not verdict.met:
        raise Inconclusive(f"{when} {verdict.because}\n\n{verdict.detail}")
    return traffic


def judge(traffic: Traffic, wanted: Collection[Outcome]) -> Verdict:
    """Inconclusive when the traffic never was on its way."""
    if traffic.outcome in wanted:
        return met()
    if traffic.outcome in NO_WITNESS:
        raise Inconclusive(
            f"the connection of {traffic.client.name} {traffic.outcome.value}: "
            f"{traffic.output.strip() or traffic.answer or 'it said nothing'}"
        )
    names = " or ".join(sorted(outcome.value for outcome in wanted))
    return unmet(
        f"the connection to {traffic.target.name} {traffic.outcome.value}, expected: {names}",
        traffic.told(),
    )
