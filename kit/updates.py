"""Changing a firewall that is in force, long lists, and rules that the API may refuse."""

from __future__ import annotations

import time
from collections.abc import Sequence
from ipaddress import IPv4Address

from catalog.outcomes import Outcome
from catalog.quirks import GAP_ON_UPDATE, KEEPS_LAST_RULE, OPENS_ON_BAD_UPDATE
from kit import evidence
from kit.errors import Refused
from kit.outcomes import DENIED, ended_so, judge
from kit.outside import Outside
from kit.rules import Item, Rule
from kit.train import Train
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet

INVALID = 422
NOBODY = IPv4Address("198.18.0.0")
"""The first of 131,072 addresses that are nobody's on any network. Source: RFC 2544."""
ENFORCED = "from applied to enforced"
ROUNDS = 4
"""Connections of the train to each URL between two updates."""
ROUNDS_OF_SILENCE = 10


def try_rules(outside: Outside, rules: Sequence[Rule]) -> Refused | None:
    """Rules that an API server may take or refuse; what it said in the second case."""
    try:
        outside.replace_rules(rules)
    except Refused as refused:
        if refused.code != INVALID:
            raise
        return refused
    return None


def try_name(outside: Outside, name: str) -> Refused | None:
    try:
        outside.apply([], name=name)
    except Refused as refused:
        return refused
    return None


def refused_for(refused: Refused | None, field: str) -> None:
    if refused is None:
        raise Unmet(f"the API server accepts it, expected: {INVALID} because of {field}")
    if refused.code != INVALID or field not in refused.fields:
        raise Unmet(f"the API server says {refused.code} {refused.said}, expected: {field}")


def stays_out(outside: Outside, index: int) -> None:
    """After a bad update, whose error the status has told already."""
    traffic = outside.connect(index, settled=True)
    kept = judge(traffic, DENIED).met
    seen = f"after the bad update the connection {traffic.outcome.value}"
    outside.dating.judge(OPENS_ON_BAD_UPDATE, kept, seen)


def reached_again(outside: Outside, index: int) -> None:
    try:
        ended_so(outside.stage.waiting, outside.connect(index), {Outcome.CONNECTED})
    except Unmet as shut:
        outside.dating.judge(KEEPS_LAST_RULE, False, f"the list got shorter: {shut.because}")
    else:
        outside.dating.judge(KEEPS_LAST_RULE, True, "what the rule denied is reached again")


def replace_often(outside: Outside, train: Train, rule: Rule, times: int) -> None:
    """A rule more in front, a rule less, and so on; the same denial is in every list."""
    denial = rule.items(outside.scene)
    train.grow(ROUNDS)
    train.mark()
    for number in range(times):
        more = fillers(1) if number % 2 == 0 else []
        outside.apply([*more, *denial])
        train.grow(ROUNDS)


def none_slips_through(outside: Outside, train: Train, index: int) -> None:
    tried = [attempt for attempt in train.since_mark() if attempt.index == index]
    if not tried:
        raise Inconclusive("no connection was tried while the rules were replaced")
    through = sum(attempt.reached for attempt in tried)
    seen = f"{through} of {len(tried)} connections got through while the rules were replaced"
    outside.dating.judge(GAP_ON_UPDATE, through == 0, seen)


def share_made(train: Train, index: int, percent: int) -> None:
    """The control of a train: without it, silence could be anybody's."""
    tried = [attempt for attempt in train.since_mark() if attempt.index == index]
    made = sum(attempt.reached for attempt in tried)
    if not tried or 100 * made < percent * len(tried):
        raise Inconclusive(f"only {made} of {len(tried)} connections of the control were made")


def fillers(count: int) -> list[Item]:
    """Rules that deny nobody, each as short as a rule can be."""
    return [
        {"type": "Deny", "to": {"cidrSelector": f"{NOBODY + number}/32"}} for number in range(count)
    ]


def apply_long(outside: Outside, rule: Rule, count: int) -> float:
    """A list of so many rules, of which the last means something; our clock when it was taken."""
    outside.apply([*fillers(count - 1), *rule.items(outside.scene)])
    return time.monotonic()


def falls_silent(outside: Outside, train: Train, index: int, since: float, limit: float) -> None:
    """Until the train is no longer let through; how long that took is told."""
    waiting = outside.stage.waiting
    train.mark()

    def judge_last() -> Verdict:
        tried = [attempt for attempt in train.since_mark() if attempt.index == index]
        return met() if tried and not tried[-1].reached else unmet(f"{len(tried)} got through")

    what = "connections end in silence"
    waiting.eventually(judge_last, lambda seen: seen, within=limit, what=what)
    took = (time.monotonic() - since) * waiting.speed
    stays_silent(train, index)
    hurried = ", and the suite's own work on a fast clock" if waiting.speed > 1 else ""
    evidence.fact(ENFORCED, f"{took:.1f} s (to within 1 s{hurried})")


def stays_silent(train: Train, index: int) -> None:
    """For some rounds more, in which the control is heard as well."""
    train.mark()
    train.grow(ROUNDS_OF_SILENCE)
    tried = [attempt for attempt in train.since_mark() if attempt.index == index]
    through = sum(attempt.reached for attempt in tried[1:])
    if through:
        raise Unmet(f"{through} of {len(tried)} connections got through after the first silence")
