"""A client that never pauses: its script, what its lines mean, and what is made of them."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.quirks import Era
from kit.clients import Clients
from kit.eras import Dating
from kit.train import Attempt, Train, read, script, train_pod
from kit.updates import none_slips_through, share_made, stays_silent
from kit.verdict import Inconclusive, Unmet
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster
from selftest.fake_time import FakeTime, fake_time

__all__ = ["fake_time"]

URLS = ("http://192.168.0.1:38080/hostname", "http://192.168.0.2:38080/hostname")
RUNNING: dict[str, Any] = {"containerStatuses": [{"state": {"running": {}}}]}
ROUND = "0 28 000\n1 0 200\n"


class Outside:
    """As much of kit.outside as judging a train needs."""

    dating = Dating(Era.SINCE, "told by a test")


def train(output: str, status: dict[str, Any] | None = None) -> Train:
    pod = train_pod("train", Clients(FakeCluster(), Waiting(), "walled", {}), URLS, "node-b")
    cluster = FakeCluster(pod | {"status": RUNNING if status is None else status})
    cluster.output = output
    return Train(cluster, Waiting(), pod)


def test_the_script_connects_to_each_anew_without_end():
    text = script(URLS)
    assert text.startswith("while true; do curl ")
    assert [text.count(url) for url in URLS] == [1, 1]
    assert text.count("Connection: close") == text.count("--noproxy '*'") == 2


def test_a_line_is_an_attempt_and_anything_but_our_answer_is_none():
    lines = "0 28 000\n1 0 200\n0 0 503\nsh: curl: not found\n0 0 200\n0 7"
    made = [(0, False), (1, True), (0, False), (0, True)]
    assert read(lines) == [Attempt(index, reached) for index, reached in made]


def test_a_train_grows_while_its_pod_runs(fake_time: FakeTime):
    growing = train(ROUND)
    growing.cluster.on_read = lambda: setattr(
        growing.cluster, "output", growing.cluster.output + ROUND
    )
    growing.grow(3)
    assert len(growing.attempts()) >= 8
    assert fake_time.passed > 0


@pytest.mark.parametrize(
    "status, says",
    [
        ({"phase": "Failed", "reason": "DeadlineExceeded"}, "has ended: DeadlineExceeded"),
        ({"phase": "Pending"}, "not within 90 s; the client is Pending"),
    ],
)
def test_a_train_that_does_not_run_proves_nothing(fake_time: FakeTime, status, says):
    with pytest.raises(Inconclusive, match=says):
        train("", status).grow(1)


def test_one_connection_that_slips_through_is_told():
    gap = train(ROUND * 4)
    none_slips_through(Outside(), gap, 0)
    gap.cluster.output += "0 0 200\n"
    with pytest.raises(Unmet, match="1 of 5 connections got through"):
        none_slips_through(Outside(), gap, 0)


def test_only_what_came_after_the_mark_counts():
    late = train("0 0 200\n" + ROUND)
    late.mark()
    with pytest.raises(Inconclusive, match="no connection was tried"):
        none_slips_through(Outside(), late, 0)
    late.cluster.output += ROUND
    none_slips_through(Outside(), late, 0)


@pytest.mark.parametrize("made, enough", [(10, True), (9, True), (8, False), (0, False)])
def test_silence_is_proof_only_while_the_control_is_answered(made, enough):
    control = train("1 0 200\n" * made + "1 28 000\n" * (10 - made))
    if enough:
        share_made(control, 1, 90)
    else:
        with pytest.raises(Inconclusive, match=f"only {made} of 10"):
            share_made(control, 1, 90)


def test_a_control_that_was_never_tried_is_none():
    with pytest.raises(Inconclusive, match="only 0 of 0"):
        share_made(train(""), 1, 90)


def test_silence_has_to_last(fake_time: FakeTime):
    silent = train(ROUND)
    silent.cluster.on_read = lambda: setattr(
        silent.cluster, "output", silent.cluster.output + ROUND
    )
    stays_silent(silent, 0)
    opened = train(ROUND)
    opened.cluster.on_read = lambda: setattr(
        opened.cluster, "output", opened.cluster.output + "0 28 000\n1 0 200\n0 0 200\n1 0 200\n"
    )
    with pytest.raises(Unmet, match="connections got through after the first silence"):
        stays_silent(opened, 0)
