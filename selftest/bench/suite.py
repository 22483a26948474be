"""What the suite costs on the simulated cluster: wall time, time beyond waiting, calls, queries."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "build" / "bench"


def measure(arguments: list[str]) -> str:
    """Run the whole suite once and say what it cost."""
    command = [sys.executable, "-m", "pytest", "-q", "--output", str(OUTPUT), *arguments]
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        return f"the suite ended with exit {done.returncode}: no figures from a broken run"
    document = json.loads((OUTPUT / "conformance.json").read_text())
    busy = sum(getattr(after, part) - getattr(before, part) for part in ("ru_utime", "ru_stime"))
    return "\n".join([_totals(document, wall, busy), "", *_table(document)])


def _totals(document: dict[str, Any], wall: float, busy: float) -> str:
    facts = _facts(document)
    asleep = sum(row["seconds asleep"] for row in facts)
    rollouts = document["implementation"].get("rollouts", "?")
    beyond = (wall - asleep) / len(facts)
    own = statistics.mean(row["seconds of our own"] for row in facts)
    return (
        f"{len(facts)} scenarios in {wall:.1f} s, {asleep:.1f} s of it waiting, "
        f"{busy:.1f} s of processor time, {rollouts} rollouts\n"
        f"beyond waiting, start-up and collection included: {beyond * 1000:.0f} ms a scenario, the "
        f"simulated cluster's own work among it\n"
        f"processor time of the suite's own thread: {own * 1000:.0f} ms a scenario"
    )


def _table(document: dict[str, Any]) -> list[str]:
    facts = _facts(document)
    rows = ["                     median      p95      max"]
    for name in ("seconds awake", "seconds of our own", "API calls", "Loki queries"):
        values = sorted(row[name] for row in facts)
        p95 = values[min(len(values) - 1, int(0.95 * len(values)))]
        rows.append(f"{name:<18} {statistics.median(values):8.3g} {p95:8.3g} {values[-1]:8.3g}")
    return rows


def _facts(document: dict[str, Any]) -> list[dict[str, float]]:
    return [
        {name: float(value) for name, value in scenario["facts"].items() if _is_number(value)}
        for feature in document["features"]
        for scenario in feature["scenarios"]
        if "seconds awake" in scenario["facts"]
    ]


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
