"""Bad luck with a borrowed FlowCollector, on the simulated cluster: told, and the original back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog.upstream import FLOW_COLLECTOR_API
from kit.borrowing import Loan, give_back
from kit.cluster import Cluster
from kit.collector import Collector, Manners
from kit.configuration import Configuration
from kit.errors import InfrastructureError
from kit.kubeconfig import load
from kit.memory import remember
from kit.ownership import Ownership
from kit.verdict import Inconclusive
from kit.wait import Waiting
from selftest.live_cluster import SPEED, live_cluster
from simulation.controllers.meddlers import SAMPLING

RTT = Configuration(("FlowRTT",))


class Borrower:
    """A run's hands, without a run around them."""

    def __init__(self, kubeconfig: Path) -> None:
        self.cluster = Cluster(load(kubeconfig, None), "one")
        self.collector = Collector(self.cluster, Waiting(SPEED))
        self.before = self.collector.read()
        self.loan = Loan(self.cluster, Ownership("one"))
        self.loan.take(self.before, datetime.now(UTC))

    def use(self, configuration: Configuration) -> None:
        left = self.collector.left or self.before["spec"]
        self.collector.use(configuration, left, Manners(lambda spec: remember(self.cluster, spec)))

    def give_back(self) -> str:
        return give_back(self.cluster, self.loan.memory, Waiting(SPEED))

    def spec(self) -> dict[str, Any]:
        live = self.cluster.get(FLOW_COLLECTOR_API, "FlowCollector", "cluster")
        assert live is not None
        return dict(live["spec"])


@contextmanager
def borrowed(directory: Path, fault: str) -> Iterator[Borrower]:
    with live_cluster(directory, *[fault] * bool(fault)) as live:
        kubeconfig = live.simulation.kubeconfig
        assert kubeconfig is not None
        yield Borrower(kubeconfig)


NEVER = Waiting(stretch=0.002)
"""On a clock of our own: 1.2 s, which are six minutes of that cluster."""


@pytest.mark.parametrize(
    "fault, told",
    [
        (
            "flowcollector-deleted-during-run",
            "somebody deleted the FlowCollector during the run: it comes back as it was",
        ),
        ("agents-crash-loop", r"CrashLoopBackOff after \d restarts; its last words: level=fatal"),
        ("rollout-never-ends", "without a node: Unschedulable: 0/3 nodes are available: 1 Insuff"),
        ("webhook-refuses-everything", "A webhook of the cluster refuses PATCH .* are frozen"),
    ],
)
def test_it_is_told_in_one_sentence_and_the_original_comes_back(
    tmp_path: Path, fault: str, told: str
):
    with borrowed(tmp_path, fault) as run:
        run.collector.waiting = NEVER if fault == "rollout-never-ends" else Waiting(SPEED)
        with pytest.raises(InfrastructureError, match=told) as trouble:
            run.use(RTT)
        assert "\n" not in str(trouble.value)
        assert run.give_back() == "the FlowCollector cluster is as it was before run one"
        assert run.spec() == run.before["spec"]


def test_an_edit_during_the_run_is_named_and_survives_it(tmp_path: Path):
    with borrowed(tmp_path, "flowcollector-edited-during-run") as run:
        with pytest.raises(Inconclusive, match=r"^somebody \(kubectl-edit\) changed .* 400 inste"):
            run.use(RTT)
        with pytest.raises(Inconclusive, match="somebody"):
            run.use(Configuration(("DNSTracking",)))
        said = run.give_back()
        spec = run.spec()
        assert spec["agent"]["ebpf"].pop("sampling") == SAMPLING
        run.before["spec"]["agent"]["ebpf"].pop("sampling")
        assert spec == run.before["spec"], "all that is ours has gone"
        assert said.endswith(f"keeps: spec.agent.ebpf.sampling is {SAMPLING} and was 50")


def test_without_meddlers_two_changes_are_taken_back_exactly(tmp_path: Path):
    with borrowed(tmp_path, "") as run:
        run.use(RTT)
        run.use(Configuration(("DNSTracking",)))
        assert run.spec() != run.before["spec"]
        assert run.give_back() == "the FlowCollector cluster is as it was before run one"
        assert run.spec() == run.before["spec"]
