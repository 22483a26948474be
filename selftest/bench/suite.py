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

from kit.callers import HANDSHAKES
from kit.updates import ENFORCED

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "build" / "bench"
MEASURED = (ENFORCED, *HANDSHAKES)


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
    return "\n".join(
        [
            *(_totals(document, wall, busy), "", *_table(document)),
            *("", *verdicts(document), "", *measuring(document), "", *_told(document)),
        ]
    )


def verdicts(document: dict[str, Any]) -> list[str]:
    """From the end of some traffic to the verdict on its flows, as a share of the pipeline's floor.

    Only claims that were made before the floor had passed; the slowest of each scenario.
    """
    rows = ["verdict over floor   median      p95      max    of"]
    for kind in ("flow seen", "silence"):
        found = sorted(
            row[name] for row in _facts(document) if (name := f"{kind} over floor") in row
        )
        if found:
            rows.append(f"{kind:<18} {_figures(found)} {len(found):5}")
    if document["run"]["options"].get("pace") != "real":
        rows.append(
            "On this fast clock our own work counts too, sixty times: the figures that hold"
        )
        rows.append('come from make bench ARGS="--pace real -n 8".')
    return rows


SECONDS_A_CALL = 0.010
"""Processor time of an API server for a list of a few objects, put high: such take 1 to 5 ms."""


def measuring(document: dict[str, Any]) -> list[str]:
    """What measuring costs the cluster: looks at metrics.k8s.io, and no pod at rest."""
    name = "measuring, API calls a minute"
    found = [row[name] for row in _facts(document) if name in row]
    if not found:
        return ["measuring costs: not selected"]
    share = max(found) / 60 * SECONDS_A_CALL
    return [
        f"measuring costs: {max(found):.0f} API calls a minute of the cluster's time, which is "
        f"{share:.2%} of a core at {SECONDS_A_CALL * 1000:.0f} ms a call (budget: 1 %)"
    ]


def _figures(values: list[float]) -> str:
    p95 = values[min(len(values) - 1, int(0.95 * len(values)))]
    return f"{statistics.median(values):8.3g} {p95:8.3g} {values[-1]:8.3g}"


def _totals(document: dict[str, Any], wall: float, busy: float) -> str:
    facts = _facts(document)
    asleep = sum(row["seconds asleep"] for row in facts)
    rollouts = document["implementation"].get("rollouts", "?")
    own = statistics.mean(row["seconds of our own"] for row in facts)
    return (
        f"{len(facts)} scenarios in {wall:.1f} s, {asleep:.1f} s of it waiting, "
        f"{busy:.1f} s of processor time, {rollouts} rollouts\n"
        f"{_beyond(wall - asleep, len(facts))}"
        f"processor time of the suite's own thread: {own * 1000:.0f} ms a scenario"
    )


def _beyond(seconds: float, scenarios: int) -> str:
    """Several workers wait at once, so that nothing follows from the sum."""
    if seconds <= 0:
        return ""
    return (
        f"beyond waiting, start-up and collection included: {seconds / scenarios * 1000:.0f} ms a "
        "scenario, the simulated cluster's own work among it\n"
    )


def _table(document: dict[str, Any]) -> list[str]:
    facts = _facts(document)
    rows = ["                     median      p95      max"]
    for name in ("seconds awake", "seconds of our own", "API calls", "Loki queries"):
        rows.append(f"{name:<18} {_figures(sorted(row[name] for row in facts))}")
    return rows


def _told(document: dict[str, Any]) -> list[str]:
    """What scenarios have measured of the cluster itself, in their own words."""
    scenarios = [each for feature in document["features"] for each in feature["scenarios"]]
    ordered = sorted(scenarios, key=lambda each: (len(each["scenario"]), each["scenario"]))
    found = [
        f"{name} {scenario['facts'][name]}: {scenario['scenario']}"
        for name in MEASURED
        for scenario in ordered
        if name in scenario["facts"]
    ]
    return found or ["no scenario among these measures the cluster itself"]


def _facts(document: dict[str, Any]) -> list[dict[str, float]]:
    return [
        {name: float(value) for name, value in scenario["facts"].items() if _is_number(value)}
        for feature in document["features"]
        for scenario in feature["scenarios"]
        if "seconds awake" in scenario["facts"]
    ]


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
