"""Runs that must not begin, or not go on: each ends with one sentence and has touched nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fixtures import safety_options
from kit.borrowing import Loan, give_back
from kit.cluster import Cluster
from kit.collector import find_flow_collector
from kit.kubeconfig import load
from kit.ownership import of_run
from selftest.suite_aside import Ended, run
from simulation import Simulation

ONE = "features/dns_tracking.feature::A name that exists is answered without error"
Asked = dict[str, Any]


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    simulation = Simulation(seed=1, directory=tmp_path_factory.mktemp("prod"), production=True)
    try:
        simulation.start()
        yield simulation
    finally:
        simulation.stop()


def refused(simulation: Simulation, output: Path, *arguments: str) -> Ended:
    """A run that writes nothing at all."""
    written: list[str] = []
    store = simulation.parts.store
    store.access.heard = lambda _user, asked: written.append(f"{asked.verb} {asked.resource}")
    assert simulation.kubeconfig is not None
    ended = run(simulation.kubeconfig, output, *arguments, ONE)
    store.access.heard = lambda _user, _asked: None
    changing = {what for what in written if what.split()[0] not in ("get", "list")}
    assert changing <= {"create selfsubjectaccessreviews"}
    return ended


def test_a_cluster_marked_production_is_refused_in_one_sentence(production, tmp_path):
    ended = refused(production, tmp_path)
    assert ended.code == 4
    told = "ERROR: this cluster calls itself production (Infrastructure cluster: example.com/env"
    assert [line for line in ended.output.splitlines() if line.startswith(told)], ended.output


def test_a_cluster_outside_the_list_is_refused_whatever_else_is_said(production, tmp_path):
    options = ("--allow-cluster", "https://dev:6443", "--i-know-this-is-production")
    ended = refused(production, tmp_path, *options)
    assert ended.code == 4
    assert "this cluster is not among --allow-cluster https://dev:6443: it is" in ended.output


def test_a_second_run_waits_for_the_first_and_then_goes_on(production, tmp_path):
    assert production.kubeconfig is not None
    cluster, now = Cluster(load(production.kubeconfig)), datetime.now(UTC)
    Loan(cluster, of_run("first", "me", now)).take(find_flow_collector(cluster), now)
    known = ("--i-know-this-is-production", "--allow-cluster", "https://api.sim.example.com:6443")
    ended = refused(production, tmp_path, *known)
    assert ended.code == 10
    assert "run first of me is using the FlowCollector" in ended.output
    store = production.parts.store
    lease = "coordination.k8s.io/v1/Lease"
    looks: list[str] = []

    def watch(_user: Any, asked: Any) -> None:
        if asked.resource == "leases" and asked.verb == "get":
            looks.append(asked.name)
            if len(looks) == 2:
                store.delete(lease, "netobserv", asked.name)

    store.access.heard = watch
    ended = run(production.kubeconfig, tmp_path, *known, "--wait-for-lease", "1", ONE)
    store.access.heard = lambda _user, _asked: None
    assert ended.code == 0, ended.output
    assert len(looks) > 2
    give_back(cluster)


def test_more_than_the_caps_allow_is_refused(production, tmp_path):
    assert production.kubeconfig is not None
    known = ("--i-know-this-is-production", ONE)
    ended = run(production.kubeconfig, tmp_path, "--max-pods", "1", *known)
    assert ended.code == 4
    assert "--max-pods 1 is too few: the servers of the selected scenarios" in ended.output
    assert ended.report["leftOvers"] == []


def ask(**given: Any) -> safety_options.Safety:
    options = {f"--{name.replace('_', '-')}": value for name, value in given.items()}
    return safety_options.read(options.get)


@pytest.mark.parametrize(
    "given, told",
    [
        ({"max_pods": "none"}, "--max-pods wants a whole number from 1, not 'none'"),
        ({"max_pods": "0"}, "--max-pods wants a whole number from 1, not '0'"),
        ({"max_bytes": "much"}, "--max-bytes wants a size such as 20 MB, not 'much'"),
        ({"max_bytes": "3 s"}, "--max-bytes wants a size such as 20 MB, not '3 s'"),
        ({"wait_for_lease": "soon"}, "--wait-for-lease wants minutes, at most 1440, not 'soon'"),
        ({"wait_for_lease": "-1"}, "--wait-for-lease wants minutes, at most 1440, not '-1'"),
        ({"allow_cluster": [""]}, "--allow-cluster wants an infrastructure name or an API URL"),
    ],
)
def test_nonsense_is_refused(given: Asked, told: str):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - compared as a whole below
        ask(**given)
    assert str(refusal.value) == told


def test_what_is_asked_for_arrives():
    asked = ask(max_bytes="5 MB", max_pods="7", wait_for_lease="2.5", allow_cluster=["a/", "b"])
    assert (asked.max_bytes, asked.max_pods, asked.wait_minutes) == (5_000_000, 7, 2.5)
    assert asked.allowed == ("a", "b")
