"""The end of a run: what it bounds, what it does not, and how a run ends by it."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kit.deadline import Deadline, OutOfTime, seconds
from kit.verdict import met, unmet
from kit.wait import Waiting

ROOT = Path(__file__).resolve().parents[1]
PASSED = Deadline(ends=1.0, said="30m")


@pytest.mark.parametrize(
    "text, limit", [("30", 1800), ("0.5", 30), ("30m", 1800), ("2h", 7200), ("1h30m", 5400)]
)
def test_a_bare_number_is_minutes(text: str, limit: float):
    assert seconds(text) == limit


@pytest.mark.parametrize("text", ["", "0", "-5", "soon", "30 minutes", "0s"])
def test_nonsense_is_refused(text: str):
    with pytest.raises(ValueError, match=r"^--deadline wants minutes, or a duration such as 30m"):
        seconds(text)


def test_without_one_there_is_no_end():
    assert Deadline().left == math.inf
    Deadline().check()


def test_a_wait_ends_with_the_run_and_says_what_it_waited_for():
    waiting = Waiting(deadline=PASSED)
    with pytest.raises(OutOfTime, match=r"run \(30m\) has passed while waiting: the flow arrives$"):
        waiting.eventually(lambda: 1, lambda _: unmet("no"), within=60, what="the flow arrives")
    with pytest.raises(OutOfTime):
        waiting.steadily(lambda: 1, lambda _: met(), during=60, what="it stays")
    assert waiting.looks == 0


def test_a_pause_is_no_longer_than_what_is_left():
    waiting = Waiting(deadline=Deadline(ends=time.time() + 0.02, said="soon"))
    waiting.sleep_real(60)
    assert waiting.asleep <= 0.02


def test_what_is_put_back_is_put_back_after_the_end_too():
    deadline = Deadline(ends=1.0, said="30m")
    waiting = Waiting(deadline=deadline)
    with deadline.lifted():
        assert waiting.eventually(lambda: 1, lambda _: met(), within=1, what="it") == 1
    with pytest.raises(OutOfTime):
        deadline.check()


def test_a_run_ends_in_order(tmp_path: Path):
    command = [
        *(sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider"),
        *("features/round_trip_times.feature", "features/egress_firewall.feature"),
        *("--deadline", "1.5s", "--output", str(tmp_path)),
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    document = json.loads((tmp_path / "conformance.json").read_text())
    scenarios = [one for each in document["features"] for one in each["scenarios"]]
    late = [one for one in scenarios if one["verdict"] == "inconclusive"]
    assert ended.returncode == 10, ended.stdout
    assert len(scenarios) == 11
    assert {one["verdict"] for one in scenarios} <= {"passed", "inconclusive"}
    assert all("the deadline of the run (1.5s) has passed" in one["reason"] for one in late)
    assert document["leftOvers"] == []
    assert (tmp_path / "junit.xml").exists()
    assert "Traceback" not in ended.stdout + ended.stderr
