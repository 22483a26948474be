"""`--plan`: any selection is planned for; the cluster is read, never written; nothing is run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kit.forecast import Forecast
from kit.pipeline import Pipeline

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The plan of two feature files and a selection, as a user would ask for it."""
    output = tmp_path_factory.mktemp("plan") / "build"
    arguments = ["--plan", "-n", "4", "-k", "status or slow", "--output", str(output)]
    files = ["features/privileges.feature", "features/dns_tracking.feature"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments, *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, output


def test_the_plan_lists_configurations_with_their_scenarios(planned: tuple[str, Path]):
    lines = planned[0].splitlines()
    first = lines.index("1 scenarios with DNSTracking at sampling 1")
    assert lines[first + 1] == "   - The delay of a slow answer is measured"
    assert "   - The status tells of a feature without its privilege" in lines
    assert "rollouts  2, and one more when the FlowCollector is given back" in lines


def test_the_plan_says_what_is_changed_with_which_rights(planned: tuple[str, Path]):
    text = planned[0]
    assert "objects   changed: FlowCollector cluster, in spec.agent.ebpf alone" in text
    assert "rights    get, patch flowcollectors.flows.netobserv.io cluster\n" in text
    assert "egressfirewalls" not in text, "nothing of that kind was selected"
    assert "2 rollouts of 60 s; 2 scenarios of 22 s" in text
    assert "by 4 at once" in text


def test_planning_runs_nothing_and_reports_nothing(planned: tuple[str, Path]):
    text, output = planned
    assert "passed" not in text
    assert not output.exists()


def test_a_forecast_is_its_own_arithmetic():
    live = Pipeline(cache=15, batch=1, sampling=1, features=frozenset())
    alone = Forecast(live, rollouts=3, scenarios=10, silences=2)
    assert alone.seconds == 3 * 60 + 10 * (6 + 16) + 2 * 21
    shared = Forecast(live, rollouts=3, scenarios=10, silences=2, workers=2)
    assert shared.seconds == 3 * 60 + (10 * 22 + 2 * 21) / 2
    assert "about 7 minutes" in alone.said()
