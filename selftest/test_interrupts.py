"""Ctrl-C, SIGTERM and kill -9: the cluster is as it was, and what can be reported is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from selftest.kills.cluster import ROOT, Served, served
from selftest.kills.killing import Length, strike
from selftest.kills.plan import SELECTIONS, Kill, kill
from selftest.suite_aside import command

FEATURES = ("features/egress_ip.feature",)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("cluster"), 1) as found:
        yield found


def begun(cluster: Served, output: Path, workers: str) -> subprocess.Popen[str]:
    """A run that holds the FlowCollector, and has begun to make things."""
    run = subprocess.Popen(
        command(cluster.kubeconfig, output, "-n", workers, *FEATURES),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while run.poll() is None and cluster.before["Pod"] == cluster.look()["Pod"]:
        time.sleep(0.05)
    return run


def test_the_first_interruption_tidies_up_and_reports(cluster, tmp_path):
    run = begun(cluster, tmp_path, "2")
    os.kill(run.pid, signal.SIGTERM)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 2, said
    assert "ending the run: the cluster is tidied up and the reports are written" in said
    assert cluster.differences() == []
    report = json.loads((tmp_path / "conformance.json").read_text())
    assert report["run"]["complete"] is False
    assert report["leftOvers"] == []
    assert (tmp_path / "junit.xml").exists()


def test_the_second_ends_at_once_and_says_how_to_clean_up(cluster, tmp_path):
    run = begun(cluster, tmp_path, "0")
    os.kill(run.pid, signal.SIGINT)
    time.sleep(0.1)
    os.kill(run.pid, signal.SIGINT)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 130, said
    line = next(line for line in said.splitlines() if line.startswith("ended at once."))
    for words in line.split("`")[1::2]:
        done = subprocess.run(words.split(), cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert cluster.differences() == []


def test_a_killed_run_leaves_nothing_that_two_commands_do_not_remove(cluster, tmp_path):
    middle = Kill(0, "an egress address", "0", share=0.5, early=False, alone=False)
    outcome = strike(cluster, middle, Length(1.0, 3.0), tmp_path)
    assert outcome.trouble == ()
    assert outcome.when == "held the FlowCollector"


def test_a_seed_draws_the_same_kill_again():
    kills = [kill(seed) for seed in range(1, 101)]
    assert kills == [kill(seed) for seed in range(1, 101)]
    assert {each.selection for each in kills} == {*SELECTIONS}
    assert {(each.workers, each.alone) for each in kills} == {
        ("0", False),
        ("2", False),
        ("2", True),
    }
    assert any(each.early for each in kills)
    assert kills[0].said().startswith("seed 1: ")
