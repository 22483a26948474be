"""Pods that are evicted, refused or moved: the simulated cluster does it, the suite says it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from catalog.outcomes import Outcome
from kit import evidence
from kit.clients import Clients
from kit.cluster import Cluster
from kit.commands import Command, Ending
from kit.errors import Refused
from kit.kubeconfig import load
from kit.manifests import manifest
from kit.probe import TakenAway, probe_pod, run_probe
from kit.traffic import End
from kit.verdict import Inconclusive
from kit.wait import Waiting
from kit.witnesses import Life, changes, life
from simulation import Simulation

LABELS = {"netobserv-egress-conformance/run": "hard"}
WAITING = Waiting(speed=60.0)


@contextmanager
def cluster_that(hardship: str, directory: Path) -> Iterator[Cluster]:
    simulation = Simulation(seed=4, speed=60.0, directory=directory, hardships=[hardship])
    try:
        yield Cluster(load(simulation.start()))
    finally:
        simulation.stop()


def hello() -> Command:
    return Command(("sh", "-c", "sleep 3; echo hello"), lambda code, _out: Ending(_outcome(code)))


def _outcome(code: int) -> Outcome:
    return Outcome.CONNECTED if code == 0 else Outcome.BROKEN_PROBE


def probes(cluster: Cluster, count: int) -> list[str]:
    """How each of so many probes ended."""
    space = manifest("namespace")
    space["metadata"] = {"name": "hard", "labels": LABELS}
    cluster.apply(space)
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda number: _ended(cluster, number), range(count)))


def _ended(cluster: Cluster, number: int) -> str:
    try:
        pod = probe_pod(f"probe-{number}", "hard", LABELS)
        return run_probe(cluster, WAITING, pod, hello()).ending.outcome.value
    except (Inconclusive, Refused) as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize(
    "hardship, says",
    [
        ("probes-evicted", "TakenAway: the probe probe-* was taken away: Evicted: The node was"),
        ("images-not-pulled", "Inconclusive: the probe probe-* did not run: *ImagePull"),
        ("quota-refuses", "Refused: The quota pods-of-projects refuses what the suite needs"),
        ("limits-refuse", "Refused: A LimitRange of the namespace refuses what the suite needs"),
    ],
)
def test_some_probes_end_so_and_the_others_are_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hardship: str, says: str
):
    monkeypatch.setattr("simulation.hardships.pods.SHARE", 0.5)
    with cluster_that(hardship, tmp_path) as cluster:
        seen = probes(cluster, 12)
    hit = [one for one in seen if one.split(":")[0] in says]
    assert hit, seen
    assert all(fnmatchcase(one, f"{says}*") for one in hit), hit
    assert {one for one in seen if one not in hit} == {"is made"}


def test_a_client_is_sent_again_under_a_new_name(monkeypatch: pytest.MonkeyPatch):
    tried: list[str] = []

    def run(_cluster: Any, _waiting: Any, pod: Any, _command: Any, _to: str = "") -> Any:
        tried.append(pod["metadata"]["name"])
        raise TakenAway(f"the probe {tried[-1]} was taken away: Evicted")

    monkeypatch.setattr("kit.clients.run_probe", run)
    clients = Clients(None, WAITING, "hard", LABELS)  # type: ignore[arg-type]  # never asked
    with pytest.raises(TakenAway):
        clients.send(hello(), End("web", "hard", "10.0.0.1"))
    assert tried == ["probe-1", "probe-2", "probe-3", "probe-4"]
    assert "probe-3 was taken away" in evidence.NOTES.take_scenario()["facts"]["sent again"]


def pod(uid: str, restarts: int = 0, ready: bool = True) -> Life:
    condition = {"type": "Ready", "status": str(ready)}
    statuses = [{"restartCount": restarts}]
    status = {"containerStatuses": statuses, "conditions": [condition]}
    return life({"metadata": {"uid": uid}, "status": status})


@pytest.mark.parametrize(
    "after, told",
    [
        ({"a": pod("1")}, []),
        ({"a": pod("2")}, ["a was replaced"]),
        ({}, ["a was replaced"]),
        ({"a": pod("1", restarts=1)}, ["a has started again"]),
        ({"a": pod("1", ready=False)}, ["a is no longer ready"]),
        ({"a": pod("1"), "b": pod("3")}, ["b is new"]),
    ],
)
def test_a_witness_that_was_not_there_all_the_time_is_named(after: Any, told: list[str]):
    assert changes({"a": pod("1")}, after) == told


def test_a_witness_that_was_never_ready_is_named():
    assert changes({"a": pod("1", ready=False)}, {"a": pod("1")}) == ["a was not ready"]
