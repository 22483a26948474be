"""The closing scenario as its user meets it: no trial reaches it, since it needs earlier runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TITLE = "What collecting costs does not creep up"
ASKED = ("features/ebpf_footprint.feature", "features/cost_trend.feature")
CHOSEN = ("-k", "Maps and programs or creep")


def test_a_run_that_costs_more_than_earlier_ones_fails_and_is_not_kept(tmp_path):
    history = tmp_path / "costs.jsonl"
    costs = {"ebpf.maps": 40e6, "ebpf.programs": 230_000.0}
    lines = [
        {"at": f"2026-01-0{n}", "cluster": "simulated", "run": f"{n}", "versions": {}}
        for n in (1, 2, 3)
    ]
    history.write_text("".join(json.dumps({**line, "costs": costs}) + "\n" for line in lines))
    where = ("--history", str(history), "--output", str(tmp_path / "build"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *ASKED, *CHOSEN, *where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert f"failed       Cost trend: {TITLE}" in done.stdout
    assert "ebpf.maps rose from 38.1 MiB to 7" in done.stdout
    assert len(history.read_text().splitlines()) == 3
    page = (tmp_path / "build" / "measurements.html").read_text()
    assert "Memory of the eBPF maps of a node, night by night" in page
