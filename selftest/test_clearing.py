"""Cleaning up and looking for left-overs, on a cluster that others use as well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit.borrowing import Loan
from kit.cleanup import NOTHING, Which, clean_up
from kit.clearing import keep
from kit.clearing import of_run as of_one_run
from kit.cluster import SUITE
from kit.errors import UsageError
from kit.leaks import leaks, snapshot
from kit.lease import LEASE_SECONDS
from kit.memory import remember
from kit.node_labels import OURS
from kit.ownership import KEPT, LIFETIME, RUN, Ownership, of_run
from kit.verdict import Unmet
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster
from selftest.test_borrowing import flow_collector

NOW = datetime(2026, 1, 2, 3, tzinfo=UTC)
LATER = NOW + timedelta(seconds=LEASE_SECONDS + 1)
MUCH_LATER = NOW + LIFETIME + timedelta(hours=1)
WAITING = Waiting(stretch=0.0005)
LABEL = "k8s.ovn.org/egress-assignable"
OVN = "k8s.ovn.org/v1"


def whose(run: str) -> Ownership:
    return of_run(run, "me", NOW)


def item(kind: str, name: str, labels: dict[str, str], api: str = "v1") -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "labels": labels}}


def cluster() -> FakeCluster:
    """Two runs' objects, and strangers' of the same kinds."""
    one, two = whose("one").labels(), whose("two").labels()
    return FakeCluster(
        flow_collector(),
        item("Namespace", "ours-1", one),
        item("Namespace", "ours-2", two | {KEPT: "true"}),
        item("Namespace", "theirs", {"app.kubernetes.io/part-of": "netobserv-egress-conformance"}),
        item("EgressIP", "address-1", one, OVN),
        item("EgressIP", "their-address", {}, OVN),
        item("Node", "a", {LABEL: OURS, **one}),
        item("Node", "b", {LABEL: ""}),
    )


def names(found: FakeCluster) -> set[str]:
    return {name for _, _, name in found.objects} - {"cluster", "a", "b"}


def test_runs_that_ended_are_cleaned_up_and_nobody_else():
    found = cluster()
    assert clean_up(found, WAITING, Which(), NOW) == [
        "deleted Namespace ours-1",
        "deleted EgressIP address-1",
        "unlabelled Node a",
    ]
    assert names(found) == {"ours-2", "theirs", "their-address"}
    assert found.objects["Node", None, "a"]["metadata"]["labels"] == {}
    assert found.objects["Node", None, "b"]["metadata"]["labels"] == {LABEL: ""}
    assert clean_up(found, WAITING, Which(), NOW) == [NOTHING]


@pytest.mark.parametrize(
    "which, at, left",
    [
        (Which(run="two"), NOW, {"ours-1", "address-1"}),
        (Which(expired=True), NOW, {"ours-1", "ours-2", "address-1"}),
        (Which(expired=True), MUCH_LATER, set()),
        (Which(), MUCH_LATER, set()),
        (Which(everything=True), NOW, set()),
    ],
)
def test_who_goes_is_what_was_asked_for(which, at, left):
    found = cluster()
    clean_up(found, WAITING, which, at)
    assert names(found) == left | {"theirs", "their-address"}


def test_a_run_at_work_is_left_alone():
    found = cluster()
    Loan(found, whose("one")).take(flow_collector(), NOW)
    (told,) = clean_up(found, WAITING, Which(), NOW)
    assert told.startswith("left alone: run one of me, which is at work (seen 2026-01-02T03:00:00")
    assert {"ours-1", "address-1"} <= names(found)
    with pytest.raises(UsageError, match=r"run one of me is at work .*: stop it first"):
        clean_up(found, WAITING, Which(run="one"), NOW)


def test_a_lapsed_lease_gives_the_flow_collector_back_first():
    found = cluster()
    Loan(found, whose("one")).take(flow_collector(), NOW)
    changed = flow_collector()
    changed["spec"]["agent"]["ebpf"] = {"sampling": 1}
    remember(found, changed["spec"])
    found.put(changed)
    first, *_ = clean_up(found, WAITING, Which(), LATER)
    assert first == "the FlowCollector cluster is as it was before run one"
    assert found.objects["FlowCollector", None, "cluster"]["spec"] == flow_collector()["spec"]
    assert names(found) == {"ours-2", "theirs", "their-address"}


def test_what_is_kept_is_marked_and_stays_until_its_time_is_over():
    found = cluster()
    assert keep(found, of_one_run("one")) == ["ours-1", "address-1"]
    clean_up(found, WAITING, Which(), NOW)
    assert {"ours-1", "address-1"} <= names(found)
    assert clean_up(found, WAITING, Which(), MUCH_LATER)[:2] == [
        "deleted Namespace ours-1",
        "deleted Namespace ours-2",
    ]


class Stubborn(FakeCluster):
    """Nothing goes, and each says why."""

    def delete(self, which: tuple[str, str, str, str | None]) -> None:
        _, kind, name, namespace = which
        found = self.objects[kind, namespace, name]
        found["metadata"] |= {"deletionTimestamp": "now", "finalizers": ["example.com/held"]}


def test_what_will_not_go_is_named_and_the_rest_goes():
    found = cluster()
    found.__class__ = Stubborn
    with pytest.raises(Unmet) as left:
        clean_up(found, WAITING, Which(), NOW)
    assert "left: Namespace ours-1 (terminating: finalizers example.com/held)" in str(left.value)
    assert "left: EgressIP address-1" in str(left.value)
    assert "unlabelled Node a" in left.value.detail


def test_only_what_is_ours_is_a_leak():
    found = cluster()
    before = snapshot(found)
    found.put(item("Namespace", "a-strangers", {}))
    found.put(item("Node", "b", {}))
    found.put(item("Node", "a", {}))
    assert list(leaks(found, before, "three")) == []
    found.put(item("Namespace", "ours-3", whose("three").labels()))
    found.put(item("Node", "b", {LABEL: OURS, RUN: "three"}))
    unmarked = item("EgressIP", "forgotten", {}, OVN)
    unmarked["metadata"]["managedFields"] = [{"manager": SUITE}]
    found.put(unmarked)
    assert list(leaks(found, before, "three")) == [
        "Namespace ours-3",
        "EgressIP forgotten: made by this suite and labelled as no run's",
        f"Node b: label {LABEL} is '{OURS}', was ''",
        f"Node b: label {RUN} is 'three', was absent",
    ]
    assert len(list(leaks(found, before, "three", kept=True))) == 2


def test_a_flow_collector_that_is_not_as_before_is_a_leak():
    found = cluster()
    before = snapshot(found)
    Loan(found, whose("three")).take(flow_collector(), NOW)
    changed = flow_collector()
    changed["spec"]["agent"]["ebpf"]["sampling"] = 1
    found.put(changed)
    assert list(leaks(found, before, "three")) == [
        "FlowCollector cluster: spec.agent.ebpf.sampling is 1 instead of 50",
        "Lease flows/netobserv-egress-conformance: the FlowCollector still counts as borrowed",
        "ConfigMap flows/netobserv-egress-conformance: the FlowCollector still counts as borrowed",
    ]
    del found.objects["FlowCollector", None, "cluster"]
    assert "FlowCollector cluster: it is gone" in list(leaks(found, before, "three"))
