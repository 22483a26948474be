"""On a cluster of one node nothing fails and nothing is left unjudged: it passes, or is skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.needs import Need
from selftest import suite_aside
from simulation import Simulation

SUBJECTS = ("flows", "packet_translation", "network_events", "egress_ip")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> suite_aside.Ended:
    directory: Path = tmp_path_factory.mktemp("single-node")
    simulation = Simulation(seed=1, directory=directory, without=[Need.TWO_NODES])
    try:
        features = [f"features/{subject}.feature" for subject in SUBJECTS]
        return suite_aside.run(simulation.start(), directory / "build", *features)
    finally:
        simulation.stop()


def test_what_can_be_judged_there_passes(ended: suite_aside.Ended) -> None:
    assert ended.code == 0, ended.output
    found = list(ended.endings().values())
    assert found.count("passed") >= 2
    assert {*found} == {"passed", "skipped"}


def test_each_skip_says_how_many_nodes_there_are(ended: suite_aside.Ended) -> None:
    told = [
        one["reason"]
        for feature in ended.report["features"]
        for one in feature["scenarios"]
        if one["verdict"] == "skipped"
    ]
    assert len(told) > 10
    wanted = f"{Need.TWO_NODES.value}: 1 node takes ordinary pods: master-0"
    assert [reason for reason in told if wanted not in reason] == []
