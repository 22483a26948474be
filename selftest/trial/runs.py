"""One run of the whole suite under one fault, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 900
"""Real seconds; a run that needs more hangs, which is a defect by itself."""


@dataclass(frozen=True)
class Outcome:
    """How each scenario ended, by title; `trouble` is why there is no answer at all."""

    fault: str
    endings: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    trouble: str = ""

    @property
    def not_passed(self) -> set[str]:
        return {title for title, how in self.endings.items() if how not in ("passed", "skipped")}


def run(fault: str, output: Path, seed: int) -> Outcome:
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("--seed", str(seed), "--output", str(output)),
        *(("--fault", fault) if fault else ()),
        "features",
    ]
    output.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return Outcome(fault, trouble=f"hangs: not over after {LONGEST} s")
    (output / "output.txt").write_text(done.stdout + done.stderr)
    report = output / "conformance.json"
    if done.returncode not in (0, 1, 10, 11) or not report.exists():
        return Outcome(fault, trouble=f"exit {done.returncode}: see {output / 'output.txt'}")
    return _read(fault, json.loads(report.read_text()))


def _read(fault: str, document: dict[str, object]) -> Outcome:
    endings, files = {}, {}
    for feature in document["features"]:  # type: ignore[attr-defined]
        for scenario in feature["scenarios"]:
            endings[scenario["scenario"]] = scenario["verdict"]
            files[scenario["scenario"]] = Path(feature["file"]).name
    return Outcome(fault, endings, files, document["run"]["seconds"])  # type: ignore[index]
