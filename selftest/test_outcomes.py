"""How traffic ended against how it should have: a probe that never went there is no witness."""

from __future__ import annotations

import pytest

from catalog.outcomes import Outcome
from kit.outcomes import DENIED, NO_WITNESS, ended_so, judge, made
from kit.verdict import Inconclusive, Unmet
from kit.wait import Waiting
from selftest.conversation import traffic
from selftest.fake_time import FakeTime, fake_time

__all__ = ["fake_time"]

MADE, SILENT = Outcome.CONNECTED, Outcome.TIMED_OUT


def test_an_ending_is_met_by_itself_and_by_no_other():
    for outcome in Outcome:
        assert judge(traffic(outcome=outcome), {outcome}).met
    for outcome in {*Outcome} - {MADE, *NO_WITNESS}:
        verdict = judge(traffic(outcome=outcome), {MADE})
        assert verdict.because == f"the connection to web {outcome.value}, expected: is made"


@pytest.mark.parametrize("outcome", NO_WITNESS)
@pytest.mark.parametrize("wanted", [{MADE}, DENIED])
def test_what_never_went_there_is_neither_made_nor_denied(outcome, wanted):
    with pytest.raises(Inconclusive, match=f"probe-1 {outcome.value}: curl: not found"):
        judge(traffic(outcome=outcome, output="curl: not found\n"), wanted)


def test_a_broken_probe_is_never_a_denial():
    assert {SILENT, Outcome.REFUSED} == DENIED
    assert not DENIED & {*NO_WITNESS}


def test_the_reader_sees_what_ran_and_what_it_printed():
    verdict = judge(traffic(outcome=SILENT, output="curl: (28) timed out\n"), {MADE})
    assert "tests/probe-1 on node-a ran: curl http://172.30.0.80:80/hostname" in verdict.detail
    assert verdict.detail.endswith("it times out; it printed: curl: (28) timed out")


def test_settled_traffic_is_judged_once(fake_time: FakeTime):
    settled = traffic(outcome=SILENT)
    assert ended_so(Waiting(), settled, DENIED) == settled
    with pytest.raises(Unmet, match="the connection to web times out, expected: is made"):
        ended_so(Waiting(), settled, {MADE})
    assert fake_time.slept == []


def test_while_the_way_changes_traffic_is_sent_until_it_ends_so(fake_time: FakeTime):
    later = iter([traffic(outcome=MADE), traffic(outcome=MADE), traffic(outcome=SILENT, began=9.0)])
    first = traffic(outcome=MADE, again=lambda: next(later))
    ended = ended_so(Waiting(), first, DENIED)
    assert (ended.outcome, ended.began) == (SILENT, 9.0)


def test_a_way_that_never_changes_is_a_broken_promise(fake_time: FakeTime):
    first = traffic(outcome=MADE, again=lambda: traffic(outcome=MADE))
    with pytest.raises(Unmet, match=r"the way to web changes: not within 30 s; .* is made, exp"):
        ended_so(Waiting(), first, DENIED)


def test_a_probe_that_breaks_meanwhile_ends_the_waiting(fake_time: FakeTime):
    broken = traffic(outcome=Outcome.BROKEN_PROBE)
    with pytest.raises(Inconclusive):
        ended_so(Waiting(), traffic(outcome=MADE, again=lambda: broken), DENIED)
    assert fake_time.slept == []


@pytest.mark.parametrize("ending", [SILENT, Outcome.REFUSED, Outcome.BROKEN_PROBE])
def test_what_did_not_come_about_proves_nothing_unless_that_was_claimed(ending):
    with pytest.raises(Inconclusive, match="the connection"):
        made(traffic(outcome=ending))
    assert made(traffic(outcome=ending, claimed=True)).outcome is ending
    assert not made(traffic()).claimed


def test_an_ending_as_claimed_may_be_relied_on(fake_time: FakeTime):
    later = traffic(outcome=SILENT)
    first = traffic(outcome=MADE, again=lambda: later)
    assert made(ended_so(Waiting(), first, DENIED)).outcome is SILENT
    assert made(ended_so(Waiting(), later, DENIED)).outcome is SILENT
