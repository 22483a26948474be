"""Measuring beside the traffic of other processes: a failure counts only when measured alone."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from kit.bill import Bill, Traffic
from kit.budgets import budgets
from kit.company import Company
from kit.ledger import Ledger
from kit.measuring import Measuring
from kit.verdict import Inconclusive, Unmet
from kit.wait import Waiting
from selftest.fake_time import fake_time
from selftest.metered_cluster import COLLECTOR, MeteredCluster

__all__ = ["fake_time"]
ALIVE = {"one", "other"}


def company(folder: Path, own: str) -> Company:
    return Company(folder / "loads", own, nullcontext, ALIVE.__contains__)


@pytest.fixture
def other(tmp_path: Path) -> Company:
    return company(tmp_path, "other")


@pytest.fixture
def bill(tmp_path: Path, fake_time) -> Bill:
    """At rest, on a cluster whose agents take what a test says."""
    measuring = Measuring(MeteredCluster(fake_time), Waiting(), COLLECTOR)  # type: ignore[arg-type]  # a fake
    nobody = Traffic(None, lambda: "", 1)  # type: ignore[arg-type]  # sends nothing
    ledger = Ledger(tmp_path / "costs")
    return Bill("Rest", measuring, nobody, budgets(), ledger, company(tmp_path, "one"))


def test_who_sends_is_known_to_others_until_it_ends(tmp_path: Path, other: Company):
    one = company(tmp_path, "one")
    assert not one.others()
    with other.sending():
        assert one.others() == {"other"}
        assert not other.others(), "nobody is company to itself"
    assert not one.others()


def test_a_process_that_has_died_is_no_company(tmp_path: Path):
    (tmp_path / "loads").mkdir()
    (tmp_path / "loads" / "killed").touch()
    assert not company(tmp_path, "one").others()


def test_within_budget_beside_traffic_is_within_budget(bill: Bill, other: Company):
    with other.sending():
        bill.measure(4)
    took = bill.taken()
    bill.within(80, "rest")
    assert bill.taken() is took, "measured once"


def test_above_budget_beside_traffic_is_measured_again_alone(bill: Bill, other: Company):
    cluster = bill.measuring.cluster
    cluster.cores = lambda name, number: 0.2
    with other.sending():
        bill.measure(4)
    cluster.cores = lambda name, number: 0.01
    bill.within(80, "rest")
    assert len(bill.taken().of("agent.cpu")[0].values) == 4
    assert bill.ledger.get("rest")["rows"][0]["met"], "the ledger keeps what was measured alone"


def test_above_budget_alone_fails_whoever_sent_before(bill: Bill, other: Company):
    bill.measuring.cluster.cores = lambda name, number: 0.2
    with other.sending():
        bill.measure(4)
    with pytest.raises(Unmet, match=r"agent.cpu.rest: 200.0 millicores"):
        bill.within(80, "rest")


def test_above_budget_without_company_is_not_measured_again(bill: Bill):
    bill.measuring.cluster.cores = lambda name, number: 0.2
    bill.measure(4)
    took = bill.taken()
    with pytest.raises(Unmet):
        bill.within(80, "rest")
    assert bill.taken() is took


def test_traffic_that_never_ends_proves_nothing(bill: Bill, other: Company, fake_time):
    bill.measuring.cluster.cores = lambda name, number: 0.2
    with other.sending():
        bill.measure(4)
        with pytest.raises(Inconclusive, match=r"others have measured: not within 900 s; 1 still"):
            bill.within(80, "rest")
