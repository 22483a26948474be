"""A feature that costs more than promised turns its own row red, and no other's."""

from __future__ import annotations

from pathlib import Path

from selftest.trial.runs import run_with

BURNS = "dns-tracking-burns-cpu"
COSTLY = "DNS tracking alone costs no more than promised"
CHEAP = "round-trip times alone costs no more than promised"
NONE = "Without any feature the cost is known"


def test_the_feature_that_burns_is_the_one_that_is_named(tmp_path: Path) -> None:
    chosen = "round-trip or DNS or (Without and any)"
    asked = ("--deltas", "--fault", BURNS, "-k", chosen, "features/feature_costs.feature")
    found = run_with(asked, tmp_path)
    assert found.trouble == ""
    assert found.endings == {NONE: "passed", CHEAP: "passed", COSTLY: "failed"}
    assert "millicores of DNSTracking alone above no feature" in found.reasons[COSTLY]
