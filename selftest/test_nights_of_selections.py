"""A run of some scenarios is no night of the whole suite: each selection has nights of its own."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from selftest.trial.runs import run_with

FILE = "features/refused_configurations.feature"


@pytest.fixture
def night(tmp_path: Path):
    """One run with a memory: what changed in it, and whose nights are remembered by then."""
    history, number = tmp_path / "memory" / "costs.jsonl", iter(range(9))

    def run(*chosen: str) -> tuple[dict[str, object] | None, list[str]]:
        output = tmp_path / f"run-{next(number)}"
        found = run_with(["--history", str(history), *chosen], output)
        assert found.trouble == ""
        lines = (history.parent / "verdicts.jsonl").read_text().splitlines()
        report = yaml.safe_load((output / "conformance.yaml").read_text())
        return report.get("nights"), [json.loads(line)["cluster"] for line in lines]

    return run


def test_what_was_not_chosen_is_no_news(night) -> None:
    first, _ = night(FILE)
    second, _ = night(FILE, "-k", "17")
    third, whose = night(FILE)
    assert Counter(whose) == {f"simulated {FILE}": 2, f"simulated -k 17 {FILE}": 1}
    assert (first, second, third) == (None, None, {"compared": 1, "changes": []})
