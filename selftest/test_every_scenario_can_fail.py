"""A scenario that nobody has seen red proves nothing: some fault names it, or a test of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd.feature import get_feature

from catalog.faults import FAULTS_BY_NAME

ROOT = Path(__file__).parents[1]
NAMED = {name for fault in FAULTS_BY_NAME.values() for name in fault.caught_by}
ELSEWHERE = {
    "observed.feature": "selftest/test_observe.py",
    "feature_costs.feature": "selftest/test_feature_costs_on_trial.py",
}
"""Files that only a run with an option of their own takes along."""

NO_TLS = "the operator that the simulated cluster runs has no TLSTracking"
UNTRIED = {
    "An encrypted request shows its version of TLS": NO_TLS,
    "Without TLS tracking none of its fields appear": NO_TLS,
    "Programs that the eBPF manager loads see traffic": "the simulated cluster has no bpfman",
}
"""No run of the simulated cluster gets to them, so that their judges alone are on trial."""


def filled_titles(file: Path) -> Iterator[str]:
    """Those of outlines once for every row."""
    for template in get_feature(str(file.parent), file.name).scenarios.values():
        rows = [row for examples in template.examples for row in examples.as_contexts()]
        for row in rows or [{}]:
            yield template.render(row).name


FILES = {path.name: set(filled_titles(path)) for path in (ROOT / "features").rglob("*.feature")}


@pytest.mark.parametrize("file", sorted(FILES.keys() - ELSEWHERE.keys() - NAMED))
def test_some_fault_names_each_of_its_scenarios(file: str) -> None:
    assert FILES[file]
    assert FILES[file] - NAMED - UNTRIED.keys() == set()


@pytest.mark.parametrize(("file", "trial"), ELSEWHERE.items())
def test_who_is_on_trial_elsewhere_is_named_there(file: str, trial: str) -> None:
    told = (ROOT / trial).read_text()
    assert any(title in told for title in FILES[file])


def test_only_what_cannot_be_tried_is_excused() -> None:
    assert UNTRIED.keys() <= set().union(*FILES.values())
    assert UNTRIED.keys().isdisjoint(NAMED)
