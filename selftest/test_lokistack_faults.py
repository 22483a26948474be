"""Each lie of a LokiStack turns those scenarios red that the catalog names, and no other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.lokistack_faults import LOKISTACK_FAULTS
from selftest.trial.judgement import judge
from selftest.trial.runs import Outcome, run_with

INSTALLED = ("--without", "flow_collector,loki", "--install", "--seed", "1")
FILES = ("features/pipeline_lokistack.feature", "features/pipeline_gateway.feature")
HONEST = "honest"
AT_ONCE = 3


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> dict[str, Outcome]:
    """Of a whole run with each lie, and of one without."""
    output: Path = tmp_path_factory.mktemp("lokistack")
    names = [HONEST, *(fault.name for fault in LOKISTACK_FAULTS)]

    def outcome(name: str) -> Outcome:
        lie = () if name == HONEST else ("--fault", name)
        return run_with([*INSTALLED, *lie, *FILES], output / name)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(names, pool.map(outcome, names), strict=True))


def test_an_honest_lokistack_is_green(outcomes):
    assert outcomes[HONEST].trouble == ""
    assert set(outcomes[HONEST].endings.values()) == {"passed"}
    named = {title for fault in LOKISTACK_FAULTS for title in fault.caught_by}
    assert named <= outcomes[HONEST].endings.keys()


@pytest.mark.parametrize("fault", LOKISTACK_FAULTS, ids=lambda fault: fault.name)
def test_a_lie_is_caught_by_those_that_it_names(outcomes, fault):
    verdict = judge(fault, outcomes[fault.name])
    assert verdict.right, verdict.told()
