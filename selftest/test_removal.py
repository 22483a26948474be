"""Our own FlowCollector is taken away and comes back; somebody else's never is."""

from __future__ import annotations

import dataclasses
from math import inf
from types import SimpleNamespace

import pytest

from catalog.removal_faults import REMOVAL_FAULTS
from fixtures import removal as plugin
from kit.errors import InfrastructureError
from kit.install import Wishes
from kit.install.ledger import Ledger
from kit.removal import PLACE, Removal, empty, held, own_flow_collector
from kit.verdict import Inconclusive
from selftest.installing_stage import empty_cluster
from selftest.kernel_stage import simulated_kernel
from simulation.agent import AgentConfig

FULL = simulated_kernel(AgentConfig())
LEFT = dataclasses.replace(
    FULL, agent_since=inf, programs=tuple(dataclasses.replace(p, holders=()) for p in FULL.programs)
)
BARE = dataclasses.replace(FULL, programs=(), maps=(), links=(), namespaces=())


class Pods:
    """Answers in turn what the kernels hold; counts who is still there when it is asked."""

    def __init__(self, scene, *answers) -> None:
        self.scene, self.answers, self.agents = scene, list(answers), []

    def kernels(self, namespace):
        assert namespace == "netobserv-privileged"
        return [FULL]

    def kernels_without_agents(self, nodes):
        assert nodes == [FULL.node]
        found = self.scene.cluster.list("v1", "Pod", "netobserv-privileged")
        self.agents.append([pod["metadata"]["name"] for pod in found])
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return [answer]


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    with empty_cluster(tmp_path_factory.mktemp("removal")) as found:
        found.install(Wishes(loki="monolithic"))
        yield found


def removal(scene, *answers):
    seen = []
    found = Removal(
        scene.cluster, scene.waiting, Pods(scene, *answers), lambda: seen.append("again")
    )
    found.before()
    return found, seen


def live(scene):
    return scene.cluster.get(*PLACE)


def test_the_kernels_are_read_when_no_agent_runs_and_all_comes_back(scene):
    before = live(scene)
    found, seen = removal(scene, LEFT, BARE)
    assert empty(found.emptied(60)).met
    assert found.pods.agents == [[], []]
    assert seen == ["again"]
    after = live(scene)
    assert after["spec"] == before["spec"]
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert Ledger(scene.cluster).owns(after)
    assert own_flow_collector(scene.cluster, after).met


def test_what_stays_is_told_when_time_is_over(scene):
    found, _ = removal(scene, LEFT)
    told = empty(found.emptied(5))
    assert not told.met
    assert "programs of agents that are gone" in told.because
    assert "maps of agents that are gone" in told.detail
    assert Ledger(scene.cluster).owns(live(scene))


def test_it_comes_back_although_the_kernels_cannot_be_read(scene):
    found, _ = removal(scene, Inconclusive("no image has bpftool"))
    with pytest.raises(Inconclusive, match="no image has bpftool"):
        found.emptied(60)
    assert Ledger(scene.cluster).owns(live(scene))


def test_one_that_is_no_longer_ours_is_never_removed(scene):
    found, _ = removal(scene, BARE)
    ours = live(scene)
    scene.cluster.patch(
        *PLACE, {"metadata": {"labels": {"netobserv-egress-conformance/installed": None}}}
    )
    try:
        with pytest.raises(Inconclusive, match="not ours any more: it is not removed"):
            found.emptied(60)
        assert live(scene)["metadata"]["uid"] == ours["metadata"]["uid"]
        need = own_flow_collector(scene.cluster, live(scene))
        assert not need.met
        assert "--install has not made this FlowCollector" in need.how
    finally:
        label = {"metadata": {"labels": {"netobserv-egress-conformance/installed": "true"}}}
        scene.cluster.patch(*PLACE, label)


def test_whoever_is_killed_meanwhile_leaves_one_that_is_still_ours_to_uninstall(scene):
    """`make restore` makes it again from memory: by name and label it is the one of the ledger."""
    ours = live(scene)
    Ledger(scene.cluster).expect_anew(ours)
    other = dict(ours, metadata={**ours["metadata"], "uid": "another"})
    assert Ledger(scene.cluster).owns(other)


def test_the_lie_is_one_node_that_keeps_its_programs(scene, monkeypatch):
    parts = scene.simulation.parts
    of, nodes = parts.world.surface.kernels.of, sorted(parts.world.places.nodes)
    assert all(of(node).programs() for node in nodes)
    faults = parts.world.faults
    honest = faults.active
    lie = REMOVAL_FAULTS[0].name
    monkeypatch.setattr(faults, "active", lambda name: name == lie or honest(name))
    stays = []

    class Looking(Pods):
        def kernels_without_agents(self, nodes_seen):
            stays.append([node for node in nodes if of(node).programs()])
            return super().kernels_without_agents(nodes_seen)

    found, _ = removal(scene, BARE)
    found.pods = Looking(scene, BARE)
    found.emptied(60)
    assert stays == [[max(nodes)]]


def test_nothing_seen_beforehand_proves_nothing():
    assert held([FULL]).met
    assert "no hook of the agent is seen" in held([BARE]).detail
    with pytest.raises(Inconclusive):
        held([])
    assert not empty([LEFT]).met
    assert empty([BARE]).met


def test_a_flow_collector_that_is_not_there_is_told(scene, monkeypatch):
    found, _ = removal(scene, BARE)
    monkeypatch.setattr(found.cluster, "get", lambda *_place: None)
    with pytest.raises(InfrastructureError, match="there is no FlowCollector named cluster"):
        found.emptied(60)


class Config:
    """As much of pytest's as the plugin asks."""

    def __init__(self, asked, workers=None) -> None:
        self.asked, self.out, self.stash = asked, [], {}
        self.option = SimpleNamespace(numprocesses=workers)
        self.hook = self

    def pytest_deselected(self, items):
        self.out += items

    def getoption(self, name):
        assert name == "--removal"
        return self.asked


@pytest.mark.parametrize("asked, kept", [(False, ["other"]), (True, ["removal"])])
def test_it_runs_when_it_is_asked_for_and_then_alone(monkeypatch, asked, kept):
    monkeypatch.setattr(plugin, "template_of", lambda item: item)
    monkeypatch.setattr(plugin, "tags_of", lambda item: [item])
    items, config = ["removal", "other"], Config(asked)
    plugin.pytest_collection_modifyitems(config, items)
    assert items == kept
    assert {*config.out} == {"removal", "other"} - {*kept}


def test_workers_would_lose_what_they_stand_on():
    plugin.pytest_configure(Config(False, 2))
    with pytest.raises(pytest.UsageError, match="drop -n"):
        plugin.pytest_configure(Config(True, 2))
