"""Waiting: until something is so, and as long as it stays so; in a time of the test's own."""

from __future__ import annotations

import pytest

from kit.errors import InfrastructureError
from kit.verdict import Unmet, Verdict, met, unmet
from kit.wait import GRACE_OF_A_FAST_CLOCK, LONGEST_PAUSE, STEADY_PAUSE, Waiting
from selftest.fake_time import FakeTime, fake_time

__all__ = ["fake_time"]


def at_least(wanted: float):
    """A judge of numbers."""

    def judge(seen: float) -> Verdict:
        return met() if seen >= wanted else unmet(f"saw {seen:g}", f"detail of {seen:g}")

    return judge


def test_what_is_so_at_once_costs_one_look_and_no_sleep(fake_time: FakeTime):
    waiting = Waiting()
    assert waiting.eventually(lambda: 7, at_least(7), within=0, what="it") == 7
    assert (waiting.looks, waiting.asleep, fake_time.slept) == (1, 0.0, [])


def test_the_first_thing_that_meets_the_judge_is_returned(fake_time: FakeTime):
    values = iter([1, 2, 3, 4])
    assert Waiting().eventually(lambda: next(values), at_least(3), within=60, what="it") == 3
    assert next(values) == 4


def test_pauses_grow_to_a_second_and_no_more(fake_time: FakeTime):
    with pytest.raises(Unmet):
        Waiting().eventually(lambda: 0, at_least(1), within=5, what="it")
    assert fake_time.slept[:4] == [0.25, 0.5, 1.0, 1.0]
    assert max(fake_time.slept) == LONGEST_PAUSE


def test_the_last_look_is_at_the_deadline_and_its_reason_is_told(fake_time: FakeTime):
    looked = []

    def look() -> float:
        looked.append(fake_time.passed)
        return fake_time.passed

    with pytest.raises(Unmet) as late:
        Waiting().eventually(look, at_least(99), within=5, what="the flow arrives")
    assert looked[-1] == pytest.approx(5)
    assert late.value.because == "the flow arrives: not within 5 s; saw 5"
    assert late.value.detail == "detail of 5"


def test_what_is_so_at_the_deadline_is_in_time(fake_time: FakeTime):
    seen = Waiting().eventually(lambda: fake_time.passed, at_least(4.999), within=5, what="it")
    assert seen == pytest.approx(5)


def test_a_look_that_outlasts_the_deadline_is_followed_by_the_last(fake_time: FakeTime):
    """What it saw may be older than the deadline, of which it says nothing."""
    waiting = Waiting()

    def slow() -> float:
        fake_time.now += 10
        return 0

    with pytest.raises(Unmet):
        waiting.eventually(slow, at_least(1), within=5, what="it")
    assert waiting.looks == 2


def test_patience_stretches_the_deadline_and_the_text_says_so(fake_time: FakeTime):
    with pytest.raises(Unmet, match="not within 15 s"):
        Waiting(stretch=3).eventually(lambda: 0, at_least(1), within=5, what="it")
    assert fake_time.passed == pytest.approx(15)


def test_a_fast_cluster_shrinks_time_but_not_our_own_work(fake_time: FakeTime):
    with pytest.raises(Unmet, match="not within 60 s"):
        Waiting(speed=60).eventually(lambda: 0, at_least(1), within=60, what="it")
    assert fake_time.passed == pytest.approx(1 + GRACE_OF_A_FAST_CLOCK)
    assert max(fake_time.slept) <= LONGEST_PAUSE / 60


def test_an_error_of_the_look_is_not_waited_for(fake_time: FakeTime):
    def broken() -> float:
        raise InfrastructureError("Loki does not answer")

    with pytest.raises(InfrastructureError, match="Loki does not answer"):
        Waiting().eventually(broken, at_least(1), within=60, what="it")
    with pytest.raises(InfrastructureError, match="Loki does not answer"):
        Waiting().steadily(broken, at_least(1), during=60, what="it")
    assert fake_time.slept == []


def test_steadily_looks_from_the_first_moment_to_the_last(fake_time: FakeTime):
    looked = []

    def look() -> float:
        looked.append(fake_time.passed)
        return fake_time.passed

    seen = Waiting(stretch=5).steadily(look, lambda _seen: met(), during=12, what="it")
    assert looked == pytest.approx([0, STEADY_PAUSE, 2 * STEADY_PAUSE, 12])
    assert looked[-1] == seen


@pytest.mark.parametrize("ends", [0, STEADY_PAUSE, 12])
def test_steadily_fails_whenever_it_breaks_the_last_look_included(fake_time: FakeTime, ends):
    def judge(_seen: float) -> Verdict:
        return unmet("a second flow", "its detail") if fake_time.passed >= ends else met()

    with pytest.raises(Unmet) as broken:
        Waiting().steadily(lambda: 0, judge, during=12, what="nothing else comes")
    assert (broken.value.because, broken.value.detail) == (
        "nothing else comes: a second flow",
        "its detail",
    )
    assert fake_time.passed == pytest.approx(ends)


def test_steadily_for_no_time_still_looks(fake_time: FakeTime):
    waiting = Waiting()
    assert waiting.steadily(lambda: 1, at_least(1), during=0, what="it") == 1
    with pytest.raises(Unmet):
        waiting.steadily(lambda: 0, at_least(1), during=0, what="it")
    assert waiting.looks == 2


def test_what_waiting_costs_is_kept_in_real_seconds(fake_time: FakeTime):
    waiting = Waiting(speed=10)
    waiting.steadily(lambda: 1, at_least(1), during=20, what="it")
    assert waiting.asleep == pytest.approx(2) == sum(fake_time.slept)
    assert waiting.looks == len(fake_time.slept) + 1


def test_a_client_outlives_the_grace_of_our_waits_on_a_fast_clock_alone():
    assert Waiting().lasting(110) == 110
    assert Waiting(speed=60).lasting(110, waits=2) == 110 + 2 * GRACE_OF_A_FAST_CLOCK * 60
