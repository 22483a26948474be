"""The FlowCollector on loan: held by one run, remembered in the cluster, given back exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit.borrowing import Loan, give_back, somebody_elses
from kit.errors import Refused
from kit.lease import LEASE_SECONDS, Held
from kit.memory import remember
from kit.ownership import Ownership
from kit.verdict import Inconclusive
from selftest.fake_cluster import FakeCluster

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
NOTHING = "nothing is borrowed: no run has left a FlowCollector behind"


def flow_collector(**metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "flows.netobserv.io/v1beta2",
        "kind": "FlowCollector",
        "metadata": {"name": "cluster"} | metadata,
        "spec": {"namespace": "flows", "agent": {"ebpf": {"sampling": 50}}},
    }


def borrowed() -> FakeCluster:
    """A cluster whose FlowCollector run one has borrowed and changed."""
    cluster = FakeCluster(flow_collector())
    Loan(cluster, Ownership("one")).take(flow_collector(), NOW)
    changed = flow_collector()
    changed["spec"]["agent"]["ebpf"] = {"sampling": 1, "features": ["FlowRTT"]}
    remember(cluster, changed["spec"])
    cluster.put(changed)
    return cluster


def left(cluster: FakeCluster) -> set[str]:
    return {kind for kind, *_ in cluster.objects}


def test_what_was_borrowed_comes_back_exactly_and_nothing_is_left():
    cluster = borrowed()
    assert left(cluster) == {"FlowCollector", "ConfigMap", "Lease"}
    assert give_back(cluster) == "the FlowCollector cluster is as it was before run one"
    assert left(cluster) == {"FlowCollector"}
    assert cluster.objects["FlowCollector", None, "cluster"]["spec"] == flow_collector()["spec"]
    assert give_back(cluster) == NOTHING


def test_a_flow_collector_that_somebody_deleted_comes_back_too():
    cluster = borrowed()
    del cluster.objects["FlowCollector", None, "cluster"]
    give_back(cluster)
    assert cluster.objects["FlowCollector", None, "cluster"]["spec"] == flow_collector()["spec"]


def test_it_comes_back_although_its_namespace_went_with_it():
    cluster = FakeCluster(flow_collector())
    loan = Loan(cluster, Ownership("one"))
    loan.take(flow_collector(), NOW)
    cluster.objects.clear()
    give_back(cluster, loan.memory)
    assert cluster.objects["FlowCollector", None, "cluster"]["spec"] == flow_collector()["spec"]


def spec_of(cluster: FakeCluster) -> dict[str, Any]:
    return cluster.objects["FlowCollector", None, "cluster"]["spec"]


def test_an_edit_of_somebody_else_stays_and_is_told():
    cluster = borrowed()
    spec_of(cluster)["processor"] = {"logTypes": "All"}
    spec_of(cluster)["agent"]["ebpf"]["sampling"] = 7
    said = give_back(cluster)
    assert spec_of(cluster) == {
        "namespace": "flows",
        "agent": {"ebpf": {"sampling": 7}},
        "processor": {"logTypes": "All"},
    }
    assert "was before run one, but for what somebody set since and keeps: " in said
    assert "spec.agent.ebpf.sampling is 7 and was 50" in said
    assert left(cluster) == {"FlowCollector"}


def test_an_edit_between_reading_and_restoring_is_not_written_over(monkeypatch):
    cluster, patch = borrowed(), FakeCluster.patch

    def after_an_edit(*what: Any) -> Any:
        monkeypatch.setattr(cluster, "patch", lambda *again: patch(cluster, *again))
        spec_of(cluster)["agent"]["ebpf"]["sampling"] = 7
        raise Refused("test failed", code=422, reason="Invalid", said="")

    monkeypatch.setattr(cluster, "patch", after_an_edit)
    assert "sampling is 7 and was 50" in give_back(cluster)
    assert spec_of(cluster)["agent"]["ebpf"] == {"sampling": 7}


def test_a_refusal_to_take_the_original_back_is_told(monkeypatch):
    cluster = borrowed()

    def refuses(*_what: Any) -> Any:
        raise Refused("the webhook denied it", code=403, reason="Forbidden", said="")

    monkeypatch.setattr(cluster, "patch", refuses)
    with pytest.raises(Refused, match="the webhook denied it"):
        give_back(cluster)
    assert left(cluster) == {"FlowCollector", "ConfigMap", "Lease"}


def test_nothing_more_is_changed_once_the_memory_is_gone():
    cluster = borrowed()
    del cluster.objects["ConfigMap", "flows", "netobserv-egress-conformance"]
    with pytest.raises(Inconclusive, match=r"deleted the ConfigMap .* nothing more is changed"):
        remember(cluster, {})


@pytest.mark.parametrize(
    "seconds, says",
    [
        (LEASE_SECONDS - 1, "run one of unknown is using the FlowCollector (seen 2025-06-01T12"),
        (LEASE_SECONDS + 1, "ended without giving it back: run `make restore`"),
    ],
)
def test_a_second_run_is_refused_and_told_why(seconds, says):
    cluster = borrowed()
    before = len(cluster.written)
    with pytest.raises(Inconclusive) as refused:
        Loan(cluster, Ownership("two")).take(flow_collector(), NOW + timedelta(seconds=seconds))
    assert says in str(refused.value)
    assert len(cluster.written) == before


def test_a_run_that_died_with_half_a_loan_does_not_lock_out_others():
    cluster = borrowed()
    del cluster.objects["ConfigMap", "flows", "netobserv-egress-conformance"]
    assert give_back(cluster) == NOTHING
    Loan(cluster, Ownership("two")).take(flow_collector(), NOW)


def test_an_original_that_does_not_come_back_stays_remembered(monkeypatch):
    cluster = borrowed()
    monkeypatch.setattr(cluster, "patch", lambda *_: {})  # a write that is lost
    with pytest.raises(Inconclusive, match=r"could not be restored: spec\.agent\.ebpf\.features"):
        give_back(cluster)
    assert left(cluster) == {"FlowCollector", "ConfigMap", "Lease"}


@pytest.mark.parametrize(
    "marks, who",
    [
        ({"labels": {"argocd.argoproj.io/instance": "x"}}, "Argo CD"),
        ({"annotations": {"kustomize.toolkit.fluxcd.io/name": "x"}}, "Flux"),
        ({"managedFields": [{"manager": "cluster-network-operator"}]}, "the Cluster Network Op"),
        ({"ownerReferences": [{"kind": "Platform", "name": "x"}]}, "belongs to Platform x"),
    ],
)
def test_what_somebody_else_keeps_is_not_borrowed(marks, who):
    owned = flow_collector(**marks)
    cluster = FakeCluster(owned)
    with pytest.raises(Inconclusive, match=who):
        Loan(cluster, Ownership("one")).take(owned, NOW)
    assert cluster.written == []


def test_a_flow_collector_on_hold_is_left_alone():
    held = flow_collector()
    held["spec"]["execution"] = {"mode": "OnHold"}
    assert "is on hold" in somebody_elses(held)
    assert somebody_elses(flow_collector()) == ""


def test_of_two_runs_that_ask_at_once_the_slower_is_told_who_was_faster(monkeypatch):
    cluster, looks = FakeCluster(flow_collector()), []
    Loan(cluster, Ownership("one")).take(flow_collector(), NOW)
    get = FakeCluster.get

    def sees_it_only_afterwards(*what: Any) -> Any:
        looks.append(what)
        return get(cluster, *what) if len(looks) > 1 else None

    def taken(_item: Any) -> Any:
        raise Refused("it is there", code=409, reason="AlreadyExists", said="it is there")

    monkeypatch.setattr(cluster, "get", sees_it_only_afterwards)
    monkeypatch.setattr(cluster, "create", taken)
    with pytest.raises(Held, match="run one of unknown is using the FlowCollector") as held:
        Loan(cluster, Ownership("two")).take(flow_collector(), NOW)
    assert not held.value.lapsed


def test_a_loan_that_cannot_be_remembered_is_no_loan(monkeypatch):
    cluster = FakeCluster(flow_collector())

    def refuses(_item: Any) -> Any:
        raise Refused("the quota is used up", code=403, reason="Forbidden", said="")

    monkeypatch.setattr(cluster, "apply", refuses)
    with pytest.raises(Refused, match="the quota is used up"):
        Loan(cluster, Ownership("one")).take(flow_collector(), NOW)
    assert left(cluster) == {"FlowCollector"}
