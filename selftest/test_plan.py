"""`--plan`: any selection is planned for; the cluster is read, never written; nothing is run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kit.forecast import Forecast, scenario_seconds
from kit.pipeline import Pipeline

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The plan of two feature files and a selection, as a user would ask for it."""
    output = tmp_path_factory.mktemp("plan") / "build"
    arguments = ["--plan", "-n", "4", "-k", "status or slow or selected", "--output", str(output)]
    files = [f"features/{name}.feature" for name in ("privileges", "dns_tracking", "egress_ip")]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments, *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, output


def test_the_plan_lists_configurations_with_their_scenarios(planned: tuple[str, Path]):
    lines = planned[0].splitlines()
    first = lines.index("2 scenarios with DNSTracking at sampling 1")
    assert lines[first + 1] == "   - The delay of a slow answer is measured"
    assert "   - The status tells of a feature without its privilege" in lines
    assert "rollouts  2, and one more when the FlowCollector is given back" in lines


def test_the_plan_says_what_is_changed_with_which_rights(planned: tuple[str, Path]):
    text = planned[0]
    assert "objects   changed: FlowCollector cluster, in spec.agent.ebpf alone" in text
    assert "rights    get, patch flowcollectors.flows.netobserv.io cluster\n" in text
    assert "   - Only the pods that are selected use it\n" in text, "its needs are looked into"
    assert "rights    create, get, patch, delete egressips.k8s.ovn.org\n" in text
    assert "egressfirewalls" not in text, "nothing of that kind was selected"
    assert "2 rollouts of 75 s with their first flow; 3 scenarios of 15 s on average" in text
    assert "by 4 at once" in text
    assert "\n          minutes: 0.5 to begin and to end, 2.5 for rollouts, " in text


def test_planning_runs_nothing_and_reports_nothing(planned: tuple[str, Path]):
    text, output = planned
    assert "passed" not in text
    assert not output.exists()


def test_a_forecast_is_its_own_arithmetic():
    live = Pipeline(cache=15, batch=1, sampling=1, features=frozenset())
    scenarios = {"": [10.0] * 4, "all": [20.0] * 10, "none": [30.0]}
    rollout = 60 + 4 + 0.7 * 16
    alone = Forecast(live, scenarios)
    assert alone.seconds == pytest.approx(40 + 200 + 30 + 2 * rollout)
    shared = Forecast(live, scenarios, workers=4)
    assert shared.seconds == pytest.approx(30 + 3 * 20 + 30 + 2 * rollout), (
        "what asks for nothing runs during the rollouts"
    )
    assert "2 rollouts of 75 s" in alone.said()
    assert alone.parts().startswith("2.5 for rollouts, 3.3 + 0.5 for the scenarios of each conf")
    assert shared.parts() == (
        "0.5 to begin and to end, 2.5 for rollouts, 1.0 + 0.5 for the scenarios of each "
        "configuration; beside them 0.2 for those that ask for none"
    )
    assert "about 7 minutes" in alone.said()


@pytest.mark.parametrize(
    ("steps", "seconds"),
    [
        (["flows are collected", "every record fits the catalog"], 0),
        (["a client requests it", "some flow from the client shows"], 4 + 0.7 * 16),
        (
            ["a client connects to it", "some flow shows", "no flow shows", "it leaves no flow"],
            22.5,
        ),
        (["a client reaches both ports of it", "it is no longer reached"], 12),
        (
            ["a client that connects to TCP 1 of it leaves no flow", "it leaves no flow"],
            4 + 2 * 18.5,
        ),
        (["some flow shows", "a client that connects to it leaves flows"], 4 + 2 * 0.7 * 16),
        (["counters are watched for 2 evictions", "their flow metrics and their flows agree"], 110),
        (["every agent has run for 60 s", "8 samples are taken"], 60 + 8 * 15),
    ],
)
def test_a_scenario_lasts_as_long_as_its_lines_make_it_wait(steps, seconds):
    live = Pipeline(cache=15, batch=1, sampling=1, features=frozenset())
    assert scenario_seconds(steps, live) == pytest.approx(seconds)
