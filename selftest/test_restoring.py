"""What a run has borrowed is restored once that run is dead, and never while it is at work."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kit import restoring
from kit.borrowing import Loan
from kit.errors import UsageError
from kit.lease import PROCESS, RENEWED_EVERY, renew
from kit.ownership import Ownership
from kit.restoring import refuse_at_work
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster
from selftest.test_borrowing import flow_collector

LEASE = ("Lease", "flows", "netobserv-egress-conformance")


class Watching(Waiting):
    """Time passes only where somebody sleeps, and then `meanwhile` happens."""

    def __init__(self, meanwhile=lambda _slept: None):
        super().__init__()
        self.slept, self.meanwhile = 0.0, meanwhile

    def sleep_real(self, seconds: float) -> None:
        self.slept += seconds
        self.meanwhile(self.slept)


def held(process: str) -> FakeCluster:
    cluster = FakeCluster(flow_collector())
    Loan(cluster, Ownership("one", "alice")).take(flow_collector(), datetime.now(UTC))
    cluster.objects[LEASE]["metadata"]["annotations"] = {PROCESS: process}
    return cluster


def test_a_dead_run_of_this_machine_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("kit.lease.is_alive", {"here/7/1": False}.get)
    waiting = Watching()
    refuse_at_work(held("here/7/1"), waiting, pytest.fail)
    assert waiting.slept == 0


def test_a_living_run_of_this_machine_is_known_at_once(monkeypatch):
    monkeypatch.setattr("kit.lease.is_alive", {"here/7/1": True}.get)
    waiting = Watching()
    with pytest.raises(UsageError, match=r"run one of alice is at work .* FORCE=1"):
        refuse_at_work(held("here/7/1"), waiting, pytest.fail)
    assert waiting.slept == 0


def test_a_run_elsewhere_that_renews_its_lease_keeps_the_flow_collector():
    cluster, said = held("elsewhere/7/1"), []

    def renews(slept: float) -> None:
        if slept >= RENEWED_EVERY:
            renew(cluster, "flows", datetime.now(UTC))

    with pytest.raises(UsageError, match=r"run one of alice is at work .* FORCE=1"):
        refuse_at_work(cluster, Watching(renews), said.append)
    assert "run one of alice may be at work" in said[0]


def test_a_run_elsewhere_that_renews_nothing_is_dead():
    waiting = Watching()
    refuse_at_work(held("elsewhere/7/1"), waiting, lambda _said: None)
    assert waiting.slept == restoring.WATCHED > RENEWED_EVERY


@pytest.mark.parametrize("after", [0, 5])
def test_what_nobody_holds_any_more_may_be_restored(after):
    cluster = held("elsewhere/7/1")
    waiting = Watching(lambda slept: cluster.objects.pop(LEASE, None) if slept >= after else None)
    refuse_at_work(cluster, waiting, lambda _said: None)
    assert waiting.slept == 5
