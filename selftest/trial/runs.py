"""One run of the suite under some faults, in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from catalog.fault import LEFT_OVERS
from selftest.trial.forks import pytest_in_fork

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 900
"""Real seconds; a run that needs more hangs, which is a defect by itself."""
WORKERS = "6"
READ_NOTHING = "the run has read no flow record at all"


@dataclass(frozen=True)
class Outcome:
    """How each scenario ended, by title, and why if it told; `trouble` is why nothing is known."""

    endings: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    left_overs: bool = False
    trouble: str = ""
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def not_passed(self) -> set[str]:
        return {title for title, how in self.endings.items() if how not in ("passed", "skipped")}

    @property
    def caught(self) -> set[str]:
        """Who says that something is wrong: scenarios, and the look for left-overs at the end."""
        return self.not_passed | ({LEFT_OVERS} if self.left_overs else set())


def run(
    faults: Sequence[str],
    files: Sequence[str],
    output: Path,
    seed: int,
    plugins: Sequence[str] = (),
    *,
    workers: str = WORKERS,
    flip: str = "",
) -> Outcome:
    """The whole suite when no file is named, by several workers: it mostly waits."""
    arguments = [
        *("--seed", str(seed)),
        *(word for plugin in plugins for word in ("-p", plugin)),
        *(word for fault in faults for word in ("--fault", fault)),
        *((f"features/{file}" for file in files) if files else ("-n", workers)),
    ]
    return run_with(arguments, output, FLIP=flip)


def run_with(arguments: Sequence[str], output: Path, **environment: str) -> Outcome:
    """With any arguments of pytest, and more in its environment."""
    output.mkdir(parents=True, exist_ok=True)
    told = output / "output.txt"
    code = pytest_in_fork(["-q", "--output", str(output), *arguments], told, environment, LONGEST)
    if code is None:
        return Outcome(trouble=f"hangs: not over after {LONGEST} s")
    report = output / "conformance.json"
    if code not in (0, 1, 10, 11) or not report.exists():
        return Outcome(trouble=f"exit {code}: see {told}")
    return read(report)


def read(report: Path) -> Outcome:
    """What a run has written of itself."""
    document: dict[str, object] = json.loads(report.read_text())
    endings, files, reasons = {}, {}, {}
    for feature in document["features"]:  # type: ignore[attr-defined]
        for scenario in feature["scenarios"]:
            if READ_NOTHING in str(scenario.get("reason", "")):
                continue  # none of these files has left it a record, so it was not on trial
            endings[scenario["scenario"]] = scenario["verdict"]
            files[scenario["scenario"]] = Path(feature["file"]).name
            reasons[scenario["scenario"]] = str(scenario.get("reason", ""))
    seconds, left = document["run"]["seconds"], bool(document["leftOvers"])  # type: ignore[index]
    return Outcome(endings, files, seconds, left, reasons=reasons)
