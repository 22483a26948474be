"""What a scenario has seen counts only if the FlowCollector was the same from start to end."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from fixtures.collection import COLLECTION, Collection, pytest_runtest_call
from fixtures.sharing import Shared, State
from fixtures.staying import Stay
from kit.collector import Collector
from kit.configuration import Configuration
from kit.verdict import Inconclusive, Unmet
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster

SPEC = {"agent": {"ebpf": {"sampling": 1}}}


@pytest.fixture
def cluster() -> FakeCluster:
    found = {"apiVersion": "flows.netobserv.io/v1beta2", "kind": "FlowCollector"}
    return FakeCluster(found | {"metadata": {"name": "cluster"}, "spec": SPEC})


@pytest.fixture
def item(cluster: FakeCluster, tmp_path) -> SimpleNamespace:
    """A scenario that has entered its configuration."""
    shared = Shared(tmp_path, Waiting(), "one")
    shared.write(State(spec=SPEC))
    collector, stash = Collector(cluster, Waiting()), pytest.Stash()
    collection = Collection(
        Stay(shared), collector, Configuration(), None, None, None, entered=True
    )
    stash[COLLECTION] = collection
    return SimpleNamespace(stash=stash)


def ends(item: SimpleNamespace, how: Exception | None = None) -> object:
    """What becomes of a scenario whose steps end so."""
    call = pytest_runtest_call(item)
    next(call)
    try:
        call.throw(how) if how else call.send("seen")
    except StopIteration as over:
        return over.value
    raise AssertionError("the wrapper did not end")


def meddle(cluster: FakeCluster) -> None:
    edited = {"agent": {"ebpf": {"sampling": 7}}}
    cluster.objects["FlowCollector", None, "cluster"]["spec"] = edited


def test_an_untouched_collector_lets_every_verdict_stand(item):
    assert ends(item) == "seen"
    with pytest.raises(Unmet, match="no such flow"):
        ends(item, Unmet("no such flow"))


@pytest.mark.parametrize("how", [None, Unmet("no such flow")])
def test_an_edit_in_the_middle_takes_back_a_pass_and_a_failure(item, cluster, how):
    meddle(cluster)
    with pytest.raises(Inconclusive, match="sampling is 7 instead of 1"):
        ends(item, how)


def test_a_deletion_in_the_middle_is_told_too(item, cluster):
    cluster.objects.clear()
    with pytest.raises(Inconclusive, match="somebody deleted the FlowCollector"):
        ends(item, Unmet("no such flow"))


def test_a_scenario_that_asked_for_nothing_does_not_care(item, cluster):
    item.stash[COLLECTION].entered = False
    meddle(cluster)
    assert ends(item) == "seen"
