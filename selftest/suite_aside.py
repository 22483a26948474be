"""The whole suite as its user runs it: a process of its own, against a cluster named by a file."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Ended:
    """What a run left behind on this side of the wire."""

    code: int
    output: str
    report: dict[str, Any]

    def endings(self) -> dict[str, str]:
        """The verdict of each scenario, by title."""
        found = [one for each in self.report["features"] for one in each["scenarios"]]
        return {one["scenario"]: one["verdict"] for one in found}


def command(kubeconfig: Path, output: Path, *arguments: str) -> list[str]:
    """Its memory of nights is its own, too: these are none of the user's."""
    head = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    where = ("--output", str(output), "--history", str(output / "costs.jsonl"))
    return [*head, "--kubeconfig", str(kubeconfig), *where, *arguments]


def run(kubeconfig: Path, output: Path, *arguments: str) -> Ended:
    done = subprocess.run(
        command(kubeconfig, output, *arguments),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    report = output / "conformance.json"
    document = json.loads(report.read_text()) if report.exists() else {}
    return Ended(done.returncode, done.stdout + done.stderr, document)
